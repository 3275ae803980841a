/** A real Elasticsearch and a real OpenSearch with the documents of their rigs; every value is a function of its time. */
import { afterAll } from 'vitest';
import type { LogsFrame, SeriesFrame } from '../../src/domain/frame.ts';
import type { Arguments } from '../../src/domain/question.ts';
import type { Series } from '../../src/domain/series.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { createHttpClient } from '../../src/lib/http-client.ts';
import { elasticsearch } from '../../src/sources/elasticsearch.ts';
import type { FetchWindow, Source, SourceRequest } from '../../src/sources/source.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';
import { startRig } from './rig.ts';

/** Lengths of time, ms. */
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
/** The hosts of the rig; formulas take their index. */
export const HOSTS = ['web01', 'web02', 'db01'] as const;
/** Arguments that name all of them. */
export const ALL: Arguments = { host: [...HOSTS] };
/** The rigs, with ports of their own. */
export const PRODUCTS = [
  ['elasticsearch', 18_610, 'Elasticsearch 8'],
  ['opensearch', 18_620, 'OpenSearch 2'],
] as const;

/** What the rig has for the host with that index in that minute. */
export const isError = (host: number, minute: number) => (minute + host) % 10 === 0;
export const durationNs = (host: number, minute: number) => (1 + host + (minute % 5)) * 1_000_000;

/** The minutes of a window that begins and ends on whole ones. */
export function minutesOf({ fromMs, toMs }: FetchWindow): number[] {
  return Array.from({ length: (toMs - fromMs) / MINUTE_MS }, (_, index) => fromMs / MINUTE_MS + index);
}

/** How many documents with errors these hosts have in a window. */
export const errorsIn = (window: FetchWindow, hosts: readonly number[]) =>
  2 * minutesOf(window).reduce((sum, minute) => sum + hosts.filter((host) => isError(host, minute)).length, 0);

/** Values of a series as a plain list. */
export const values = (series: Series | undefined) => [...(series?.values ?? [])];
/** Their sum. */
export const sum = (series: Series | undefined) => values(series).reduce((total, value) => total + value, 0);

/** A product that runs, or why it does not. */
export interface Setting {
  /** Behind the name of the suite: why it is skipped, else empty. */
  readonly why: string;
  readonly isMissing: boolean;
  readonly url: string;
  /** Data end here, on a whole minute. */
  readonly endMs: number;
  /** A whole hour of whole minutes, in the past. */
  readonly hour: FetchWindow;
  readonly source: Source;
  readonly signal: AbortSignal;
  createSource(options?: object): Source;
  requestOf(block: object, args: Arguments, unit?: string): SourceRequest;
  ask(block: object, args: Arguments, window?: FetchWindow, unit?: string): Promise<[SeriesFrame, ...SeriesFrame[]]>;
  lines(block: object, args?: Arguments, window?: FetchWindow): Promise<LogsFrame>;
}

/** Starts a product and fills it; it stops after all tests of the file. */
export async function startElasticsearch(name: string, port: number): Promise<Setting> {
  const rig = await startRig(name, port);
  const isMissing = typeof rig === 'string';
  const url = isMissing ? 'http://127.0.0.1:9' : rig.url;
  const endMs = isMissing ? 0 : JSON.parse(await rig.command('seed')).end * 1000;
  afterAll(() => (isMissing ? undefined : rig.stop()));
  const clock = createFakeClock(endMs + 2_000);
  const signal = AbortSignal.timeout(240_000);
  const hour: FetchWindow = { fromMs: endMs - 2 * HOUR_MS, toMs: endMs - HOUR_MS, zone: 'UTC', maxPoints: 900 };
  const createSource = (options: object = {}): Source => {
    const publicUrl = 'https://kibana.example.net/s/ops';
    const parsed = elasticsearch.options.parse({ kind: 'elasticsearch', url, publicUrl, ...options });
    return elasticsearch.create(parsed, { name: 'rig', http: createHttpClient({ timeoutMs: 20_000 }), clock });
  };
  const source = createSource();
  const requestOf = (block: object, args: Arguments, unit = 'none') =>
    source.request(elasticsearch.block.parse({ index: 'logs-nginx-default', ...block }), {
      arguments: args,
      unit: makeUnit(unit),
      consolidate: 'average',
    });
  return {
    why: isMissing ? ` (skipped: ${rig})` : '',
    isMissing,
    url,
    endMs,
    hour,
    source,
    signal,
    createSource,
    requestOf,
    ask: async (block, args, window = hour, unit) =>
      (await source.fetch(requestOf(block, args, unit), window, signal)) as [SeriesFrame, ...SeriesFrame[]],
    lines: async (block, args = {}, window = hour) =>
      (await source.fetch(requestOf({ lines: {}, ...block }, args), window, signal))[0] as LogsFrame,
  };
}

/** Writes documents into an index of its own, whose texts are keywords; they can be found when it is done. */
export async function writeIndex(
  url: string,
  index: string,
  properties: object,
  docs: readonly object[],
): Promise<void> {
  const dynamic_templates = [{ texts: { match_mapping_type: 'string', mapping: { type: 'keyword' } } }];
  const mappings = { dynamic_templates, properties: { '@timestamp': { type: 'date' }, ...properties } };
  const send = async (method: string, path: string, type: string, body: string) => {
    const response = await fetch(`${url}/${path}`, { method, headers: { 'content-type': type }, body });
    const text = await response.text();
    if (!response.ok || text.includes('"errors":true')) throw new Error(`${path}: ${text.slice(0, 500)}`);
  };
  await send('PUT', index, 'application/json', JSON.stringify({ mappings }));
  const lines = docs.flatMap((doc) => ['{"create":{}}', JSON.stringify(doc)]).join('\n');
  await send('POST', `${index}/_bulk?refresh=true`, 'application/x-ndjson', `${lines}\n`);
}
