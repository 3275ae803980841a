/** From hits to log lines: what the mapping says of a field first, the document itself where it says nothing. Pure. */
import { z } from 'zod';
import type { LogLine, LogsFrame } from '../../domain/frame.ts';
import type { FetchWindow } from '../source.ts';
import type { ElasticsearchRequest } from './bind.ts';
import { termsOfClauses } from './clauses.ts';
import { createFinder, type Matches, markedBy } from './matches.ts';
import { LEVEL_FIELDS, messageFields, timePosition } from './search-body.ts';

const Hit = z.object({
  sort: z.array(z.unknown()).optional(),
  fields: z.record(z.string(), z.array(z.unknown())).optional(),
  _source: z.record(z.string(), z.unknown()).optional(),
  highlight: z.record(z.string(), z.array(z.string())).optional(),
});
type Hit = z.output<typeof Hit>;

/** What reads one line. */
interface LineReader {
  readonly request: ElasticsearchRequest;
  find(message: string): Matches;
}

/** The frame of hits that come newest first, or as the definition sorts them; `undefined` when they have another shape. */
export function makeLogsFrame(
  hits: readonly unknown[],
  total: number,
  request: ElasticsearchRequest,
  { fromMs, toMs, zone }: FetchWindow,
  warnings: readonly string[],
): LogsFrame | undefined {
  const reader: LineReader = { request, find: finderOf(request) };
  const position = timePosition(request.block);
  const lines: LogLine[] = [];
  for (const one of hits) {
    const { success, data } = Hit.safeParse(one);
    const timeMs = Number(success ? data.sort?.[position] : undefined);
    if (!success || !Number.isFinite(timeMs)) return undefined;
    lines.push(lineOf(data, timeMs, reader));
  }
  if (!isOldestFirst(request)) lines.reverse();
  return { kind: 'logs', lines, total, range: { fromMs, toMs, zone, text: '' }, warnings };
}

function isOldestFirst({ block: { sort = [], timeField } }: ElasticsearchRequest): boolean {
  return sort[0]?.[timeField] === 'asc';
}

function finderOf({ block, phrase }: ElasticsearchRequest): LineReader['find'] {
  if (!block.highlight) return () => [];
  const terms = termsOfClauses(block, messageFields(block));
  return createFinder(phrase === undefined ? terms : [phrase, ...terms]);
}

function lineOf(hit: Hit, timeMs: number, { request: { block }, find }: LineReader): LogLine {
  const { columns = [], level } = block.lines ?? {};
  const first = (names: readonly string[]) => {
    const name = names.find((one) => textOf(hit, one) !== undefined);
    return name === undefined ? undefined : { name, text: textOf(hit, name) ?? '' };
  };
  const levelText = first(level === undefined ? LEVEL_FIELDS : [level])?.text;
  const { name = '', text: message = '' } = first(messageFields(block)) ?? {};
  const matches = markedBy(hit.highlight?.[name]?.join(', ') ?? '', message) ?? find(message);
  const shown = columns.flatMap((name): [string, string][] => {
    const text = textOf(hit, name);
    return text === undefined ? [] : [[name, text]];
  });
  return {
    timeMs,
    ...(levelText !== undefined && { level: levelText }),
    message,
    ...(matches.length > 0 && { matches }),
    fields: Object.fromEntries(shown),
  };
}

function textOf({ fields, _source }: Hit, name: string): string | undefined {
  // an object of a document is no value but the place of others: `log` of ECS holds `log.level`
  const values = fields?.[name] ?? [sourceValue(_source, name)].flat().filter((value) => typeof value !== 'object');
  const texts = values.filter((value) => value !== undefined && value !== null).map(plainText);
  return texts.length === 0 ? undefined : texts.join(', ');
}

function plainText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A field of a document, whose path may stand in nested objects, in one dotted key, or half of each. */
function sourceValue(source: unknown, path: string): unknown {
  if (typeof source !== 'object' || source === null) return undefined;
  if (Object.hasOwn(source, path)) return (source as Record<string, unknown>)[path];
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    if (!Object.hasOwn(source, head)) continue;
    const found = sourceValue((source as Record<string, unknown>)[head], path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}
