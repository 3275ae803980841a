/** Lays out a contact sheet: up to six small plots over one window, two beside each other. Pure, but for measuring text. */
import type { Answer } from '../../domain/answer.ts';
import { BotError } from '../../domain/errors.ts';
import { answerOf } from '../own-looks.ts';
import { hasValue, sheetFrames } from './chart-frames.ts';
import { dashedText } from './heading.ts';
import { type Heading, placeHeading } from './heading-place.ts';
import type { Box, ChartModel, Panel, Stroke, Text } from './model.ts';
import type { ChartOptions } from './options.ts';
import { type Palette, paletteOf } from './palette.ts';
import { placePanel, preparePanel, type SheetPanel } from './sheet-panel.ts';
import { edgesOf, MARGIN, type PictureSize, SECOND_LINE, sizeOf } from './size.ts';
import { absoluteWindow, askedWindow, resolutionText } from './subtitle.ts';
import { cleanText } from './text.ts';
import { labelMiddle, tickStyle, timeTicks } from './time-axis.ts';

const PANELS_MAX = 6;
/** Between two columns. */
const COLUMN_GAP = 36;
const ROW = { top: 88, height: 158, plotTop: 46, plotBottom: 142 } as const;
/** Under the last row: time labels and footer. */
const BELOW = 58;
const LABELS_BELOW = 24;
const TICK_PX = 6;

/** @throws BotError `RENDER_FAILED` when no panel has a value */
export function layoutSheet(answer: Answer, options: ChartOptions): ChartModel {
  const { theme, slots = {} } = options;
  const size = sizeOf(options);
  const columns = columnsOf(size);
  const palette = paletteOf(theme);
  const { range } = answer.question;
  const plans = plansOf(answer, palette, columns.width);
  if (plans.shown.length === 0) throw new BotError('RENDER_FAILED', 'There is no value to draw in this window.');
  const rows = Math.ceil(plans.shown.length / columns.count);
  const top = ROW.top + (size.isNarrow ? SECOND_LINE : 0);
  const height = top + ROW.height * rows + BELOW;
  const panels = plans.shown.map((plan, index): Panel => {
    const plot = plotOf(index, columns, top);
    const panel = placePanel(plan, plot, answer, palette);
    const isLast = index + columns.count >= plans.shown.length;
    return isLast ? withTimes(panel, answer, palette) : panel;
  });
  const [first] = panels as [Panel];
  return {
    width: size.width,
    height,
    theme,
    plot: first.plot,
    ...placeHeading(answer, headingOf(answer, plans), palette, {
      ...edgesOf(size),
      height,
      isNarrow: size.isNarrow,
    }),
    valueAxis: { min: 0, max: 1, isLog: false, ticks: [] },
    timeAxis: { fromMs: range.fromMs, toMs: range.toMs, ticks: [] },
    fills: [],
    lines: [],
    bars: [],
    limits: [],
    marks: [],
    dots: [],
    labels: [],
    texts: [],
    panels,
    hasSolidAreas: false,
    slots,
  };
}

interface Plans {
  readonly shown: readonly SheetPanel[];
  /** How many have values, how many have none, and what is no curve. */
  readonly total: number;
  readonly silent: number;
  readonly otherKinds: number;
}

function plansOf(answer: Answer, palette: Palette, width: number): Plans {
  const frames = sheetFrames(answer);
  const drawn = frames.filter((frame) => hasValue(frame, answer.question.range));
  const size = { width, height: ROW.plotBottom - ROW.plotTop };
  return {
    shown: drawn.slice(0, PANELS_MAX).map((frame) => preparePanel(answerOf(answer, frame), palette, size)),
    total: drawn.length,
    silent: frames.length - drawn.length,
    otherKinds: answer.frames.length - frames.length,
  };
}

interface Columns {
  readonly count: number;
  /** px of a panel. */
  readonly width: number;
}

/** Two columns, of a narrow picture one. */
function columnsOf(size: PictureSize): Columns {
  const { left, right } = edgesOf(size);
  return size.isNarrow ? { count: 1, width: right - left } : { count: 2, width: (right - left - COLUMN_GAP) / 2 };
}

function plotOf(index: number, { count, width }: Columns, firstTop: number): Box {
  const left = MARGIN + (index % count) * (width + COLUMN_GAP);
  const top = firstTop + Math.floor(index / count) * ROW.height;
  return { left, right: left + width, top: top + ROW.plotTop, bottom: top + ROW.plotBottom };
}

/** Time ticks and labels under a panel. */
function withTimes(panel: Panel, { question: { range } }: Answer, palette: Palette): Panel {
  const { plot } = panel;
  const limits = { left: plot.left, right: plot.right };
  const ticks = timeTicks(range, plot.left, plot.right, limits);
  const texts = ticks.flatMap((tick): Text[] => {
    if (tick.label === undefined) return [];
    const color = tick.isDate ? palette.ink : palette.ink2;
    const at = { x: labelMiddle(tick, limits), y: plot.bottom + LABELS_BELOW };
    return [{ text: tick.label, ...at, align: 'center', color, ...tickStyle(tick) }];
  });
  const strokes = ticks.map(
    ({ x }): Stroke => ({ points: [x, plot.bottom, x, plot.bottom + TICK_PX], color: palette.axis, width: 1 }),
  );
  return { ...panel, texts: [...panel.texts, ...texts], strokes: [...panel.strokes, ...strokes] };
}

function headingOf(answer: Answer, { shown, total, silent, otherKinds }: Plans): Heading {
  const { range } = answer.question;
  const asked = askedWindow(cleanText(range.text));
  const steps = new Set(shown.map(({ content }) => resolutionText({ ...content, hasEnvelope: false })));
  const [resolution] = steps;
  const dashed = shown.find(({ content }) => content.past.length > 0);
  return {
    subtitle: {
      ...(total > shown.length && { leftOut: `${shown.length} of ${total} panels` }),
      ...(asked && { asked }),
      window: absoluteWindow(range, answer.nowMs),
      ...(steps.size === 1 && resolution && { resolution }),
      remarks: dashed ? [`dashed: ${dashedText(answer, dashed.content)}`] : [],
    },
    remarks: [
      ...countRemark(silent, 'panel without values', 'panels without values'),
      ...(otherKinds > 0 ? [`${otherKinds} not drawn`] : []),
      ...countRemark(
        sumOf(shown, 'otherUnits'),
        'series of another unit not drawn',
        'series of another unit not drawn',
      ),
      ...countRemark(sumOf(shown, 'farLimits'), 'limit off its panel', 'limits off their panels'),
      ...limitRemark(shown),
      ...(shown.some(({ content }) => content.others.length > 0) ? ['grey: the other series'] : []),
      'top gridline of each panel is labelled',
    ],
  };
}

const sumOf = (panels: readonly SheetPanel[], what: 'otherUnits' | 'farLimits') =>
  panels.reduce((sum, panel) => sum + panel[what], 0);

const countRemark = (count: number, one: string, more: string) =>
  count > 0 ? [`${count} ${count === 1 ? one : more}`] : [];

function limitRemark(shown: readonly SheetPanel[]): string[] {
  const severities = new Set(shown.flatMap(({ limits }) => limits.map(({ severity }) => severity)));
  const words = [severities.has('warning') && 'dashed: warning', severities.has('critical') && 'red: critical'];
  const said = words.filter((word) => typeof word === 'string');
  return said.length > 0 ? [said.join(', ')] : [];
}
