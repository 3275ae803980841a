/** Whole questions made from one that was asked: other windows, as buttons and as next steps. Pure. */
import type { Answer } from '../../domain/answer.ts';
import type { Button } from '../../domain/message.ts';
import type { Question } from '../../domain/question.ts';
import { clockTime, isoDay } from '../clock-words.ts';

/** The question as it could be asked again, over another window: `cpu web01 last 6h vs last week`. */
export function questionWith(question: Question, rangeText: string): string {
  const { text, range } = question;
  const asked = range.text.trim();
  const at = asked === '' ? -1 : lastWordsIndex(text, asked);
  if (at >= 0) return `${text.slice(0, at)}${rangeText}${text.slice(at + asked.length)}`;
  // a window that was not said goes before what it could be taken for a part of
  const versus = lastWordsIndex(text, 'vs');
  if (versus < 0) return `${text} ${rangeText}`;
  return `${text.slice(0, versus)}${rangeText} ${text.slice(versus)}`;
}

/** Where words stand by themselves for the last time, outside quotes and not as the other side of a comparison. */
function lastWordsIndex(text: string, words: string): number {
  let at = text.length;
  while (at > 0) {
    at = text.lastIndexOf(words, at - 1);
    if (at < 0) return -1;
    const [before, after] = [text.slice(0, at), text.slice(at + words.length)];
    const isWhole = /(?:^|\s)$/.test(before) && /^(?:\s|$)/.test(after);
    const isQuoted = [...before].filter((char) => char === '"').length % 2 === 1;
    if (isWhole && !isQuoted && !/\bvs\s+$/.test(before)) return at;
  }
  return -1;
}

const HOUR_MS = 3_600_000;
const BUTTONS: readonly (readonly [label: string, rangeMs: number])[] = [
  ['1h', HOUR_MS],
  ['6h', 6 * HOUR_MS],
  ['24h', 24 * HOUR_MS],
  ['7d', 168 * HOUR_MS],
];

/** The window buttons: those that the query allows, without the window that was asked. */
export function windowButtons({ question, nowMs }: Answer): Button[] {
  const { range, query } = question;
  const isSliding = nowMs - range.toMs < 60_000;
  return BUTTONS.filter(([, rangeMs]) => rangeMs <= query.maxRangeMs)
    .filter(([, rangeMs]) => !(isSliding && range.toMs - range.fromMs === rangeMs))
    .map(([label]) => ({ label, question: questionWith(question, `last ${label}`) }));
}

const ROUND_MS = 300_000;
const SHORTEST_MS = 900_000;
const LONGEST_MS = 24 * HOUR_MS;

/**
 * Words for a window that a moment is the end or the start of, about as long as the one asked, at round times:
 * `10:00-10:45`, on another day `2026-11-20 10:00 to 2026-11-20 10:45`.
 */
export function windowAt(edge: 'end' | 'start', timeMs: number, { question: { range }, nowMs }: Answer): string {
  const lengthMs = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, range.toMs - range.fromMs));
  const endMs = edge === 'end' ? timeMs + 1 : timeMs + lengthMs;
  const toMs = Math.ceil(Math.min(endMs, nowMs) / ROUND_MS) * ROUND_MS;
  const fromMs = Math.floor((edge === 'start' ? timeMs : toMs - lengthMs) / ROUND_MS) * ROUND_MS;
  const [from, to] = [clockTime(fromMs, range.zone), clockTime(toMs, range.zone)];
  const [fromDay, toDay, today] = [fromMs, toMs, nowMs].map((ms) => isoDay(ms, range.zone));
  if (fromDay === today && toDay === today) return `${from}-${to}`;
  return `${fromDay} ${from} to ${toDay} ${to}`;
}
