/** The registry of readers of posts, and the one way to read one. */
import type { Told } from '../../domain/alert.ts';
import type { Sighting } from '../../domain/sighting.ts';
import { sightedAlertmanager } from './alertmanager.ts';
import { sightedArgocd } from './argocd.ts';
import { sightedChecks } from './checks.ts';
import { sightedGrafana, sightedGrafanaLegacy } from './grafana.ts';
import { sightedBeacon } from './graphite-beacon.ts';
import { sightedInstance } from './instance.ts';
import { sightedMoira } from './moira.ts';
import { type AlertPattern, patternReader } from './patterns.ts';
import { sightedPictures } from './pictures.ts';
import type { SightingReader } from './reader.ts';
import { sightedSensu } from './sensu.ts';
import { sightedHealthchecks, sightedUptimeKuma } from './uptime.ts';
import { sightedZabbix } from './zabbix.ts';

/** Those that need no configuration; the first that knows a post reads it. */
export const sightingReaders: readonly SightingReader[] = [
  sightedGrafana,
  sightedGrafanaLegacy,
  sightedAlertmanager,
  sightedZabbix,
  sightedMoira,
  sightedSensu,
  sightedBeacon,
  sightedUptimeKuma,
  sightedHealthchecks,
  sightedArgocd,
  sightedChecks,
  sightedPictures,
];

/** Reads posts; nothing where a post tells of no alert and of no change. */
export type ReadSighting = (sighting: Sighting) => Told | undefined;

/** Makes the function that reads posts: the operator's patterns come first. @throws SyntaxError for a pattern that is none */
export function createSightingReader(patterns: readonly AlertPattern[]): ReadSighting {
  const readers = [...patterns.map(patternReader), ...sightingReaders];
  return (sighting) => {
    const delivery = {
      hook: sightedInstance(sighting),
      headers: {},
      body: new Uint8Array(),
      content: undefined,
      receivedAt: new Date(sighting.changedMs),
    };
    for (const reader of readers) {
      const told = reader.read(sighting, delivery);
      if (told) return told.alerts.length + told.changes.length > 0 ? told : undefined;
    }
    return undefined;
  };
}
