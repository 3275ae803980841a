/** Whole questions that may follow an answer: other windows, another day beside it, its numbers. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { windowButtons } from './question-with.ts';

const DAY_MS = 86_400_000;

/** Questions to ask next; each stands for itself. None of an alert's own expression, which not everybody may ask. */
export function nextQuestions(answer: Answer): readonly string[] {
  if (answer.alert) return [];
  const { question } = answer;
  const { text, range, comparison, ranking, output } = question;
  const windows = windowButtons(answer).map((button) => button.question);
  const isChart = output === 'chart' && !answer.empty;
  const isComparable = isChart && !comparison && !ranking && answer.frames.some(({ kind }) => kind === 'series');
  const before = range.toMs - range.fromMs <= DAY_MS ? 'vs yesterday' : 'vs last week';
  return [...windows, ...(isComparable ? [`${text} ${before}`] : []), ...(isChart ? [`${text} as table`] : [])];
}
