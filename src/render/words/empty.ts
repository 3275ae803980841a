/** Why there is nothing, in the words of each reason, and what would show something. Pure. */
import type { Answer, EmptyReason } from '../../domain/answer.ts';
import { formatValue } from '../../domain/format-number.ts';
import type { Line, Span } from '../../domain/message.ts';
import { makeUnit } from '../../domain/unit.ts';
import { aboutWords, createTimeTeller } from '../clock-words.ts';
import { questionWith, windowAround } from './question-with.ts';
import { joined } from './saying.ts';

/** Near names beyond this many are no help. */
const NEAR_MAX = 5;
const DAY_MS = 86_400_000;

/** The reason as one line that makes sense alone, and the next step as another, where there is one. */
export function emptyWords(answer: Answer, reason: EmptyReason): { readonly reason: Line; readonly next: Line } {
  const tell = createTimeTeller(answer.question.range, answer.nowMs);
  const ago = (timeMs: number) => `${aboutWords(answer.nowMs - timeMs)} ago`;
  switch (reason.kind) {
    case 'never_existed':
      return {
        reason: ['nothing here: ', { name: reason.what }, ' has never sent anything', ...nearWords(reason.near)],
        next: nearQuestion(answer, reason),
      };
    case 'stopped': {
      const value = formatValue(reason.lastValue, answer.question.query.unit);
      const when = `${tell(reason.lastMs)} (${ago(reason.lastMs)})`;
      return {
        reason: ['no value here: ', { name: reason.what }, ` sent its last one at ${when}: ${value}`],
        next: [{ code: questionWith(answer.question, windowAround(reason.lastMs, answer)) }, ' shows it'],
      };
    }
    case 'not_yet':
      return {
        reason: [
          'no value yet in this window: ',
          { name: reason.what },
          ` sent its first one at ${tell(reason.firstMs)}`,
        ],
        next: [{ code: questionWith(answer.question, windowAround(reason.firstMs, answer)) }, ' shows it'],
      };
    case 'too_old':
      return tooOldWords(answer, reason.keptMs);
    case 'filter':
      return filterWords(answer, reason);
    case 'silent':
      return {
        reason: ['no value here: ', { name: reason.what }, ' exists, but sent nothing in this window'],
        next: widerQuestion(answer),
      };
  }
}

function nearWords(near: readonly string[]): Line {
  if (near.length === 0) return ['; no name is near it'];
  const names = near.slice(0, NEAR_MAX).map((name): Line => [{ name }]);
  const more = near.length > NEAR_MAX ? ` … ${near.length - NEAR_MAX} more` : '';
  return ['. Near: ', ...joined(names, ', '), more].filter((span) => span !== '');
}

/** The question with the nearest name in the place of the one that does not exist, when it can be told which that is. */
function nearQuestion({ question }: Answer, { what, near }: EmptyReason & { kind: 'never_existed' }): Line {
  const [nearest] = near;
  if (nearest === undefined) return [];
  const words = question.text.split(' ');
  const at = words.findIndex((word) => word.length > 1 && (what === word || what.split('.').includes(word)));
  // a near name may be a whole path: its part at the same place is what the question says
  const place = what.split('.').indexOf(words[at] ?? '');
  const name = nearest.includes('.') ? nearest.split('.')[place] : nearest;
  if (at < 0 || name === undefined) return [];
  return ['Try ', { code: words.with(at, name).join(' ') }];
}

function tooOldWords(answer: Answer, keptMs: number): { reason: Line; next: Line } {
  const { question, nowMs } = answer;
  const product = question.query.kind.replace(/^./, (first) => first.toUpperCase());
  const keptDays = Math.max(1, Math.floor(Math.min(keptMs, question.query.maxRangeMs) / DAY_MS));
  const endWords = `the window ends ${aboutWords(nowMs - question.range.toMs)} ago`;
  return {
    reason: [`nothing left: ${product} keeps this metric for ${aboutWords(keptMs)}, ${endWords}`],
    next: [{ code: questionWith(question, `last ${keptDays}d`) }, ' is what it can still show'],
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
    return { reason: ['nothing matches ', span, ', and nothing would without it'], next: widerQuestion(answer) };
  return { reason: ['nothing matches ', span, `; without it there ${verb} ${rest}`], next: widerQuestion(answer) };
}

/** The same question over a day, or a week when it was a day or more already. */
function widerQuestion({ question }: Answer): Line {
  const { fromMs, toMs } = question.range;
  const wider = toMs - fromMs < DAY_MS ? 'last 24h' : 'last 7d';
  const widerMs = wider === 'last 24h' ? DAY_MS : 7 * DAY_MS;
  if (toMs - fromMs >= widerMs || widerMs > question.query.maxRangeMs) return [];
  return ['Further back: ', { code: questionWith(question, wider) }];
}
