/** One colour for one host, in the plot and beneath it. Pure. */
import type { Answer } from '../../domain/answer.ts';
import type { SeriesFrame } from '../../domain/frame.ts';
import type { Series } from '../../domain/series.ts';
import { chartFrames } from './chart-frames.ts';

/** The slots of the plot (`kept`) for those series of a strip that are of the same host by another name. */
export function sameSlots(
  { series }: SeriesFrame,
  { frames, question }: Answer,
  kept: Readonly<Record<string, number>>,
) {
  const values = new Set(Object.values(question.arguments).flat());
  const subjectOf = ({ labels }: Series) => Object.values(labels).find((value) => values.has(value));
  const above = chartFrames(frames).flatMap((frame) => frame.series);
  const only = (all: readonly Series[], subject: string) => {
    const [first, second] = all.filter((one) => subjectOf(one) === subject);
    return second ? undefined : first;
  };
  const same = series.flatMap((one): [string, number][] => {
    const subject = subjectOf(one);
    const other = subject !== undefined && only(series, subject) ? only(above, subject) : undefined;
    const slot = other && kept[other.name];
    return slot === undefined ? [] : [[one.name, slot]];
  });
  return Object.fromEntries(same);
}
