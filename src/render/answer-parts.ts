/** Answer → what is sent: words always, and a picture or a file where one was asked for and could be made. */
import type { Answer } from '../domain/answer.ts';
import { BotError, toBotError } from '../domain/errors.ts';
import type { Attachment, Message } from '../domain/message.ts';
import type { Theme } from '../domain/saved-query.ts';
import type { Log } from '../lib/log.ts';
import { heatmapOf } from './chart/chart-frames.ts';
import type { Picture } from './chart/picture.ts';
import type { ChartOptions } from './chart.ts';
import { answerCsv } from './csv.ts';
import { answerTable, furtherTables, isTableBetter, isTableWide } from './table.ts';
import { isLinesAnswer } from './words/logs.ts';
import { answerAlt, answerMessage, renderFailureNote } from './words.ts';

/** Draws charts; the pool does, a test may. */
export interface ChartRenderer {
  render(answer: Answer, options: ChartOptions, signal: AbortSignal): Promise<Picture>;
}

/** What presenting works with. */
export interface PresentDeps {
  readonly renderer: ChartRenderer;
  readonly log: Log;
}

/** Where a picture will be seen. */
export interface PicturePlace {
  /** The room's theme; a question's own wins. */
  readonly theme?: Theme | undefined;
  /** Colours that names have there already. */
  readonly slots?: Picture['slots'] | undefined;
}

/** An answer as it is sent. */
export interface AnswerParts {
  readonly message: Message;
  readonly alt: string;
  /** The picture or the CSV file; absent when there is none. */
  readonly file?: Attachment;
  /** Colours that the picture gave to names, for the pictures that follow it. */
  readonly slots?: Picture['slots'];
}

/** A table longer than this goes into a file, with its first rows in the message. */
const TABLE_MAX_ROWS = 20;
const CSV_PREVIEW_ROWS = 5;
/** Of a table that came beside something else. */
const FURTHER_ROWS = 10;

/** Makes words and, where asked, picture or file. A picture that fails leaves the words with one line about it. */
export async function presentAnswer(
  answer: Answer,
  place: PicturePlace,
  deps: PresentDeps,
  signal: AbortSignal,
): Promise<AnswerParts> {
  const parts = wordsOf(answer);
  return wantsPicture(answer) ? withPicture(parts, answer, place, deps, signal) : parts;
}

/**
 * Whether an answer is shown as a picture: there are values that a chart can show, nobody asked otherwise, and a table
 * does not say more.
 */
export function wantsPicture(answer: Answer): boolean {
  const heatmap = heatmapOf(answer);
  const isDrawable = heatmap
    ? heatmap.counts.some((count) => count > 0)
    : answer.frames.some(({ kind }) => kind === 'series');
  return !answer.empty && isDrawable && outputOf(answer) === 'chart';
}

/** Everything but the picture: words, tables, a CSV file. */
export function wordsOf(answer: Answer): AnswerParts {
  const message = answerMessage(answer);
  const alt = answerAlt(answer);
  const output = outputOf(answer);
  if (answer.empty || isLinesAnswer(answer)) return { message, alt };
  if (output === 'chart') return { message: withFurther(message, answer), alt };
  if (output === 'csv')
    return { message: withTable(message, answer, CSV_PREVIEW_ROWS), alt, file: csvFile(answer, alt) };
  return tableParts(message, alt, answer);
}

function outputOf(answer: Answer): Answer['question']['output'] {
  const { output } = answer.question;
  return output === 'chart' && isTableBetter(answer) ? 'table' : output;
}

function tableParts(message: Message, alt: string, answer: Answer): AnswerParts {
  const rows = answerTable(answer)?.rows.length ?? 0;
  const shown = withTable(message, answer, TABLE_MAX_ROWS);
  const isCut = rows > TABLE_MAX_ROWS || isTableWide(answer, TABLE_MAX_ROWS);
  return { message: withFurther(shown, answer), alt, ...(isCut && { file: csvFile(answer, alt) }) };
}

/** Tables that came beside what is shown, their first rows. */
function withFurther(message: Message, answer: Answer): Message {
  const tables = furtherTables(answer, FURTHER_ROWS).map((table) => ({ kind: 'table' as const, table }));
  return tables.length > 0 ? { ...message, blocks: [...message.blocks, ...tables] } : message;
}

async function withPicture(
  { message, alt }: AnswerParts,
  answer: Answer,
  { theme: usual, slots: kept }: PicturePlace,
  { renderer, log }: PresentDeps,
  signal: AbortSignal,
): Promise<AnswerParts> {
  const theme = answer.question.looks.theme ?? usual ?? 'light';
  try {
    const { png, slots } = await renderer.render(answer, { theme, ...(kept && { slots: kept }) }, signal);
    const file: Attachment = { fileName: fileNameOf(answer, 'png'), mediaType: 'image/png', bytes: png, alt };
    return { message, alt, file, slots };
  } catch (thrown) {
    if (signal.aborted && !(thrown instanceof BotError)) throw thrown;
    const error = toBotError(thrown);
    log.error({ code: error.code, err: thrown }, 'a chart could not be drawn');
    const table = withTable(message, answer, TABLE_MAX_ROWS);
    const note: Message['blocks'][number] = { kind: 'text', lines: [[renderFailureNote(error)]] };
    return { message: { ...table, blocks: [...table.blocks, note] }, alt };
  }
}

function withTable(message: Message, answer: Answer, maxRows: number): Message {
  const table = answerTable(answer, maxRows);
  return table ? { ...message, blocks: [...message.blocks, { kind: 'table', table }] } : message;
}

function csvFile(answer: Answer, alt: string): Attachment {
  const bytes = new TextEncoder().encode(answerCsv(answer));
  return { fileName: fileNameOf(answer, 'csv'), mediaType: 'text/csv', bytes, alt };
}

/** Keeps file names short and plain whatever a title holds. */
const FILE_NAME_MAX_CHARS = 60;

function fileNameOf({ title }: Answer, extension: string): string {
  const plain = title
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
  return `${plain.slice(0, FILE_NAME_MAX_CHARS) || 'answer'}.${extension}`;
}
