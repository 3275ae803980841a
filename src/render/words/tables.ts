/** A table result in its first line: how many rows, which states, what is worst or most. Pure. */
import { formatValue } from '../../domain/format-number.ts';
import type { Cell, TableFrame } from '../../domain/frame.ts';
import type { Line, Span } from '../../domain/message.ts';
import { cutMiddle } from '../../lib/display-width.ts';
import { joined } from './saying.ts';

/** Names of a state beyond this many are counted. */
const NAMED_MAX = 3;
const NAME_MAX_COLUMNS = 40;
const STATE_COLUMN = /^(?:state|status|severity|health|level|result)$/i;
const NAME_COLUMN = /^(?:name|service|check|problem|alert|rule|item|trigger|monitor|job|host|instance|pod)$/i;

/** States as backends call them, the worst first; those of the last line are well and need no name. */
const STATES: readonly (readonly string[])[] = [
  ['critical', 'disaster', 'down', 'firing', 'alerting', 'error', 'failed', 'fatal', 'red'],
  ['high', 'unreachable', 'unavailable'],
  ['warning', 'average', 'degraded', 'active', 'yellow', 'soft critical'],
  ['unknown', 'pending', 'nodata', 'no data'],
  ['information', 'info', 'not classified'],
];
const WELL = ['ok', 'up', 'normal', 'resolved', 'green', 'healthy', 'passed', 'inactive', 'success'];

/** `3 problems, 1 critical: disk, 2 warning: load, swap`; `12 rows, most requests: checkout 2.4 k`; `web01 29 %`; `no rows`. */
export function tableWords(frame: TableFrame, title: string): Line {
  const { rows } = frame;
  if (rows.length === 0) return [`no ${nounOf(title, 2)}`];
  const state = stateColumn(frame);
  // rows that measure are groups of what the title names: a row of `Requests by path` is no request
  const isMeasuring = state === undefined && frame.columns.some(({ type }) => type === 'number');
  const noun = nounOf(isMeasuring ? '' : title, rows.length);
  const count = `${rows.length} ${noun}`;
  const only = noun === 'row' && state === undefined ? onlyWords(frame) : [];
  if (only.length > 0) return only;
  return joined(
    [[count], ...(state === undefined ? [mostWords(frame)] : stateWords(frame, state)), handledWords(frame)],
    ', ',
  );
}

/** `1 handled`: of problems those that somebody knows of, where the source tells. */
function handledWords({ columns, rows }: TableFrame): Line {
  const column = columns.findIndex(({ name }) => name === 'handled');
  const count = column < 0 ? 0 : rows.filter((row) => row[column] !== null && row[column] !== '').length;
  return count === 0 ? [] : [`${count} handled`];
}

/** `problems` for `Problems of web01`; else `rows`. */
function nounOf(title: string, count: number): string {
  const [, word = ''] = /^(\p{L}{3,}s)(?:\s|$)/u.exec(title) ?? [];
  const isPlural = word !== '' && !/(?:ss|us|is)$/i.test(word);
  const many = isPlural ? word.toLowerCase() : 'rows';
  return count === 1 ? many.replace(/ies$/, 'y').replace(/(?<!y)s$/, '') : many;
}

function stateColumn({ columns, rows }: TableFrame): number | undefined {
  const known = new Set([...STATES.flat(), ...WELL]);
  const found = columns.findIndex(({ name, type }, index) => {
    if (type !== 'string' || !STATE_COLUMN.test(name)) return false;
    return rows.some((row) => known.has(String(row[index]).trim().toLowerCase()));
  });
  return found < 0 ? undefined : found;
}

/** The place of a state among all, the worst at 0. */
function rankOf(state: string): number {
  const plain = state.toLowerCase();
  const rank = STATES.findIndex((names) => names.includes(plain));
  if (rank >= 0) return rank;
  return WELL.includes(plain) ? STATES.length + 1 : STATES.length;
}

/** Each state with how many, the worst first; who is in it, unless it is well. */
function stateWords(frame: TableFrame, state: number): Line[] {
  const name = nameColumn(frame, state);
  const byState = new Map<string, Cell[]>();
  for (const row of frame.rows) {
    const key = String(row[state] ?? 'none').trim();
    byState.set(key, [...(byState.get(key) ?? []), name === undefined ? null : (row[name] ?? null)]);
  }
  const states = [...byState].toSorted(([a], [b]) => rankOf(a) - rankOf(b));
  const more = states.length - 2 * NAMED_MAX;
  return [
    ...states.slice(0, 2 * NAMED_MAX).map(([key, names]): Line => {
      const head: Line = [`${names.length} `, { name: key.toLowerCase() }];
      const who = rankOf(key) > STATES.length ? [] : namesOf(names);
      return who.length === 0 ? head : [...head, ': ', ...who];
    }),
    ...(more > 0 ? [[`… ${more} more states`]] : []),
  ];
}

function namesOf(names: readonly Cell[]): Line {
  const known = [...new Set(names.filter((name) => name !== null && name !== '').map(String))];
  const shown = known.slice(0, NAMED_MAX).map((name): Line => [nameSpan(name)]);
  const more = known.length - shown.length;
  return joined([...shown, more > 0 ? [`… ${more} more`] : []], ', ');
}

const nameSpan = (name: string): Span => ({ name: cutMiddle(name, NAME_MAX_COLUMNS) });

/** The column that tells rows apart: by its name, and not the same in all of them; else the first such text. */
function nameColumn({ columns, rows }: TableFrame, state?: number): number | undefined {
  const isTelling = (index: number) =>
    columns[index]?.type === 'string' &&
    index !== state &&
    (rows.length < 2 || new Set(rows.map((row) => row[index])).size > 1);
  const telling = columns.map((_, index) => index).filter(isTelling);
  const host = (index: number) => /^(?:host|instance)$/i.test(columns[index]?.name ?? '');
  const named = telling.filter((index) => NAME_COLUMN.test(columns[index]?.name ?? ''));
  return named.find((index) => !host(index)) ?? named[0] ?? telling[0];
}

/** `web01 29 %`: a single row that holds a single number is that number. */
function onlyWords(frame: TableFrame): Line {
  const numbers = frame.columns.map((_, index) => index).filter((index) => frame.columns[index]?.type === 'number');
  const [only, more] = numbers;
  const [row, another] = frame.rows;
  const value = only === undefined ? undefined : row?.[only];
  if (typeof value !== 'number' || more !== undefined || another !== undefined || only === undefined) return [];
  const text = numberCell(value, frame.columns[only]?.unit);
  const column = nameColumn(frame);
  const name = column === undefined ? '' : String(row?.[column] ?? '');
  return text === '' ? [] : name === '' ? [text] : [nameSpan(name), ` ${text}`];
}

/** `most requests: checkout 2.4 k`: where there is one number a row and a name for it. */
function mostWords(frame: TableFrame): Line {
  const numbers = frame.columns.map((_, index) => index).filter((index) => frame.columns[index]?.type === 'number');
  const name = nameColumn(frame);
  const [only, more] = numbers;
  if (only === undefined || more !== undefined || name === undefined || frame.rows.length < 2) return [];
  const valued = frame.rows.filter((row) => typeof row[only] === 'number');
  const most = valued.reduce<readonly Cell[] | undefined>(
    (best, row) => (best === undefined || (row[only] as number) > (best[only] as number) ? row : best),
    undefined,
  );
  const column = frame.columns[only];
  if (!most || !column) return [];
  const value = numberCell(most[only] as number, column.unit);
  return ['most ', { name: column.name }, ': ', nameSpan(String(most[name] ?? '')), ` ${value}`];
}

/** Digits of a number without a unit. */
const PLAIN_DIGITS = 4;

/** A number of a table: with its unit; without one whole numbers as they are (they may be ids), others to four digits. */
export function numberCell(value: number, unit: TableFrame['columns'][number]['unit']): string {
  if (!Number.isFinite(value)) return '';
  if (unit) return formatValue(value, unit);
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(PLAIN_DIGITS)));
  return text.replace(/^-/, '\u2212');
}
