/** The render API: parameters in, JSON or CSV out, consolidated to `maxDataPoints` as graphite-web does it. Pure. */
import { refused } from './graphite-error.ts';
import { evaluateTargets, type Window } from './graphite-evaluate.ts';
import { consolidateRow, type Row } from './graphite-rows.ts';
import { parseGraphiteTime, zoneOf } from './graphite-time.ts';
import type { MetricTree } from './metric-tree.ts';

/** Targets in one request. */
const TARGETS_MAX = 100;
const DAY_S = 86_400;

/** Targets of a request; `target[]` counts only where there is no `target`. @throws GraphiteError when too many */
export function targetsOf(params: URLSearchParams): readonly string[] {
  const plain = params.getAll('target');
  const targets = plain.length > 0 ? plain : params.getAll('target[]');
  if (targets.length > TARGETS_MAX) throw refused(`more than ${TARGETS_MAX} targets`);
  return targets;
}

/** The window of a request: the last day unless it says otherwise; ends in the wrong order are swapped. */
export function windowOf(params: URLSearchParams, nowS: number): Window {
  const zone = zoneOf(params.get('tz'));
  const [from, until] = [timeOf(params, 'from', nowS, zone), timeOf(params, 'until', nowS, zone)];
  const [fromS, untilS] = [from ?? nowS - DAY_S, until ?? nowS];
  if (fromS === untilS) throw refused('Invalid empty time range');
  return { fromS: Math.min(fromS, untilS), untilS: Math.max(fromS, untilS) };
}

function timeOf(params: URLSearchParams, name: 'from' | 'until', nowS: number, zone: string): number | undefined {
  const text = params.get(name);
  if (text === null) return undefined;
  const time = parseGraphiteTime(text, nowS, zone);
  if (typeof time === 'string') throw refused(`Invalid value ${quoted(text)} for param ${name}: ${time}`);
  return time;
}

const quoted = (text: string) => `'${text.slice(0, 60)}'`;

/** Evaluates a request's targets over its window. */
export function renderRows(tree: MetricTree, params: URLSearchParams, nowS: number): Row[] {
  return evaluateTargets(tree, targetsOf(params), windowOf(params, nowS), nowS);
}

/** Writes rows as the render API's JSON. Times are epoch seconds, infinities `1e9999`. */
export function renderJson(rows: readonly Row[], params: URLSearchParams): string {
  const maxPoints = params.get('maxDataPoints') ?? '';
  const shaped = /^\d{1,9}$/.test(maxPoints) ? limitPoints(rows, Number(maxPoints)) : rows;
  const isDense = params.has('noNullPoints');
  const written = shaped.flatMap((row) => {
    const points = pointsOf(row, isDense);
    if (isDense && points.length === 0) return [];
    const tags = JSON.stringify({ name: row.name });
    return [`{"target": ${JSON.stringify(row.name)}, "tags": ${tags}, "datapoints": [${points.join(', ')}]}`];
  });
  return `[${written.join(', ')}]`;
}

function pointsOf({ values, startS, stepS }: Row, isDense: boolean): string[] {
  const points: string[] = [];
  values.forEach((value, index) => {
    if (isDense && Number.isNaN(value)) return;
    points.push(`[${numberText(value)}, ${startS + index * stepS}]`);
  });
  return points;
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'null';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '1e9999' : '-1e9999';
}

/**
 * Consolidates rows that have more points than wanted. Points are counted over the window of all rows; the start is
 * moved so that buckets fall on multiples of their length, whatever moment is asked, and one value fewer is dropped
 * than the start moves: both are what graphite-web does.
 */
export function limitPoints(rows: readonly Row[], maxPoints: number): readonly Row[] {
  const startS = Math.min(...rows.map((row) => row.startS));
  const endS = Math.max(...rows.map((row) => row.endS));
  return rows.map((row) => {
    if (maxPoints === 1) return consolidateRow(row, row.values.length);
    const points = (endS - startS) / row.stepS;
    if (maxPoints >= points || maxPoints === 0) return row;
    const perPoint = Math.ceil(points / maxPoints);
    const bucketS = perPoint * row.stepS;
    const nudgeS = bucketS + (row.startS % row.stepS) - (row.startS % bucketS);
    const lost = Math.max(0, Math.floor(nudgeS / row.stepS) - 1);
    return consolidateRow({ ...row, startS: row.startS + nudgeS, values: row.values.slice(lost) }, perPoint);
  });
}

/** Writes rows as `format=csv`: name, time in UTC, value. */
export function renderCsv(rows: readonly Row[]): string {
  const lines = rows.flatMap(({ name, values, startS, stepS }) =>
    Array.from(values, (value, index) => {
      const time = new Date((startS + index * stepS) * 1000).toISOString().slice(0, 19).replace('T', ' ');
      return `"${name.replaceAll('"', '""')}",${time},${Number.isNaN(value) ? '' : value}\r\n`;
    }),
  );
  return lines.join('');
}

/** Writes rows as `format=raw`: `name,start,end,step|value,value,None`. */
export function renderRaw(rows: readonly Row[]): string {
  const lines = rows.map(({ name, values, startS, endS, stepS }) => {
    const texts = Array.from(values, (value) => (Number.isNaN(value) ? 'None' : String(value)));
    return `${name},${startS},${endS},${stepS}|${texts.join(',')}\n`;
  });
  return lines.join('');
}
