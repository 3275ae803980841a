/** How much of both sides of a comparison lies at the same clock times: means and peaks of different times say nothing. Pure. */
import type { Answer } from '../../domain/answer.ts';
import type { Series } from '../../domain/series.ts';

/** The window is looked at in so many parts, none shorter than a step. */
const PARTS = 24;
/** Both sides have values in at least this share of the parts in which either has any. */
const FAIR_SHARE = 0.5;

/** A side that cannot be compared. */
export interface ThinSide {
  /** For how long it has values, ms. */
  readonly valuesMs: number;
  /** For how long both sides have them, at most, ms. */
  readonly sharedMs: number;
}

/** What there is of the other side, where that is too little to compare; `shiftMs` moves it onto this one. */
export function thinSide(
  own: { readonly series: Series; readonly stepMs: number },
  other: { readonly series: Series; readonly stepMs: number },
  shiftMs: number,
  { question: { range }, nowMs }: Answer,
): ThinSide | undefined {
  // what is still to come has nothing to be compared with
  const spanMs = Math.min(range.toMs, Math.max(nowMs, range.fromMs + 1)) - range.fromMs;
  const stepMs = Math.max(own.stepMs, other.stepMs);
  const parts = Math.max(1, Math.min(PARTS, Math.floor(spanMs / stepMs)));
  const cut = { fromMs: range.fromMs, partMs: spanMs / parts, parts };
  const [mine, theirs] = [partsOf(own.series, 0, cut), partsOf(other.series, shiftMs, cut)];
  const shared = [...mine].filter((part) => theirs.has(part)).length;
  const either = mine.size + theirs.size - shared;
  if (either === 0 || shared >= FAIR_SHARE * either) return undefined;
  const count = other.series.values.filter((value) => !Number.isNaN(value)).length;
  return { valuesMs: Math.min(spanMs, count * other.stepMs), sharedMs: shared * cut.partMs };
}

/** The parts of the window in which a series has values. */
function partsOf(
  { times, values }: Series,
  shiftMs: number,
  { fromMs, partMs, parts }: { readonly fromMs: number; readonly partMs: number; readonly parts: number },
): Set<number> {
  const found = new Set<number>();
  for (let index = 0; index < times.length; index += 1) {
    const part = Math.floor(((times[index] as number) + shiftMs - fromMs) / partMs);
    if (part >= 0 && part < parts && !Number.isNaN(values[index] as number)) found.add(part);
  }
  return found;
}
