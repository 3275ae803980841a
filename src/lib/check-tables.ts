/** Tables of what monitoring checks say: problems with the worst first, checks with their values, changes of state. Pure. */
import { DateTime } from 'luxon';
import { formatValue } from '../domain/format-number.ts';
import type { Cell, Column, TableFrame } from '../domain/frame.ts';
import type { PerfValue } from './perfdata.ts';
import { harmless } from './said.ts';

/** Words of states, the worst first; others stand behind them. */
const WORST_FIRST = [
  ...['DOWN', 'DISASTER', 'CRITICAL', 'HIGH', 'UNREACHABLE', 'AVERAGE', 'WARNING', 'UNKNOWN'],
  ...['INFORMATION', 'NOT CLASSIFIED', 'PENDING', 'UP', 'OK'],
];
/** States that are no problem. */
const FINE: ReadonlySet<string> = new Set(['OK', 'UP', 'PENDING']);
/** What a table holds at most; a chat shows the first of them and attaches the rest. */
const ROWS_MAX = 500;
/** Of one check; a switch has hundreds. */
const VALUES_SHOWN_MAX = 4;
const OUTPUT_MAX_CHARS = 160;

/** One check of a host, or the host itself, as it is now. */
export interface CheckState {
  readonly host: string;
  /** What is checked; absent for the host itself. */
  readonly check?: string;
  /** `CRITICAL`, `DOWN`, `OK`, …, in capitals. */
  readonly state: string;
  /** Since when it is in this state, ms; absent where that is not known. */
  readonly sinceMs?: number;
  /** Who knows of it and why it need not be looked at; absent where nobody does. */
  readonly handled?: string;
  /** What the check said. */
  readonly output: string;
  readonly values?: readonly PerfValue[];
}

/** A change of state in the past. */
export interface StateChange {
  readonly timeMs: number;
  readonly host: string;
  readonly check?: string;
  readonly state: string;
  /** Not yet confirmed by further checks. */
  readonly isSoft: boolean;
  readonly output: string;
}

type Range = TableFrame['range'];

/** Whether a state wants somebody's attention. */
export function isProblem({ state }: Pick<CheckState, 'state'>): boolean {
  return !FINE.has(state);
}

/** Problems, those that nobody handles first, of these the worst, of these the newest; what is fine is left out. */
export function problemTable(checks: readonly CheckState[], range: Range): TableFrame {
  const problems = checks.filter(isProblem).sort(byUrgency);
  const columns: Column[] = [
    { name: 'host', type: 'string' },
    { name: 'problem', type: 'string' },
    { name: 'state', type: 'string' },
    { name: 'since', type: 'time' },
    { name: 'handled', type: 'string' },
    { name: 'says', type: 'string' },
  ];
  const rows = problems.map(({ host, check, state, sinceMs, handled, output }): Cell[] => {
    return [host, check ?? 'the host itself', state, sinceMs ?? null, handled ?? null, shortened(output)];
  });
  return tableOf(columns, rows, range, 'problems');
}

/** Checks with what they measured, by host and name; of a host its own state first. */
export function checkTable(checks: readonly CheckState[], range: Range): TableFrame {
  const columns: Column[] = [
    { name: 'host', type: 'string' },
    { name: 'check', type: 'string' },
    { name: 'state', type: 'string' },
    { name: 'since', type: 'time' },
    { name: 'measured', type: 'string' },
    { name: 'says', type: 'string' },
  ];
  const rows = [...checks].sort(byPlace).map(({ host, check, state, sinceMs, values = [], output }): Cell[] => {
    return [host, check ?? 'the host itself', state, sinceMs ?? null, measured(values), shortened(output)];
  });
  return tableOf(columns, rows, range, 'checks');
}

/** Every value that checks measured, one a row; numbers with one unit for all are a column of numbers. */
export function valueTable(checks: readonly CheckState[], range: Range): TableFrame {
  const all = [...checks].sort(byPlace).flatMap((check) => (check.values ?? []).map((value) => ({ check, value })));
  const [first] = all;
  const unit = first && all.every(({ value }) => value.unit.id === first.value.unit.id) ? first.value.unit : undefined;
  const numbers = { type: unit ? 'number' : 'string', ...(unit && { unit }) } as const;
  const columns: Column[] = [
    { name: 'host', type: 'string' },
    { name: 'check', type: 'string' },
    { name: 'what', type: 'string' },
    { name: 'value', ...numbers },
    { name: 'warning at', type: 'string' },
    { name: 'critical at', type: 'string' },
    { name: 'min', ...numbers },
    { name: 'max', ...numbers },
  ];
  const rows = all.map(({ check, value: { label, value, warning, critical, min, max, unit: own } }): Cell[] => {
    const cell = (number: number | undefined) => cellOf(number, unit === undefined ? own : undefined);
    const name = check.check ?? 'the host itself';
    return [check.host, name, label, cell(value), warning ?? null, critical ?? null, cell(min), cell(max)];
  });
  return tableOf(columns, rows, range, 'values');
}

/** Changes of state, the newest first. */
export function historyTable(changes: readonly StateChange[], range: Range): TableFrame {
  const columns: Column[] = [
    { name: 'time', type: 'time' },
    { name: 'host', type: 'string' },
    { name: 'check', type: 'string' },
    { name: 'state', type: 'string' },
    { name: 'says', type: 'string' },
  ];
  const newestFirst = [...changes].sort((a, b) => b.timeMs - a.timeMs);
  const rows = newestFirst.map(({ timeMs, host, check, state, isSoft, output }): Cell[] => {
    return [timeMs, host, check ?? 'the host itself', isSoft ? `SOFT ${state}` : state, shortened(output)];
  });
  return tableOf(columns, rows, range, 'changes');
}

/** What is said where there is no problem: how much there is that is fine. */
export function noProblemWords(checks: readonly Pick<CheckState, 'state'>[]): string {
  const pending = checks.filter(({ state }) => state === 'PENDING').length;
  const fine = checks.length - pending;
  const waiting = pending > 0 ? `, ${pending} not checked yet` : '';
  return `no problems: ${counted(fine, 'check')} fine${waiting}`;
}

/** `1 check`, `12 checks`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

function tableOf(columns: readonly Column[], rows: readonly Cell[][], range: Range, nouns: string): TableFrame {
  const hidden = rows.length - ROWS_MAX;
  const warnings =
    hidden > 0 ? [`The first ${ROWS_MAX} ${nouns} of ${rows.length.toLocaleString('en-US')} are shown.`] : [];
  return { kind: 'table', columns, rows: rows.slice(0, ROWS_MAX), range, warnings };
}

function byUrgency(a: CheckState, b: CheckState): number {
  const handled = Number(a.handled !== undefined) - Number(b.handled !== undefined);
  return handled || rankOf(a.state) - rankOf(b.state) || (b.sinceMs ?? 0) - (a.sinceMs ?? 0) || byPlace(a, b);
}

const collator = new Intl.Collator('en', { numeric: true });

function byPlace(a: CheckState, b: CheckState): number {
  return collator.compare(a.host, b.host) || collator.compare(a.check ?? '', b.check ?? '');
}

function rankOf(state: string): number {
  const rank = WORST_FIRST.indexOf(state);
  return rank === -1 ? WORST_FIRST.length : rank;
}

function measured(values: readonly PerfValue[]): string | null {
  if (values.length === 0) return null;
  const shown = values.slice(0, VALUES_SHOWN_MAX).map(({ label, value, unit }) => {
    return `${label} ${value === undefined ? 'unknown' : formatValue(value, unit)}`;
  });
  return [...shown, ...(values.length > shown.length ? [`${values.length - shown.length} more`] : [])].join(', ');
}

function cellOf(value: number | undefined, unit: PerfValue['unit'] | undefined): Cell {
  if (value === undefined) return null;
  return unit ? formatValue(value, unit) : value;
}

/** One line of a plugin's words. */
function shortened(text: string): string {
  const line = text
    .replace(/[\x00-\x1f\x7f]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return line.length > OUTPUT_MAX_CHARS ? `${line.slice(0, OUTPUT_MAX_CHARS - 1)}…` : line;
}

/** When something ends: `23:31`, on another day `26 Nov 08:00`. */
export function untilWords(timeMs: number, nowMs: number, zone: string): string {
  const [time, now] = [timeMs, nowMs].map((ms) => DateTime.fromMillis(ms, { zone, locale: 'en' }));
  if (!time || !now) return '';
  return time.toFormat(time.hasSame(now, 'day') ? 'HH:mm' : 'd MMM HH:mm');
}

/** `acknowledged by alice: on it`, as a harmless line. */
export function handledWords(how: string, author: string | undefined, comment: string | undefined): string {
  const who = author ? ` by ${harmless(author)}` : '';
  const why = comment ? `: ${harmless(comment)}` : '';
  return `${how}${who}${why}`;
}
