/** What an answer says beside its first line: strips, tables and heatmaps that came with it, other queries' frames. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import type { Frame, SeriesFrame } from '../../domain/frame.ts';
import type { Line } from '../../domain/message.ts';
import { makeUnit } from '../../domain/unit.ts';
import { cutMiddle } from '../../lib/display-width.ts';
import { frameTitle, hasValue, heatmapOf, sheetFrames, stripFrames } from '../chart/chart-frames.ts';
import { answerOf } from '../own-looks.ts';
import { frameWords } from './frame-line.ts';
import { heatmapWords } from './heatmap.ts';
import { sheetLines } from './sheet.ts';
import { tableWords } from './tables.ts';

/** More lines than this are counted. */
const LINES_MAX = 6;
const TITLE_MAX_COLUMNS = 60;
const COUNT = makeUnit('count');

/** What the first line is about. */
export function mainFrame(answer: Answer): Frame | undefined {
  const { frames } = answer;
  if (sheetFrames(answer).length > 0) return undefined;
  return heatmapOf(answer) ?? frames.find(({ kind }) => kind === 'series') ?? frames[0];
}

/** One line for each further frame, in order: panels, strips, then what is no curve. */
export function furtherLines(answer: Answer): Line[] {
  const main = mainFrame(answer);
  // log lines beside their own counts are told, or left out, as a whole
  const own = answer.frames.filter(
    ({ kind, title }, index) =>
      answer.frames[index] !== main && kind !== 'series' && (kind !== 'logs' || title !== undefined),
  );
  const below = (answer.under ?? []).filter(({ kind }) => kind !== 'series');
  // a table beneath has the numbers of panels and strips
  const isTabled = answer.question.output === 'table' || answer.question.output === 'csv';
  const strips = stripFrames(answer).filter((frame) => !isTabled || !hasValue(frame, answer.question.range));
  const lines = [
    ...strips.map((frame) => stripLine(answer, frame)),
    ...[...own, ...below].map((frame) => otherLine(frame, answer)),
  ];
  const more = lines.length - LINES_MAX;
  return [...sheetLines(answer, isTabled), ...lines.slice(0, LINES_MAX), ...(more > 0 ? [[`… ${more} more`]] : [])];
}

function titled(title: string, words: Line): Line {
  return [{ name: cutMiddle(title, TITLE_MAX_COLUMNS) }, ': ', ...words];
}

function stripLine(answer: Answer, frame: SeriesFrame): Line {
  const words = hasValue(frame, answer.question.range) ? frameWords(answerOf(answer, frame)) : [];
  return titled(frameTitle(frame), words.length > 0 ? words : ['no value in this window']);
}

function otherLine(frame: Frame, answer: Answer): Line {
  const { fromMs, toMs } = answer.question.range;
  switch (frame.kind) {
    case 'table':
      return titled(frame.title ?? 'Table', tableWords(frame, frame.title ?? ''));
    case 'heatmap':
      return titled(frame.title ?? 'Heatmap', heatmapWords(frame, { ...answer, thresholds: [] }));
    case 'logs':
      return titled(frame.title ?? 'Log lines', [
        `${formatValue(frame.total, COUNT)} in ${formatDuration(toMs - fromMs)}`,
      ]);
    case 'series':
      return [];
  }
}
