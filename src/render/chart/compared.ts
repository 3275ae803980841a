/** The other side of a comparison on a chart: which line stands for which, and which have no counterpart. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { counterpartName } from '../counterpart.ts';
import { chartFrames } from './chart-frames.ts';
import { type Member, membersOf, ranked } from './select.ts';

/** The other side, by the members that it is laid beneath. */
export interface Compared {
  readonly twins: ReadonlyMap<Member, Member>;
  /** Of other arguments, those that stand for none of the members: the worst first. */
  readonly unpaired: readonly Member[];
}

/** The comparison's members, shifted onto the window of the question. */
export function pastMembers({ comparison, question: { range } }: Answer): Member[] {
  if (!comparison) return [];
  const shiftMs = comparison.offsetMs === 0 ? 0 : range.fromMs - comparison.fromMs;
  const frames = chartFrames(comparison.frames).map((frame) => ({
    ...frame,
    series: frame.series.map((series) => ({ ...series, times: series.times.map((timeMs) => timeMs + shiftMs) })),
  }));
  return membersOf(frames, range.fromMs, range.toMs);
}

/** Pairs both sides: by name, or by position where each is alone. */
export function compareMembers(members: readonly Member[], past: readonly Member[], answer: Answer): Compared {
  const { question } = answer;
  const isAlone = members.length === 1 && past.length === 1;
  const twins = new Map<Member, Member>();
  for (const member of members) {
    const name = counterpartName(member.series.name, question);
    const other = isAlone ? past[0] : past.find(({ series }) => series.name === name);
    if (other) twins.set(member, other);
  }
  if (question.comparison?.kind !== 'arguments') return { twins, unpaired: [] };
  const paired = new Set(twins.values());
  const unit = members[0]?.series.unit.id;
  const unpaired = past.filter((other) => !paired.has(other) && other.series.unit.id === unit);
  return { twins, unpaired: ranked(unpaired, answer) };
}
