/** Posts of graphite-beacon: one line of text. */
import { numberOf } from '../reading/loose.ts';
import { makeAlert } from '../reading/make-alert.ts';
import { severityOf } from '../reading/severity.ts';
import type { SightingReader } from './reader.ts';
import { groupsIn, linesOf, wholeText } from './texts.ts';

/** `[BEACON] CRITICAL <memory> (servers.web01.memory) failed. Current value: 95`, `[BEACON] NORMAL <memory> is back to normal.` */
const LINE =
  /^\[BEACON\] (?<level>CRITICAL|WARNING|NORMAL) <(?<name>[^<>]{1,200})>(?: \((?<target>[^()]{1,500})\))?(?<rest>.*)$/;

/** Reads them. */
export const sightedBeacon: SightingReader = {
  title: 'graphite-beacon',
  read(sighting, delivery) {
    const found = groupsIn(LINE, linesOf(wholeText(sighting)));
    if (found.length === 0) return undefined;
    const alerts = found.map(({ level = '', name = '', target, rest = '' }) => {
      const value = /(-?[\d.]{1,40}(?:e[-+]?\d{1,3})?)\s*\S{0,4}\s*$/i.exec(rest)?.[1];
      return makeAlert(delivery, {
        source: 'graphite-beacon',
        key: name,
        status: level === 'NORMAL' ? 'resolved' : 'firing',
        severity: level === 'NORMAL' ? 'info' : severityOf(level),
        severityText: level,
        titles: [name],
        labels: { alertname: name },
        ...(target !== undefined && { metric: { query: target, language: 'graphite' as const } }),
        values: value === undefined ? [] : [{ name: target ?? name, value: numberOf(value) ?? null }],
      });
    });
    return { alerts, changes: [] };
  },
};
