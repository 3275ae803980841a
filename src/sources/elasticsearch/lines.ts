/** From hits to log lines: what the mapping says of a field first, the document itself where it says nothing. Pure. */
import { z } from 'zod';
import type { LogLine, LogsFrame } from '../../domain/frame.ts';
import type { FetchWindow } from '../source.ts';
import type { ElasticsearchRequest } from './bind.ts';
import { LEVEL_FIELDS, MESSAGE_FIELDS } from './search-body.ts';

const Hit = z.object({
  sort: z.array(z.unknown()).optional(),
  fields: z.record(z.string(), z.array(z.unknown())).optional(),
  _source: z.record(z.string(), z.unknown()).optional(),
});
type Hit = z.output<typeof Hit>;

/** The frame of hits that come newest first; `undefined` when they have another shape. */
export function makeLogsFrame(
  hits: readonly unknown[],
  total: number,
  request: ElasticsearchRequest,
  { fromMs, toMs, zone }: FetchWindow,
  warnings: readonly string[],
): LogsFrame | undefined {
  const lines: LogLine[] = [];
  for (const one of hits) {
    const { success, data } = Hit.safeParse(one);
    const timeMs = Number(success ? data.sort?.[0] : undefined);
    if (!success || !Number.isFinite(timeMs)) return undefined;
    lines.push(lineOf(data, timeMs, request));
  }
  lines.reverse();
  return { kind: 'logs', lines, total, range: { fromMs, toMs, zone, text: '' }, warnings };
}

function lineOf(hit: Hit, timeMs: number, { block: { lines } }: ElasticsearchRequest): LogLine {
  const { columns = [], message, level } = lines ?? {};
  const first = (names: readonly string[]) => names.map((name) => textOf(hit, name)).find((text) => text !== undefined);
  const levelText = first(level === undefined ? LEVEL_FIELDS : [level]);
  const shown = columns.flatMap((name): [string, string][] => {
    const text = textOf(hit, name);
    return text === undefined ? [] : [[name, text]];
  });
  return {
    timeMs,
    ...(levelText !== undefined && { level: levelText }),
    message: first(message === undefined ? MESSAGE_FIELDS : [message]) ?? '',
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
