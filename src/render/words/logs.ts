/** Log lines in words: how many, when most, which messages; the newest as they are. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { foldMessages, type MessagePattern } from '../../domain/fold-messages.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import type { Frame, LogLine, LogsFrame } from '../../domain/frame.ts';
import { harmless, type Line, type TextTable } from '../../domain/message.ts';
import { makeUnit } from '../../domain/unit.ts';
import { cutEnd, displayWidth } from '../../lib/display-width.ts';
import { createTimeTeller, logTime } from '../clock-words.ts';
import { cutMarked, excerptOf, type MarkedText, type Place, stacked } from './excerpt.ts';
import { isSeriesFrame } from './facts.ts';
import { joined } from './saying.ts';

/** Messages that are named; the rest is in the share that these make. */
const PATTERNS_MAX = 3;
/** In a sentence. */
const PATTERN_MAX_COLUMNS = 100;
/** The newest lines that are shown. */
const LINES_MAX = 5;
/** Two rows of a phone; the whole line is in the CSV file and behind the link. */
const LINE_MAX_COLUMNS = 160;
/** A table has several columns. */
const CELL_MAX_COLUMNS = 80;
const MINUTE_MS = 60_000;
const COUNT = makeUnit('count');

/** The log lines of an answer. */
export function logsOf({ frames }: Answer): LogsFrame | undefined {
  return frames.find((frame: Frame): frame is LogsFrame => frame.kind === 'logs');
}

/** The log lines, where they are what the answer is about: in rankings and comparisons the numbers are. */
export function toldLogs(answer: Answer): LogsFrame | undefined {
  return answer.question.ranking || answer.comparison ? undefined : logsOf(answer);
}

/** Whether an answer shows its lines: it has some, and nobody asked for something else. */
export function isLinesAnswer(answer: Answer): boolean {
  return answer.question.output === 'lines' && toldLogs(answer) !== undefined;
}

/** The columns of lines, in the order in which they appear: those of the definition that any line has. */
export function columnsOfLines(lines: readonly LogLine[]): readonly string[] {
  return [...new Set(lines.flatMap(({ fields }) => Object.keys(fields)))];
}

const folded = new WeakMap<LogsFrame, readonly MessagePattern[]>();

function patternsOf(logs: LogsFrame): readonly MessagePattern[] {
  // headline, list and alt text name the same
  const patterns = folded.get(logs) ?? foldMessages(logs.lines);
  folded.set(logs, patterns);
  return patterns;
}

/**
 * The first line of an answer with log lines: `Errors of checkout 312 in 30 min · most at 10:44 (57) · 3 messages make
 * 94 %`; `undefined` for other answers, and where what counts is a ranking or a comparison.
 */
export function logsHeadline(answer: Answer): Line | undefined {
  const logs = toldLogs(answer);
  const { range } = answer.question;
  if (!logs) return undefined;
  const amount = logs.total === 0 ? 'none' : formatValue(logs.total, COUNT);
  const numbers = joined([
    [`${amount} in ${formatDuration(range.toMs - range.fromMs)}`],
    logs.total < 2 ? [] : busiestWords(answer),
    shareWords(logs),
  ]);
  return [{ name: answer.title, bold: true }, ' ', ...numbers];
}

/** The minute with the most lines, or the longer bucket of the count. */
function busiestWords(answer: Answer): Line {
  const frame = answer.frames.find(isSeriesFrame);
  const stepMs = frame?.stepMs ?? MINUTE_MS;
  const sizeMs = Math.max(MINUTE_MS, stepMs);
  const sums = new Map<number, number>();
  for (const { times, values } of frame?.series ?? []) {
    for (let index = 0; index < times.length; index += 1) {
      const timeMs = times[index] as number;
      const startMs = stepMs < MINUTE_MS ? Math.floor(timeMs / MINUTE_MS) * MINUTE_MS : timeMs;
      sums.set(startMs, (sums.get(startMs) ?? 0) + (values[index] || 0));
    }
  }
  const [busiest] = [...sums].sort(([, a], [, b]) => b - a);
  // a server that ran out of time may have counted in all what it could not spread over time
  if (!busiest || busiest[1] <= 0 || sums.size < 2) return [];
  const tell = createTimeTeller(answer.question.range, answer.nowMs);
  const span = sizeMs === MINUTE_MS ? '' : ` within ${formatDuration(sizeMs)}`;
  return [`most ${tell.when(busiest[0])} (${formatValue(busiest[1], COUNT)}${span})`];
}

/** How much the named messages make of all that were read. */
function shareWords(logs: LogsFrame): Line {
  const patterns = patternsOf(logs);
  const named = patterns.slice(0, PATTERNS_MAX);
  if (logs.lines.length < 2 || named.length === 0) return [];
  const share = Math.round((100 * named.reduce((sum, { count }) => sum + count, 0)) / logs.lines.length);
  if (patterns.length === logs.lines.length && patterns.length > PATTERNS_MAX) return ['all messages differ'];
  const of = logs.total > logs.lines.length ? ` of the newest ${formatValue(logs.lines.length, COUNT)}` : '';
  const messages = named.length === 1 ? 'one message makes' : `${named.length} messages make`;
  return patterns.length <= PATTERNS_MAX && of === ''
    ? [patterns.length === 1 ? 'all the same message' : `${patterns.length} different messages`]
    : [`${messages} ${share} %${of}`];
}

/** The most frequent messages, each on its line: `1. timeout after {n} ms 71 · first 10:41`. */
export function patternLines(answer: Answer): Line[] {
  const logs = toldLogs(answer);
  if (!logs || logs.lines.length < 2) return [];
  const patterns = patternsOf(logs);
  if (patterns.length === logs.lines.length && patterns.length > PATTERNS_MAX) return [];
  const tell = createTimeTeller(answer.question.range, answer.nowMs);
  return patterns
    .slice(0, PATTERNS_MAX)
    .map(({ pattern, count, firstMs }, index) => [
      `${index + 1}. `,
      { code: cutEnd(pattern, PATTERN_MAX_COLUMNS) },
      ` ${formatValue(count, COUNT)} · first ${tell.moment(firstMs)}`,
    ]);
}

/** The most frequent message as a sentence, for who cannot see. */
export function patternClause(answer: Answer): string[] {
  const logs = toldLogs(answer);
  const [first] = logs ? patternsOf(logs) : [];
  if (!first || first.count < 2) return [];
  return [`Most often: ${harmless(cutEnd(first.pattern, PATTERN_MAX_COLUMNS))} (${formatValue(first.count, COUNT)}).`];
}

/** The newest lines, the last one last: time, the definition's columns, severity, message; one row each. */
export function newestLines(answer: Answer): MarkedText {
  const lines = logsOf(answer)?.lines.slice(-LINES_MAX) ?? [];
  return stacked(lines.map((line) => rowOf(line, answer)));
}

function rowOf({ timeMs, level, message, fields, matches = [] }: LogLine, { question, nowMs }: Answer): MarkedText {
  const time = logTime(timeMs, question.range.zone, nowMs);
  const lead = [time, ...Object.values(fields), level ?? ''].map(harmless).filter((part) => part !== '');
  const before = cutEnd(lead.join(' '), LINE_MAX_COLUMNS / 2);
  const said = excerptOf(message, matches, LINE_MAX_COLUMNS - displayWidth(before) - 1);
  if (said.text === '') return { text: before, marks: [] };
  const marks = said.marks.map(([from, to]): Place => [from + before.length + 1, to + before.length + 1]);
  return cutMarked({ text: `${before} ${said.text}`, marks }, LINE_MAX_COLUMNS);
}

/** Lines as a table, the newest last: time, columns, severity, message; `undefined` where there are none. */
export function linesTable(answer: Answer, maxRows: number): TextTable | undefined {
  const lines = toldLogs(answer)?.lines ?? [];
  if (lines.length === 0) return undefined;
  const shown = lines.slice(-Math.min(maxRows, lines.length));
  const names = columnsOfLines(shown);
  const hidden = lines.length - shown.length;
  return {
    columns: ['time', ...names, 'level', 'message'].map((title) => ({ title, align: 'left' })),
    rows: shown.map(({ timeMs, level = '', message, fields, matches = [] }) => [
      logTime(timeMs, answer.question.range.zone, answer.nowMs),
      ...names.map((name) => cutEnd(fields[name] ?? '', CELL_MAX_COLUMNS)),
      level,
      cutEnd(excerptOf(message, matches, CELL_MAX_COLUMNS).text, CELL_MAX_COLUMNS),
    ]),
    ...(hidden > 0 && { more: `… ${hidden} earlier` }),
  };
}
