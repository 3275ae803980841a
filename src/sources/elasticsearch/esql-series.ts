/** From columns of ES|QL to series: one date, numbers, and texts that tell the series apart. Pure. */
import type { SeriesFrame } from '../../domain/frame.ts';
import type { Labels } from '../../domain/labels.ts';
import { makeSortedSeries, type Series } from '../../domain/series.ts';
import type { FetchWindow } from '../source.ts';
import type { ElasticsearchRequest } from './bind.ts';
import { cellOf, columnType, type EsqlAnswer, timeOf } from './esql-cells.ts';

/** A picture with more lines says nothing. */
const SERIES_MAX = 200;

/** A series while its points are collected. */
interface Growing {
  readonly name: string;
  readonly labels: Labels;
  readonly points: Map<number, number>;
}

/**
 * The frame of answers that are series; `undefined` where they are a table: no date or several of them, no number,
 * documents with texts that nobody grouped by, or two rows of one series at one time.
 */
export function esqlSeries(
  answers: readonly EsqlAnswer[],
  { unit, groups, esql }: ElasticsearchRequest,
  window: FetchWindow,
  warnings: readonly string[],
): SeriesFrame | undefined {
  const [first] = answers;
  const types = (first?.columns ?? []).map(({ type }) => columnType(type));
  if (types.filter((type) => type === 'time').length !== 1 || !types.includes('number')) return undefined;
  const isGrouped = /\bstats\b/iu.test(esql?.text ?? '');
  if (!isGrouped && types.some((type) => type === 'string')) return undefined;
  const growing = new Map<string, Growing>();
  const areApart = answers.every((answer) => collect(answer, groups.length === 1, growing));
  if (!areApart) return undefined;
  const all = [...growing.values()];
  const shown = all.slice(0, SERIES_MAX);
  const stepMs = stepOf(shown);
  const cut = all.length > SERIES_MAX ? [`Only the first ${SERIES_MAX} of ${all.length} series are shown.`] : [];
  return {
    kind: 'series',
    series: shown.map((one) => seriesOf(one, stepMs, unit)),
    range: { fromMs: window.fromMs, toMs: window.toMs, zone: window.zone, text: '' },
    ...(stepMs !== undefined && { stepMs }),
    warnings: [...warnings, ...cut],
  };
}

/**
 * Puts each number of each row into its series: that of its column and of the texts beside it. Gives whether no place
 * was taken twice.
 */
function collect({ group, columns, values }: EsqlAnswer, isAlone: boolean, growing: Map<string, Growing>): boolean {
  const typed = columns.map(({ name, type }, index) => ({ name, type: columnType(type), cells: values[index] ?? [] }));
  const times = typed.find(({ type }) => type === 'time')?.cells ?? [];
  const numbers = typed.filter(({ type }) => type === 'number');
  const texts = typed.filter(({ type }) => type === 'string' || type === 'boolean');
  const own = isAlone ? [] : Object.values(group.labels);
  let areApart = true;
  times.forEach((time, row) => {
    const timeMs = timeOf(time);
    if (timeMs === undefined) return;
    const beside = texts.map(({ name, type, cells }) => [name, String(cellOf(cells[row], type) ?? '')] as const);
    for (const { name, cells } of numbers) {
      const value = cells[row];
      const words = [...own, ...beside.map(([, text]) => text), ...(numbers.length > 1 ? [name] : [])];
      const title = words.filter((word) => word !== '').join(' ') || name;
      const key = JSON.stringify([group.labels, beside, name]);
      const known = growing.get(key) ?? {
        name: title,
        labels: { ...Object.fromEntries(beside), ...group.labels },
        points: new Map<number, number>(),
      };
      areApart &&= !known.points.has(timeMs);
      known.points.set(timeMs, typeof value === 'number' ? value : Number.NaN);
      growing.set(key, known);
    }
  });
  return areApart;
}

function seriesOf({ name, labels, points }: Growing, stepMs: number | undefined, unit: Series['unit']): Series {
  const sorted = [...points].sort(([a], [b]) => a - b);
  return makeSortedSeries(
    { name, labels, unit, ...(stepMs !== undefined && { stepMs }) },
    Float64Array.from(sorted, ([timeMs]) => timeMs),
    Float64Array.from(sorted, ([, value]) => value),
  );
}

/** The least distance of two times; `undefined` where there are no two. */
function stepOf(all: readonly Growing[]): number | undefined {
  const times = [...new Set(all.flatMap(({ points }) => [...points.keys()]))].sort((a, b) => a - b);
  const steps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  return steps.length === 0 ? undefined : steps.reduce((least, step) => Math.min(least, step));
}
