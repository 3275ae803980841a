/** Tells which series belongs to which value of a question, so that they can be named and ranked. Pure. */
import type { SeriesFrame } from '../../domain/frame.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Series } from '../../domain/series.ts';

/** The values of each parameter that a frame was asked with. */
export type AskedParameters = Readonly<Record<string, readonly string[]>>;

/** Series with the label of each parameter, in the order of the values that were asked; the rest behind them. */
export function claimSeries(frame: SeriesFrame, asked: AskedParameters): SeriesFrame {
  const entries = Object.entries(asked);
  if (entries.length === 0) return frame;
  const series = frame.series.map((one) => ({ ...one, labels: { ...one.labels, ...parametersOf(one, entries) } }));
  const keyed = series.map((one, index) => ({ one, key: keyOf(one.labels, entries), index }));
  keyed.sort((a, b) => compare(a.key, b.key) || a.index - b.index);
  return { ...frame, series: keyed.map(({ one }) => one) };
}

/** Values of parameters that no series belongs to, though others have some. */
export function unclaimed(series: readonly Series[], asked: AskedParameters): readonly string[] {
  return Object.entries(asked).flatMap(([name, values]) => {
    const seen = new Set(series.map(({ labels }) => labels[name]));
    const isTold = series.every(({ labels }) => labels[name] !== undefined);
    return values.length > 1 && isTold ? values.filter((value) => !seen.has(value)) : [];
  });
}

function parametersOf(series: Series, entries: readonly (readonly [string, readonly string[]])[]): Labels {
  return Object.fromEntries(
    entries.flatMap(([name, values]) => {
      const [only, other] = values;
      const value = other === undefined ? only : claimedBy(series, name, values);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** By the label of that name, by any label, by a label that begins so (`web01:9100`), by the name. */
function claimedBy({ labels, name }: Series, parameter: string, values: readonly string[]): string | undefined {
  const own = labels[parameter];
  if (own !== undefined && values.includes(own)) return own;
  const all = Object.values(labels);
  const tests: readonly ((value: string) => boolean)[] = [
    (value) => all.includes(value),
    (value) => all.some((one) => one.startsWith(value) && /^[:.]/.test(one.slice(value.length))),
    (value) => name === value,
    (value) => wordIn(name, value) || all.some((one) => wordIn(one, value)),
  ];
  for (const test of tests) {
    const found = values.filter(test);
    if (found.length === 1) return found[0];
    if (found.length > 1) return found.sort((a, b) => b.length - a.length)[0];
  }
  return undefined;
}

function wordIn(text: string, value: string): boolean {
  const at = text.indexOf(value);
  if (at === -1) return false;
  const isEdge = (char: string | undefined) => char === undefined || !/[\w-]/.test(char);
  return isEdge(text[at - 1]) && isEdge(text[at + value.length]);
}

function keyOf(labels: Labels, entries: readonly (readonly [string, readonly string[]])[]): readonly number[] {
  return entries.map(([name, values]) => {
    const at = values.indexOf(labels[name] ?? '');
    return at === -1 ? values.length : at;
  });
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
