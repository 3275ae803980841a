/** Why there is nothing, in the words of each reason, and what would show something. Pure. */
import type { Answer, EmptyReason } from '../../domain/answer.ts';
import { formatValue } from '../../domain/format-number.ts';
import type { Line, Span } from '../../domain/message.ts';
import { makeUnit } from '../../domain/unit.ts';
import { aboutWords, createTimeTeller } from '../clock-words.ts';
import { questionWith, windowAt } from './question-with.ts';
import { joined } from './saying.ts';

/** Near names beyond this many are no help. */
const NEAR_MAX = 5;
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** The reason as one line that makes sense alone, and the next step as another, where there is one. */
export function emptyWords(answer: Answer, reason: EmptyReason): { readonly reason: Line; readonly next: Line } {
  const tell = createTimeTeller(answer.question.range, answer.nowMs);
  const ago = (timeMs: number) => `${aboutWords(answer.nowMs - timeMs)} ago`;
  switch (reason.kind) {
    case 'never_existed':
      return {
        reason: [...neverWords(reason), ...nearWords(answer, reason)],
        next: nearQuestion(answer, reason),
      };
    case 'stopped': {
      const { lastValue } = reason;
      const value = lastValue === undefined ? '' : `: ${formatValue(lastValue, answer.question.query.unit)}`;
      const when = `${tell.when(reason.lastMs)} (${ago(reason.lastMs)})`;
      return {
        reason: [{ name: reason.what }, ` sent its last ${value === '' ? 'line' : 'value'} ${when}${value}.`],
        next: [{ code: questionWith(answer.question, windowAt('end', reason.lastMs, answer)) }, ' shows it.'],
      };
    }
    case 'not_yet':
      return {
        reason: [{ name: reason.what }, ` sent its first value ${tell.when(reason.firstMs)}, after this window.`],
        next: [{ code: questionWith(answer.question, windowAt('start', reason.firstMs, answer)) }, ' shows it.'],
      };
    case 'too_old':
      return tooOldWords(answer, reason.keptMs);
    case 'filter':
      return filterWords(answer, reason);
    case 'none':
      return { reason: [`${reason.said}.`], next: [] };
    case 'mistaken':
      return {
        reason: [`${reason.why}.`],
        next: ['It should say ', { code: reason.write }, '.'],
      };
    case 'silent':
      return {
        reason: [{ name: reason.what }, ' exists, but sent nothing in this window.'],
        next: widerQuestion(answer),
      };
  }
}

/** The reason alone, without what is near, for those who asked for nothing by name. */
export function bareReason(answer: Answer, reason: EmptyReason): Line {
  return reason.kind === 'never_existed' ? neverWords(reason) : emptyWords(answer, reason).reason;
}

type NeverExisted = EmptyReason & { readonly kind: 'never_existed' };

function neverWords({ what }: NeverExisted): Line {
  return [{ name: what }, ' has never sent anything.'];
}

function nearWords({ question }: Answer, { what, near }: NeverExisted): Line {
  if (near.length === 0) return [' No name is near it.'];
  const parent = unsaidParent(what, question.text.split(' '));
  const names = near.slice(0, NEAR_MAX).map((path): Line => [{ name: without(parent, path) }]);
  const more = near.length > NEAR_MAX ? [` … ${near.length - NEAR_MAX} more`] : [];
  return [' Near: ', ...joined(names, ', '), ...more, '.'];
}

/** What stands before the last dot of a missing name, unless somebody said the name with it: `servers.` of `servers.web99`. */
function unsaidParent(what: string, said: readonly string[]): string {
  return said.includes(what) ? '' : what.slice(0, what.lastIndexOf('.') + 1);
}

/** A near path without the beginning that it shares with the missing one: the part that differs is what is read. */
function without(parent: string, path: string): string {
  return path.startsWith(parent) ? path.slice(parent.length) : path;
}

/** The question with the nearest name in the place of the missing one, when it was said in the question as it is. */
function nearQuestion({ question }: Answer, { what, near }: NeverExisted): Line {
  const words = question.text.split(' ');
  const parent = unsaidParent(what, words);
  const at = words.indexOf(without(parent, what));
  const [nearest] = near;
  if (at < 0 || nearest === undefined) return [];
  return ['Try ', { code: words.with(at, without(parent, nearest)).join(' ') }, '.'];
}

function tooOldWords(answer: Answer, keptMs: number): { reason: Line; next: Line } {
  const { question, nowMs, origin } = answer;
  const [product = question.query.kind] = origin.split(' · ', 1);
  const keptDays = Math.max(1, Math.floor(Math.min(keptMs, question.query.maxRangeMs) / DAY_MS));
  // months would hide by how much it is beyond 60 days
  const endMs = nowMs - question.range.toMs;
  const isInDays = keptMs < YEAR_MS && endMs >= 2 * DAY_MS && endMs < YEAR_MS;
  const endWords = `the window ends ${isInDays ? `${Math.floor(endMs / DAY_MS)} days` : aboutWords(endMs)} ago`;
  return {
    reason: [`${product} keeps this metric for ${aboutWords(keptMs)}; ${endWords}.`],
    next: [{ code: questionWith(question, `last ${keptDays}d`) }, ' is all that it still has.'],
  };
}

function filterWords(
  answer: Answer,
  { filter, withoutFilter }: EmptyReason & { kind: 'filter' },
): { reason: Line; next: Line } {
  const count = formatValue(withoutFilter, makeUnit('count'));
  const { verb, rest } = withoutFilter === 1 ? { verb: 'is', rest: 'one' } : { verb: 'are', rest: count };
  const span: Span = { code: filter };
  if (withoutFilter === 0)
    return {
      reason: ['nothing matches ', span, ', and there is nothing without it either.'],
      next: widerQuestion(answer),
    };
  return { reason: ['nothing matches ', span, `; without it there ${verb} ${rest}.`], next: widerQuestion(answer) };
}

/** Windows that are offered where one is empty. */
const WIDER = [
  ['last 24h', DAY_MS],
  ['last 7d', 7 * DAY_MS],
] as const;

/** The same question over a day or a week, whichever is the first to begin earlier; nothing where neither does. */
function widerQuestion({ question, nowMs }: Answer): Line {
  const { fromMs, toMs } = question.range;
  const [wider] =
    WIDER.find(
      ([, sizeMs]) => sizeMs > toMs - fromMs && nowMs - sizeMs < fromMs && sizeMs <= question.query.maxRangeMs,
    ) ?? [];
  return wider === undefined ? [] : [{ code: questionWith(question, wider) }, ' looks further back.'];
}
