/** Log lines of Loki, Elasticsearch and others: in the form of the data plane and in those before it. Pure. */
import type { LogLine, LogsFrame } from '../../../domain/frame.ts';
import type { TimeRange } from '../../../domain/time-range.ts';
import type { DataFrame, Field } from '../data-frame.ts';
import { mapOf } from './json.ts';

/** Lines beyond are counted. */
const LINES_MAX = 1_000;
const MESSAGE_MAX_CHARS = 20_000;
const FIELD_MAX_CHARS = 1_000;

const BODY_NAMES = ['body', 'Line', 'line', 'message', '_source', 'log', 'content'];
const LEVEL_NAMES = ['severity', 'level', 'detected_level', 'lvl', 'log.level', 'severity_text'];
/** Names that say nothing of a line to people. */
const INNER_NAMES: ReadonlySet<string> = new Set(['id', 'tsNs', '_id', 'labelTypes', 'nanos', 'sort']);

/** Whether a frame holds log lines: a time and a text that the source calls so. */
export function isLogFrame({ type, preferred, fields }: DataFrame): boolean {
  if (type === 'log-lines' || preferred === 'logs') return fields.length > 0;
  const has = (name: string) => fields.some((field) => field.name === name);
  return (has('Line') || has('body')) && fields.some((field) => field.type === 'time');
}

/** All lines of these frames, the newest last. */
export function makeLogs(frames: readonly DataFrame[], range: TimeRange): LogsFrame {
  const lines = frames.flatMap(linesOf).sort((a, b) => a.timeMs - b.timeMs);
  const kept = lines.slice(-LINES_MAX);
  const cut = lines.length > kept.length ? [`The newest ${kept.length} of ${lines.length} lines are shown.`] : [];
  return { kind: 'logs', lines: kept, total: lines.length, range, warnings: cut };
}

function linesOf(frame: DataFrame): LogLine[] {
  const time = frame.fields.find(({ type }) => type === 'time');
  const body = bodyOf(frame);
  if (!time || !body) return [];
  return Array.from({ length: frame.length }, (_, row) => row).flatMap((row): LogLine[] => {
    const timeMs = time.values[row];
    if (typeof timeMs !== 'number' || !Number.isFinite(timeMs)) return [];
    const fields = fieldsOf(frame, row, [time, body]);
    const level = LEVEL_NAMES.map((name) => fields[name]).find((text) => text !== undefined && text !== '');
    const message = String(body.values[row] ?? '').slice(0, MESSAGE_MAX_CHARS);
    const others = Object.entries(fields).filter(([name]) => level === undefined || !LEVEL_NAMES.includes(name));
    return [{ timeMs, message, fields: Object.fromEntries(others), ...(level !== undefined && { level }) }];
  });
}

function bodyOf({ fields }: DataFrame): Field | undefined {
  const texts = fields.filter(({ type }) => type === 'string' || type === 'other');
  const named = BODY_NAMES.flatMap((name) => texts.find((field) => field.name === name) ?? []);
  return named[0] ?? texts.find(({ type, name }) => type === 'string' && !INNER_NAMES.has(name));
}

/** The other columns of a row, and the labels that stand in one of them as JSON. */
function fieldsOf(frame: DataFrame, row: number, without: readonly Field[]): Record<string, string> {
  const entries = frame.fields.flatMap((field): [string, string][] => {
    const value = field.values[row];
    if (without.includes(field) || INNER_NAMES.has(field.name) || value === null || value === undefined) return [];
    if (field.type === 'other') return Object.entries(parsed(String(value))).map(([name, one]) => [name, textIn(one)]);
    return [[field.name, textIn(value)]];
  });
  const shared = frame.fields.flatMap(({ labels }) => Object.entries(labels ?? {}));
  return Object.fromEntries([...shared, ...entries]);
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return mapOf(JSON.parse(text));
  } catch {
    return {};
  }
}

function textIn(value: unknown): string {
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, FIELD_MAX_CHARS);
}
