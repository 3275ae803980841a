/** What the labels at the line ends say, before they have places. Pure. */
import { DateTime } from 'luxon';
import type { Answer } from '../../domain/answer.ts';
import { formatColumn, formatValue } from '../../domain/format-number.ts';
import { summarize } from '../../domain/series.ts';
import { crowdName, firingName } from './firing.ts';
import type { LabelWish } from './labels.ts';
import type { Palette } from './palette.ts';
import { twinColor } from './plot.ts';
import type { Content, Shown } from './prepare.ts';
import type { Member } from './select.ts';
import { type StackedRow, stackRows, sumRows } from './stack.ts';
import { cleanText } from './text.ts';
import { weekdayName } from './time-axis.ts';

/** A label's words and the value and time it belongs to. */
export type EndSeed = Omit<LabelWish, 'y' | 'endX'> & {
  /** In the unit of the axis. */
  readonly at: number;
  /** Of the end of its line; left out for labels without a connector. */
  readonly endMs?: number;
};

/** A series ended when its last value is older than so many steps. */
const ENDED_STEPS = 3;
/** A source may lag by this share of the window before all series count as ended. */
const LAG_SHARE = 0.02;

/** What the labels say, lines and stacks; bars have a list of sums instead. */
export function endSeeds(content: Content, answer: Answer, palette: Palette): EndSeed[] {
  return content.kind === 'stack' ? stackSeeds(content, answer, palette) : lineSeeds(content, answer, palette);
}

function lineSeeds(content: Content, answer: Answer, palette: Palette): EndSeed[] {
  const { shown, others, unit } = content;
  const twin = twinOf(content);
  const isTwin = twin !== undefined;
  const members = twin ? [...shown, twin] : shown;
  const values = formatColumn(
    members.map(({ summary }) => summary.last),
    unit,
  );
  const newestMs = Math.max(...shown.map(({ summary }) => summary.lastMs));
  const seeds = members.map((member, index): EndSeed => {
    const isPast = index >= shown.length;
    const ended = isPast ? undefined : endedText(member as Shown, newestMs, content, answer);
    const value = members.length === 1 ? formatValue(member.summary.last, unit) : (values[index] as string);
    return {
      name: isTwin ? twinName(member.name, isPast, answer) : member.name,
      ...(ended && { nameSuffix: ended }),
      value,
      color: isPast ? twinColor(content, palette) : (member as Shown).color,
      at: member.summary.last,
      endMs: member.summary.lastMs,
      tone: isPast ? 'past' : ended ? 'quiet' : 'normal',
    };
  });
  const more = content.firing.length > 0 ? [firingSeed(content, answer, palette)] : [];
  return [...seeds, ...more, ...(others.length > 0 ? [othersSeed(content, answer, palette)] : [])];
}

/** The other side of a single series. */
export const twinOf = ({ shown, others }: Content): Member | undefined =>
  shown.length === 1 && others.length === 0 ? shown[0]?.twin : undefined;

function twinName(name: string, isPast: boolean, { comparison, question }: Answer): string {
  if (isPast) return cleanText(comparison?.label ?? 'before');
  // whose it is, is what a ranking is asked for
  return question.comparison?.kind === 'arguments' || question.ranking ? name : 'now';
}

/** `, until 13:58` for a series that ended before the others, or well before now. */
function endedText(
  { summary }: Pick<Shown, 'summary'>,
  newestMs: number,
  { stepMs }: Content,
  { question, nowMs }: Answer,
): string | undefined {
  const { fromMs, toMs, zone } = question.range;
  const lagMs = (toMs - fromMs) * LAG_SHARE;
  const stepsMs = (stepMs ?? lagMs / ENDED_STEPS) * ENDED_STEPS;
  const isBehind = newestMs - summary.lastMs > Math.max(stepsMs, lagMs / 4);
  const isOver = Math.min(toMs, nowMs) - summary.lastMs > Math.max(stepsMs, lagMs);
  if (!isBehind && !isOver) return undefined;
  if (summary.count === 1) return undefined;
  const last = DateTime.fromMillis(summary.lastMs, { zone });
  const end = DateTime.fromMillis(toMs, { zone });
  const clock = last.toFormat(toMs - fromMs < 300_000 ? 'HH:mm:ss' : 'HH:mm');
  if (last.hasSame(end, 'day') || toMs - fromMs <= 86_400_000) return `, until ${clock}`;
  if (toMs - fromMs <= 6 * 86_400_000) return `, until ${weekdayName(last)} ${clock}`;
  return `, until ${last.setLocale('en-GB').toFormat('d LLL')}`;
}

function othersSeed(content: Content, answer: Answer, palette: Palette): EndSeed {
  const seed = countSeed(crowdName(answer, content), content.others, answer);
  return { ...seed, color: palette.context, tone: 'quiet' };
}

/** Members of a group that fire and have no colour. */
function firingSeed(content: Content, answer: Answer, palette: Palette): EndSeed {
  const seed = countSeed(firingName(answer, content), content.firing, answer);
  return { ...seed, color: palette.ink2, tone: 'normal' };
}

/** A count at the median of those that it counts. */
function countSeed(name: string, members: Content['others'], { question }: Answer) {
  const lasts = members.map(({ summary }) => summary.last).sort((a, b) => a - b);
  return { name, at: lasts[Math.floor((lasts.length - 1) / 2)] ?? 0, endMs: question.range.toMs };
}

/** Bands from the top down, the total above. */
function stackSeeds(content: Content, answer: Answer, palette: Palette): EndSeed[] {
  const { grid, shown, unit } = content;
  if (!grid) return [];
  const total = sumRows(grid.rows, grid.times.length);
  const summary = summarize({ times: grid.times, values: total });
  const column = summary ? grid.times.indexOf(summary.lastMs) : -1;
  if (!summary || column < 0) return [];
  const lasts = grid.rows.map((row) => row[column] as number);
  const values = formatColumn([summary.last, ...lasts], unit);
  const stacked = stackRows(grid.rows);
  const bands = shown.map((member, index): EndSeed => {
    const last = lasts[index] as number;
    const { base, edge } = stacked[index] as StackedRow;
    const at = ((base?.[column] ?? 0) + (edge[column] as number)) / 2;
    const { name, color } = member;
    const own = { summary: { ...member.summary, lastMs: member.ownLastMs ?? summary.lastMs } };
    const ended = last === 0 ? endedText(own, summary.lastMs, content, answer) : undefined;
    const seed = { name, color, at, endMs: summary.lastMs };
    // a sum takes what is missing for zero, but nobody measured one
    if (ended) return { ...seed, nameSuffix: ended, tone: 'quiet' };
    return { ...seed, value: values[index + 1] as string, tone: 'normal' };
  });
  return [
    { name: 'total', value: values[0] as string, color: palette.ink2, at: summary.last, tone: 'normal' },
    ...bands.toReversed(),
  ];
}
