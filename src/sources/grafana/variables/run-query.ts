/** Runs the queries of variables as the browser would: each kind of data source has a little language of its own. */
import { BotError } from '../../../domain/errors.ts';
import type { GrafanaClient } from '../client.ts';
import type { Datasource } from '../datasources.ts';
import { askQueries, type QueryWindow } from '../ds-query.ts';
import { failureOfQuery, TITLE } from '../failures.ts';
import { kindOfPlugin } from '../language.ts';
import { type Json, listOf, mapOf, textOf } from '../present/json.ts';
import { OPTIONS_MAX, type VariableOption } from './options.ts';
import { optionsInFrames, promLines } from './read-options.ts';

/** What running one needs. */
export interface RunContext {
  readonly client: GrafanaClient;
  readonly datasource: Datasource;
  /** What the values must have been seen in, ms. */
  readonly window: QueryWindow;
  readonly signal: AbortSignal;
}

/**
 * The names that a query lists, in the order of the back end.
 *
 * @param query - the stored query, its variables filled in: a text or an object
 * @throws BotError `SOURCE_BAD_QUERY` for a query that only a browser can run; what the server refuses
 */
export async function runVariableQuery(query: unknown, context: RunContext): Promise<readonly VariableOption[]> {
  const text = textOf(query) ?? textOf(mapOf(query).query) ?? '';
  switch (kindOfPlugin(context.datasource.type)) {
    case 'prometheus':
      return runPrometheus(text, context);
    case 'loki':
      return runLoki(text, mapOf(query), context);
    case 'graphite':
      return runGraphite(textOf(mapOf(query).target) ?? text, context);
    case 'elasticsearch':
      return runElastic(query, text, context);
    case 'influxdb':
      return runInflux(text, context);
    case 'sql':
      return runFrames({ rawSql: textOf(mapOf(query).rawSql) ?? text, format: 'table', rawQuery: true }, context);
    default:
      return runFrames(typeof query === 'object' ? mapOf(query) : { query: text, rawQuery: true }, context);
  }
}

const named = (values: readonly string[]): readonly VariableOption[] => values.map((value) => ({ text: value, value }));

/** A path of the data source's own API; newer plugins answer it themselves, for older ones the server passes it on. */
async function throughDatasource(
  { client, datasource, signal }: RunContext,
  path: string,
  parameters: URLSearchParams,
  order: readonly ('resources' | 'proxy')[],
): Promise<unknown> {
  const uid = encodeURIComponent(datasource.uid);
  const [first, second] = order.map((way) =>
    way === 'resources' ? `api/datasources/uid/${uid}/resources/${path}` : `api/datasources/proxy/uid/${uid}/${path}`,
  ) as [string, string];
  try {
    return await client.get(first, parameters, signal);
  } catch (thrown) {
    if (!(thrown instanceof BotError) || thrown.code !== 'SOURCE_NOT_FOUND') throw thrown;
    return client.get(second, parameters, signal);
  }
}

async function runPrometheus(text: string, context: RunContext): Promise<readonly VariableOption[]> {
  const seconds = {
    start: String(Math.floor(context.window.fromMs / 1000)),
    end: String(Math.ceil(context.window.toMs / 1000)),
  };
  const ask = async (path: string, match?: string) => {
    const parameters = new URLSearchParams({ ...seconds, ...(match !== undefined && { 'match[]': match }) });
    const body = mapOf(await throughDatasource(context, `api/v1/${path}`, parameters, ['resources', 'proxy']));
    return listOf(body.data);
  };
  const call = /^\s*(label_names|label_values|metrics|query_result)\s*\(([\s\S]*)\)\s*$/.exec(text);
  const [, name, inner = ''] = call ?? [];
  switch (name) {
    case 'label_names':
      return named(strings(await ask('labels', blank(inner))));
    case 'label_values': {
      const comma = inner.lastIndexOf(',');
      const label = inner.slice(comma + 1).trim();
      if (!/^[A-Za-z_][\w]*$/.test(label)) throw unread(text);
      return named(
        strings(await ask(`label/${label}/values`, comma === -1 ? undefined : blank(inner.slice(0, comma)))),
      );
    }
    case 'metrics': {
      const pattern = safeRegex(inner.trim());
      return named(strings(await ask('label/__name__/values')).filter((metric) => pattern.test(metric)));
    }
    case 'query_result':
      return promLines(
        await askAlone({ expr: inner.trim(), instant: true, range: false, format: 'time_series' }, context),
      );
    default:
      if (text.trim() === '') throw unread(text);
      return (await ask('series', text.trim())).map((series) => {
        const { __name__: metric = '', ...labels } = mapOf(series);
        const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
        const line = `${String(metric)}{${pairs.join(',')}}`;
        return { text: line, value: line };
      });
  }
}

function blank(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim();
}

function safeRegex(pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (cause) {
    throw new BotError(
      'SOURCE_BAD_QUERY',
      'A variable of the dashboard has a regular expression that is broken.',
      {},
      { cause },
    );
  }
}

async function runLoki(text: string, query: Json, context: RunContext): Promise<readonly VariableOption[]> {
  const nanos = (ms: number) => `${Math.round(ms)}000000`;
  const range = { start: nanos(context.window.fromMs), end: nanos(context.window.toMs) };
  const ask = async (path: string, stream?: string) => {
    const parameters = new URLSearchParams({ ...range, ...(stream !== undefined && { query: stream }) });
    const body = await throughDatasource(context, path, parameters, ['resources', 'proxy']);
    return named(strings(listOf(mapOf(body).data ?? body)));
  };
  if (query.type === 0) return ask('labels');
  if (query.type === 1) {
    const label = textOf(query.label) ?? '';
    return ask(`label/${encodeURIComponent(label)}/values`, textOf(query.stream));
  }
  const [, name, inner = ''] = /^\s*(label_names|label_values)\s*\(([\s\S]*)\)\s*$/.exec(text) ?? [];
  if (name === 'label_names') return ask('labels');
  const comma = inner.lastIndexOf(',');
  const label = inner.slice(comma + 1).trim();
  if (name === undefined || !/^\w+$/.test(label)) throw unread(text);
  return ask(`label/${label}/values`, comma === -1 ? undefined : blank(inner.slice(0, comma)));
}

async function runGraphite(text: string, context: RunContext): Promise<readonly VariableOption[]> {
  const call = /^\s*(tags|tag_values|expand)\s*\(([\s\S]*)\)\s*$/.exec(text);
  const [, name, inner = ''] = call ?? [];
  const parts = inner.split(/,(?![^{]*\})/).map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'));
  const ask = (path: string, parameters: URLSearchParams) =>
    throughDatasource(context, path, parameters, ['proxy', 'resources']);
  if (name === 'tags' || name === 'tag_values') {
    const parameters = new URLSearchParams();
    const exprs = name === 'tags' ? parts : parts.slice(1);
    if (name === 'tag_values') parameters.set('tag', parts[0] ?? '');
    for (const expr of exprs) if (expr !== '') parameters.append('expr', expr);
    parameters.set('limit', String(OPTIONS_MAX));
    return named(strings(listOf(await ask(`tags/autoComplete/${name === 'tags' ? 'tags' : 'values'}`, parameters))));
  }
  if (name === 'expand') {
    const found = mapOf(await ask('metrics/expand', new URLSearchParams({ query: inner.trim() })));
    return named(strings(listOf(found.results)));
  }
  const found = listOf(await ask('metrics/find', new URLSearchParams({ query: text.trim() })));
  return found.flatMap((node) => {
    const name = textOf(mapOf(node).text);
    return name === undefined ? [] : [{ text: name, value: name }];
  });
}

async function runElastic(query: unknown, text: string, context: RunContext): Promise<readonly VariableOption[]> {
  const asked = typeof query === 'object' && mapOf(query).find !== undefined ? mapOf(query) : parsed(text);
  const field = textOf(asked.field);
  if (asked.find !== 'terms' || field === undefined) throw unread(text);
  const size = typeof asked.size === 'number' ? Math.min(asked.size, OPTIONS_MAX) : 500;
  const order = textOf(asked.order) ?? (asked.orderBy === 'doc_count' ? 'desc' : 'asc');
  const orderBy = asked.orderBy === 'doc_count' ? '_count' : '_key';
  return runFrames(
    {
      query: textOf(asked.query) ?? '*',
      metrics: [{ id: '1', type: 'count' }],
      bucketAggs: [
        { id: '2', type: 'terms', field, settings: { size: String(size), order, orderBy, min_doc_count: '1' } },
      ],
      timeField: textOf(context.datasource.settings.timeField) ?? '@timestamp',
    },
    context,
    field,
  );
}

function parsed(text: string): Json {
  try {
    return mapOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function runInflux(text: string, context: RunContext): Promise<readonly VariableOption[]> {
  const isShow = /^\s*show\s+tag\s+values/i.test(text);
  return runFrames({ query: text, rawQuery: true, resultFormat: 'table' }, context, isShow ? 'value' : undefined);
}

async function askAlone(model: Json, { client, datasource, window, signal }: RunContext) {
  const { uid, type } = datasource;
  const query = { ...model, refId: 'A', datasource: { uid, type }, maxDataPoints: 100, intervalMs: 60_000 };
  const { frames, failures } = await askQueries(client, [query], window, {}, signal);
  const [failure] = failures;
  if (failure) throw failureOfQuery(failure, datasource.name);
  return frames;
}

async function runFrames(model: Json, context: RunContext, column?: string): Promise<readonly VariableOption[]> {
  return optionsInFrames(await askAlone(model, context), column);
}

function strings(values: readonly unknown[]): string[] {
  return values
    .flatMap((one) => (typeof one === 'string' ? [one] : typeof one === 'number' ? [String(one)] : []))
    .slice(0, OPTIONS_MAX);
}

function unread(text: string): BotError {
  const shown = text.replace(/\s+/g, ' ').slice(0, 80);
  return new BotError(
    'SOURCE_BAD_QUERY',
    `A variable of the dashboard lists its values in a way that only ${TITLE}'s own page can${shown === '' ? '' : `: ${shown}`}.`,
  );
}
