/** The data sources that a Grafana has, and what dashboards mean by a reference to one. */
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { expectList, type GrafanaClient } from './client.ts';
import { TITLE } from './failures.ts';
import { kindOfPlugin } from './language.ts';
import type { DatasourceRef } from './panel.ts';
import { type Json, mapOf, textOf } from './present/json.ts';

/** A data source that was found. */
export interface Datasource {
  readonly uid: string;
  readonly type: string;
  /** What people call it; its uid where nothing is known of it. */
  readonly name: string;
  readonly isDefault: boolean;
  /** Least step that makes sense there: `15s`, its scrape interval. */
  readonly interval?: string;
  /** Settings that are no secret. */
  readonly settings: Json;
}

/** The server's own expressions. */
export const EXPRESSION_UID = '__expr__';
/** A panel whose queries each have a source of their own. */
export const MIXED_UID = '-- Mixed --';
/** A panel that shows another panel's result. */
export const DASHBOARD_UID = '-- Dashboard --';
/** Made-up and built-in data. */
const GRAFANA_UID = '-- Grafana --';

/** What is known of a server's data sources, remembered for a while. */
export interface Datasources {
  /** All that may be seen; empty where none may. @throws BotError */
  list(signal: AbortSignal): Promise<readonly Datasource[]>;
  /**
   * What a reference without variables means. One that has uid and type is taken at its
   * word, without asking where its settings do not matter.
   *
   * @throws BotError `SOURCE_NOT_FOUND`
   */
  resolve(ref: DatasourceRef, signal: AbortSignal): Promise<Datasource>;
}

/** Somebody who has just added one waits no longer. */
const REMEMBER_MS = 60_000;
/** A server that has more is no server that people pick from. */
const SOURCES_MAX = 2_000;

/** Makes it with an empty memory. */
export function createDatasources(client: GrafanaClient, clock: Clock): Datasources {
  let memory: { readonly untilMs: number; readonly found: readonly Datasource[] } | undefined;

  async function list(signal: AbortSignal): Promise<readonly Datasource[]> {
    if (memory && memory.untilMs > clock.now()) return memory.found;
    const found = await readList(client, signal);
    memory = { untilMs: clock.now() + REMEMBER_MS, found };
    return found;
  }

  /** Settings are a help: without them the panel is asked all the same. */
  async function listOrNothing(signal: AbortSignal): Promise<readonly Datasource[]> {
    try {
      return await list(signal);
    } catch (thrown) {
      if (thrown instanceof BotError && !thrown.retryable) return [];
      throw thrown;
    }
  }

  return {
    list,
    async resolve(ref, signal) {
      const { uid, type, name } = ref;
      if (uid === EXPRESSION_UID || type === EXPRESSION_UID) return bare(EXPRESSION_UID, EXPRESSION_UID);
      if (uid !== undefined && type !== undefined && name === undefined && !isSpecial(uid)) {
        const all = needsSettings(type) ? await listOrNothing(signal) : (memory?.found ?? []);
        return all.find((one) => one.uid === uid) ?? bare(uid, type);
      }
      if (uid === GRAFANA_UID) return bare('grafana', 'datasource');
      const all = await list(signal);
      const found = pick(all, ref);
      if (found) return found;
      throw notFound(ref, all.length);
    },
  };
}

/** Where the browser, not the server, keeps to the least step and the field of time that are set there. */
function needsSettings(type: string): boolean {
  return ['influxdb', 'elasticsearch', 'graphite'].includes(kindOfPlugin(type));
}

function isSpecial(uid: string): boolean {
  return uid === 'default' || uid === EXPRESSION_UID || uid === GRAFANA_UID;
}

function bare(uid: string, type: string): Datasource {
  return { uid, type, name: uid === EXPRESSION_UID ? 'The expression' : uid, isDefault: false, settings: {} };
}

function pick(all: readonly Datasource[], { uid, type, name }: DatasourceRef): Datasource | undefined {
  const wanted = uid ?? name;
  if (wanted === undefined || wanted === 'default' || wanted === '') {
    const ofType = type === undefined || wanted === 'default' ? all : all.filter((one) => one.type === type);
    return all.find((one) => one.isDefault && ofType.includes(one)) ?? (type === undefined ? undefined : ofType[0]);
  }
  return all.find((one) => one.uid === wanted) ?? all.find((one) => one.name === wanted);
}

function notFound({ uid, name }: DatasourceRef, count: number): BotError {
  const wanted = uid ?? name ?? 'default';
  const message =
    count === 0
      ? `${TITLE} does not let my login see its data sources (datasources:read), and this panel names its own only as "${wanted}".`
      : `${TITLE} has no data source "${wanted}".`;
  return new BotError('SOURCE_NOT_FOUND', message, { datasource: wanted });
}

/** Through the API; where that is not allowed, from what every page is told. */
async function readList(client: GrafanaClient, signal: AbortSignal): Promise<readonly Datasource[]> {
  try {
    return expectList(await client.get('api/datasources', undefined, signal), 'data sources')
      .slice(0, SOURCES_MAX)
      .flatMap(readOne);
  } catch (thrown) {
    if (!(thrown instanceof BotError) || !['SOURCE_FORBIDDEN', 'SOURCE_NOT_FOUND'].includes(thrown.code)) throw thrown;
  }
  try {
    return fromSettings(mapOf(await client.get('api/frontend/settings', undefined, signal)));
  } catch (thrown) {
    if (!(thrown instanceof BotError) || !['SOURCE_FORBIDDEN', 'SOURCE_NOT_FOUND'].includes(thrown.code)) throw thrown;
    return [];
  }
}

function fromSettings({ datasources, defaultDatasource }: Json): Datasource[] {
  return Object.entries(mapOf(datasources))
    .slice(0, SOURCES_MAX)
    .flatMap(([name, one]) => {
      const isDefault = name === defaultDatasource || mapOf(one).isDefault === true;
      return readOne({ name, ...mapOf(one), isDefault });
    });
}

function readOne(value: unknown): Datasource[] {
  const { uid, type, name, isDefault, jsonData } = mapOf(value);
  if (typeof uid !== 'string' || typeof type !== 'string' || typeof name !== 'string') return [];
  const settings = mapOf(jsonData);
  const interval = textOf(settings.timeInterval);
  return [{ uid, type, name, isDefault: isDefault === true, settings, ...(interval !== undefined && { interval }) }];
}
