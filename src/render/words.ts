/** An answer in words: the text that stands with a picture, the text for who cannot see it, the questions that follow. Pure. */
import type { Answer } from '../domain/answer.ts';
import { formatDuration, formatValue } from '../domain/format-number.ts';
import { type Block, type Line, type Message, plainText } from '../domain/message.ts';
import { frameTitle, stripFrames } from './chart/chart-frames.ts';
import { answerOf, withOwnLooks } from './own-looks.ts';
import { beginningClause, firingFacts } from './words/alert.ts';
import { bareReason, emptyWords } from './words/empty.ts';
import { isCounted, isSeriesFrame, type SeriesFacts, seriesFacts } from './words/facts.ts';
import { furtherLines } from './words/further.ts';
import { headline } from './words/headline.ts';
import { exemplarLine } from './words/links.ts';
import { isLinesAnswer, logsHeadline, logsOf, newestLines, patternClause, patternLines } from './words/logs.ts';
import { windowButtons } from './words/question-with.ts';
import { sheetFacts } from './words/sheet.ts';
import { marksLine, noteLines, spanOfAnswer, windowLine } from './words/surroundings.ts';

export { questionWith } from './words/question-with.ts';
export { refusalMessage, renderFailureNote } from './words/refusal.ts';

/**
 * The text of an answer. First line: the title in bold and the numbers, which make sense alone; then the window with its
 * zone and links; deploys and other marks; remarks. Of log lines, which messages there are and the newest stand between.
 * With nothing to show, the reason and what would show something.
 * Buttons ask the same over other windows.
 */
export function answerMessage(asked: Answer): Message {
  const answer = withOwnLooks(asked);
  // an alert's own expression is no question that everybody may ask
  const buttons = answer.alert ? [] : windowButtons(answer);
  return { blocks: blocksOf(answer), ...(buttons.length > 0 && { buttons }) };
}

function blocksOf(answer: Answer): Block[] {
  if (answer.empty) return [textBlock(emptyLines(answer))];
  const around = [windowLine(answer), exemplarLine(answer), marksLine(answer), ...noteLines(answer)];
  const further = furtherLines(answer);
  if (!logsOf(answer)) return [textBlock([firstLine(answer), ...further, ...around])];
  const head = [firstLine(answer), ...patternLines(answer), ...further];
  const { text, marks } = isLinesAnswer(answer) ? newestLines(answer) : { text: '', marks: [] };
  if (text === '') return [textBlock([...head, ...around])];
  return [textBlock(head), { kind: 'code', text, marks }, textBlock(around)];
}

function textBlock(lines: readonly Line[]): Block {
  return { kind: 'text', lines: lines.filter((line) => line.length > 0) };
}

/** What the answer says first: of log lines how many, of everything else the numbers. */
function firstLine(answer: Answer): Line {
  return logsHeadline(answer) ?? headline(answer);
}

function emptyLines(answer: Answer): Line[] {
  if (!answer.empty) return [];
  const { reason, next } = emptyWords(answer, answer.empty);
  const first: Line = [{ name: answer.title, bold: true }, ' ', ...reason, ...(next.length > 0 ? [' ', ...next] : [])];
  return [first, windowLine(answer), ...noteLines(answer)];
}

/** Why there is nothing, with the next step, as plain text; empty when there is something. */
export function emptyText(answer: Answer): string {
  return answer.empty ? firstSentence(answer) : '';
}

/** Why there is nothing, alone, as plain text without a full stop; empty when there is something. */
export function emptyReason(answer: Answer): string {
  return answer.empty ? plainText(bareReason(answer, answer.empty)).replace(/\.$/, '') : '';
}

/** The first line without markup: a colon for the bold title, semicolons for the dots that a screen reader reads out. */
function firstSentence(answer: Answer): string {
  const [title = '', ...rest] = (answer.empty ? emptyLines(answer)[0] : firstLine(answer)) ?? [];
  const text = `${plainText([title])}: ${plainText(rest).trim().replaceAll(' · ', '; ')}`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Screen readers and platforms cut longer texts. */
const ALT_MAX_CHARS = 1000;

/** Plain words for who cannot see the picture: the first line, every named series in numbers, the window; one line. */
export function answerAlt(asked: Answer): string {
  const answer = withOwnLooks(asked);
  const window = `${answer.question.query.isDemo ? 'Demo data. ' : ''}${spanOfAnswer(answer)}.`;
  const clauses = answer.empty ? [] : [...beginningClause(answer), ...patternClause(answer), ...numberClauses(answer)];
  const marks = plainText(marksLine(answer)).replaceAll(' · ', '; ');
  const head = cut(firstSentence(answer), ALT_MAX_CHARS - window.length - 1);
  let alt = head;
  let [said, room] = [0, ALT_MAX_CHARS - window.length - 1];
  for (const clause of clauses) {
    const rest = clauses.length - said - 1;
    const reserve = rest > 0 ? ` And ${rest} more.`.length : 0;
    if (alt.length + 1 + clause.length + reserve > room) break;
    alt = `${alt} ${clause}`;
    said += 1;
  }
  if (said < clauses.length && said > 0) alt = `${alt} And ${clauses.length - said} more.`;
  room -= alt.length;
  const isMarked = marks !== '' && marks.length + 2 <= room;
  return `${alt}${isMarked ? ` ${marks}.` : ''} ${window}`;
}

/** What stands with the picture of an alert: the text for who cannot see it, and one line for the thread. */
export function alertChartWords(asked: Answer): { readonly alt: string; readonly line: Line } {
  const answer = withOwnLooks(asked);
  return { alt: answerAlt(answer), line: answer.empty ? (emptyLines(answer)[0] ?? []) : firstLine(answer) };
}

/** Every series in numbers, of an alert those that fire first: of the plot, of panels, of strips, these with the title of theirs. */
function numberClauses(answer: Answer): string[] {
  const panels = sheetFacts(answer);
  const own = panels.length > 0 ? [] : factsInOrder(answer).map((fact) => factClause(fact, fact.name));
  const strips = stripFrames(answer).flatMap((frame) => {
    const alone = answerOf(answer, frame);
    const facts = seriesFacts(alone);
    return facts.map((fact) => partClause(fact, panelName(frameTitle(frame), fact, facts.length > 1), alone));
  });
  const sheet = panels.map(({ title, alone, fact, isSeveral }) =>
    partClause(fact, panelName(title, fact, isSeveral), alone),
  );
  return [...own, ...sheet, ...strips];
}

function factsInOrder(answer: Answer): readonly SeriesFacts[] {
  const facts = seriesFacts(answer);
  if (!answer.alert) return facts;
  const firing = firingFacts(answer, answer.alert);
  return [...firing, ...facts.filter((fact) => !firing.includes(fact))];
}

const panelName = (title: string, { name }: SeriesFacts, isSeveral: boolean) =>
  isSeveral ? `${title} (${name})` : title;

/** Of counts the sum, which is what a panel or strip shows of them. */
function partClause(fact: SeriesFacts, name: string, alone: Answer): string {
  if (!isCounted(alone)) return factClause(fact, name);
  const { series, summary } = fact;
  const stepMs = alone.frames.find(isSeriesFrame)?.stepMs;
  const within = stepMs === undefined ? 'at once' : `within ${formatDuration(stepMs)}`;
  return `${plainText([{ name }])}: ${formatValue(summary.sum, series.unit)} in all, most ${within} ${formatValue(summary.max, series.unit)}.`;
}

function factClause({ series, summary }: SeriesFacts, name: string): string {
  const [min, mean, max, last] = [summary.min, summary.mean, summary.max, summary.last].map((value) =>
    formatValue(value, series.unit),
  );
  return `${plainText([{ name }])}: last ${last}, min ${min}, mean ${mean}, max ${max}.`;
}

/** Cuts at a whole character, with an ellipsis. */
function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, maxChars - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
