/** A contact sheet in words: how many panels, which of them are beyond a limit, one short line each. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { formatValue } from '../../domain/format-number.ts';
import type { SeriesFrame } from '../../domain/frame.ts';
import type { Line, Span } from '../../domain/message.ts';
import { cutMiddle } from '../../lib/display-width.ts';
import { frameTitle, hasValue, sheetFrames, stripFrames } from '../chart/chart-frames.ts';
import { answerOf } from '../own-looks.ts';
import { type SeriesFacts, seriesFacts } from './facts.ts';
import { frameWords } from './frame-line.ts';
import { crossingsOf, limitWords, sideWords } from './limits.ts';
import { freshness, joined } from './saying.ts';

/** More panels than this are counted; the picture has six. */
const LINES_MAX = 8;
/** Panels that the first line names. */
const NAMED_MAX = 3;
const TITLE_MAX_COLUMNS = 60;
const SEVERITIES = ['critical', 'warning', 'info'];

/** A panel with what is worst about it. */
interface SheetEntry {
  readonly title: Span;
  readonly alone: Answer;
  readonly facts: readonly SeriesFacts[];
  /** 0 is beyond a critical limit now; panels that never were beyond any come last. */
  readonly rank: number;
  readonly isBeyondNow: boolean;
}

/** The panels that have values, those beyond a limit first. */
function entriesOf(answer: Answer): SheetEntry[] {
  const entries = drawnFrames(answer).map((frame): SheetEntry => {
    const alone = answerOf(answer, frame);
    const facts = seriesFacts(alone);
    const crossings = facts.flatMap((fact) => crossingsOf(fact, alone).map((crossing) => ({ crossing, fact })));
    const now = crossings.filter(
      ({ crossing, fact }) => crossing.isOpen && ['now', 'end'].includes(freshness(fact, alone)),
    );
    const ranks = [
      ...now.map(({ crossing }) => SEVERITIES.indexOf(crossing.threshold.severity)),
      ...crossings.map(({ crossing }) => SEVERITIES.length + SEVERITIES.indexOf(crossing.threshold.severity)),
    ];
    const rank = Math.min(2 * SEVERITIES.length, ...ranks);
    return { title: titleSpan(frame), alone, facts, rank, isBeyondNow: now.length > 0 };
  });
  return entries.toSorted((a, b) => a.rank - b.rank);
}

const titleSpan = (frame: SeriesFrame): Span => ({ name: cutMiddle(frameTitle(frame), TITLE_MAX_COLUMNS) });

function drawnFrames(answer: Answer): SeriesFrame[] {
  return sheetFrames(answer).filter((frame) => hasValue(frame, answer.question.range));
}

/** `6 panels · 1 beyond a limit now: CPU busy 91 % (above warning (80 %))`; undefined for other answers. */
export function sheetHeadline(answer: Answer): Line | undefined {
  if (sheetFrames(answer).length === 0) return undefined;
  const entries = entriesOf(answer);
  const count = `${entries.length} ${entries.length === 1 ? 'panel' : 'panels'}`;
  const beyond = entries.filter(({ isBeyondNow }) => isBeyondNow);
  const ever = entries.filter(({ rank, isBeyondNow }) => rank < 2 * SEVERITIES.length && !isBeyondNow);
  const hasLimits = entries.some(({ alone }) => alone.thresholds.length > 0);
  const words: Line =
    beyond.length > 0
      ? [`${beyond.length} beyond a limit now: `, ...named(beyond, beyondWords)]
      : ever.length > 0
        ? ['none beyond a limit now · at some time: ', ...named(ever, ({ title }) => [title])]
        : hasLimits
          ? ['none beyond a limit']
          : [];
  return [{ name: answer.title, bold: true }, ' ', ...joined([[count], words])];
}

function named(entries: readonly SheetEntry[], words: (entry: SheetEntry) => Line): Line {
  const more = entries.length - NAMED_MAX;
  return joined([...entries.slice(0, NAMED_MAX).map(words), more > 0 ? [`… ${more} more`] : []], ', ');
}

function beyondWords({ title, alone, facts }: SheetEntry): Line {
  for (const fact of facts) {
    const open = crossingsOf(fact, alone).find(({ isOpen }) => isOpen);
    if (!open) continue;
    const { threshold } = open;
    const value = formatValue(fact.summary.last, fact.series.unit);
    return [title, ` ${value} (${sideWords(threshold)} ${limitWords(threshold, fact.series.unit)})`];
  }
  return [title];
}

/**
 * One line a panel, the ones beyond a limit first; what has no room is counted, what has no value is named. Only the
 * latter where a table beneath has the numbers.
 */
export function sheetLines(answer: Answer, isTabled: boolean): Line[] {
  if (sheetFrames(answer).length === 0) return [];
  const entries = isTabled ? [] : entriesOf(answer);
  const lines = entries.slice(0, LINES_MAX).map(({ title, alone }): Line => [title, ': ', ...frameWords(alone)]);
  const more = entries.length - lines.length;
  // what could not be read has a remark that says why
  const silent = sheetFrames(answer).filter(
    (frame) => !hasValue(frame, answer.question.range) && frame.warnings.length === 0,
  );
  const names = silent.slice(0, NAMED_MAX).map((frame): Line => [titleSpan(frame)]);
  const moreSilent = silent.length - names.length;
  return [
    ...lines,
    ...(more > 0 ? [[`… ${more} more panels`]] : []),
    ...(silent.length > 0
      ? [
          [
            'Without values in this window: ',
            ...joined([...names, moreSilent > 0 ? [`… ${moreSilent} more`] : []], ', '),
          ],
        ]
      : []),
  ];
}

/** A series of a panel, for alt text and tables. */
export interface PanelFact {
  readonly title: string;
  /** The panel alone, or its series of one unit. */
  readonly alone: Answer;
  readonly fact: SeriesFacts;
  /** Whether the panel has other series, so that this one needs its name. */
  readonly isSeveral: boolean;
}

/** Every series of every panel, those beyond a limit first. */
export function sheetFacts(answer: Answer): PanelFact[] {
  return entriesOf(answer).flatMap(({ alone }) => {
    const parts = [alone, ...stripFrames(alone).map((frame) => answerOf(alone, frame))];
    const all = parts.flatMap((part) => seriesFacts(part).map((fact) => ({ title: alone.title, alone: part, fact })));
    return all.map((one) => ({ ...one, isSeveral: all.length > 1 }));
  });
}
