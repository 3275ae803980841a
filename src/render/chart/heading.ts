/** Title, subtitle, badge and footer: the words around the plot. Pure. */
import type { Threshold } from '../../domain/annotation.ts';
import type { Answer } from '../../domain/answer.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import { firedCount, restWords, ruleText } from './firing.ts';
import { type HeadingPart, type HeadingSpace, placeHeading } from './heading-place.ts';
import { limitWord } from './limits.ts';
import type { ChartModel } from './model.ts';
import type { Names } from './names.ts';
import type { Palette } from './palette.ts';
import type { Drawn } from './plot.ts';
import type { Content } from './prepare.ts';
import { comparedText, leftOutText } from './select.ts';
import { absoluteWindow, askedWindow, countedText, resolutionText } from './subtitle.ts';
import { cleanText } from './text.ts';
import type { ValueScale } from './value-axis.ts';

/** What the words are made of. */
export interface HeadingInput {
  readonly answer: Answer;
  readonly content: Content;
  readonly scale: ValueScale;
  readonly names: Names;
  readonly drawn: Drawn;
  /** Thresholds that are not drawn. */
  readonly far: readonly Threshold[];
  /** Notes whose text found no place, and whether the picture counts them. */
  readonly unplaced: number;
  readonly hasMore: boolean;
}

/** Places the words around the plot; `more` remarks come last. */
export function titleParts(
  input: HeadingInput,
  more: readonly string[],
  palette: Palette,
  space: HeadingSpace,
): Pick<ChartModel, HeadingPart> {
  const heading = { subtitle: subtitleParts(input), remarks: [...remarksOf(input), ...more] };
  return placeHeading(input.answer, heading, palette, space);
}

function subtitleParts(input: HeadingInput) {
  const { answer, content, scale, drawn } = input;
  const { range, looks } = answer.question;
  const shown = content.kind === 'lines' ? content.shown.filter(({ isOther }) => !isOther).length : content.drawn;
  const leftOut = leftOutText(answer, shown, content.drawn, firedCount(answer.alert, content));
  const asked = askedWindow(cleanText(range.text));
  const resolution = resolutionOf(content);
  return {
    ...(leftOut && { leftOut }),
    ...(content.unit.phrase && { unitPhrase: cleanText(content.unit.phrase) }),
    ...(asked && { asked }),
    window: absoluteWindow(range, answer.nowMs),
    ...(resolution && { resolution }),
    remarks: [
      ...(scale.isLog ? ['log scale'] : looks.log ? ['no log scale: nothing above zero'] : []),
      ...(scale.isLog ? [] : cutText(content, scale)),
      ...(drawn.lines.some(({ role }) => role === 'past') ? [`dashed: ${dashedText(answer, content)}`] : []),
      ...missingPast(input),
      ...alertRule(input, leftOut !== undefined),
    ],
  };
}

/** The alert's limit in words; of a group only where it is not on the line, for want of room. */
function alertRule({ answer: { alert }, content, far }: HeadingInput, isGroup: boolean): string[] {
  const text = alert && ruleText(alert, content.unit);
  return text !== undefined && (!isGroup || far.some((limit) => isRule(limit, alert))) ? [text] : [];
}

const isRule = ({ op, value }: Threshold, alert: Answer['alert']) =>
  alert?.limit?.value === value && alert.limit.op === op;

/** Where the axis was told to begin or end, and whether values lie beyond. */
function cutText({ extent, unit }: Content, { min, max }: ValueScale): string[] {
  const slack = (max - min) * 1e-6; // what no pixel shows
  const [isCutBelow, isCutAbove] = [extent.min < min - slack, extent.max > max + slack];
  return [
    ...(min > 0 || isCutBelow ? [`axis from ${formatValue(min, unit)}${isCutBelow ? ', lower is cut' : ''}`] : []),
    ...(isCutAbove ? [`axis to ${formatValue(max, unit)}, higher is cut`] : []),
  ];
}

/** How many series have nothing to be compared with: they would seem to be forgotten. */
function missingPast({ answer: { comparison }, content, drawn }: HeadingInput): string[] {
  if (!comparison) return [];
  const label = cleanText(comparison.label);
  if (!drawn.lines.some(({ role }) => role === 'past')) return [`no data for ${label}`];
  if (content.kind !== 'lines' || content.shown.some(({ isOther }) => isOther)) return [];
  const missing = content.shown.filter(({ twin }) => !twin).length;
  return missing > 0 ? [`${missing} without ${label}`] : [];
}

function resolutionOf(content: Content): string | undefined {
  const { kind, isCount, stepMs, shown, firing, others } = content;
  const count = [...shown, ...firing, ...others].reduce((sum, { summary }) => sum + summary.count, 0);
  if (kind === 'bars' && isCount && stepMs) return countedText(stepMs);
  if (count === 1) return 'one value in the window';
  return resolutionText({ ...content, hasEnvelope: content.envelope !== undefined });
}

/** What a dashed line stands for: `7 d earlier`, a host, `3 of 10 hosts, highest mean`. */
export function dashedText(answer: Answer, { shown, past }: Pick<Content, 'shown' | 'past'>): string {
  const { comparison } = answer;
  if (!comparison) return 'before';
  if (comparison.offsetMs > 0) return `${formatDuration(comparison.offsetMs)} earlier`;
  const dashed = shown.filter(({ isOther, twin }) => isOther || twin).length;
  return dashed > 0 && dashed < past.length ? comparedText(answer, dashed, past.length) : cleanText(comparison.label);
}

/** What the picture leaves out or draws in another way, each in a few words. */
function remarksOf({ answer, content, scale, names, drawn, far, unplaced, hasMore }: HeadingInput): string[] {
  const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;
  return [
    ...(drawn.isFilling ? ['last bar still filling'] : []),
    ...greyText(content, drawn, answer),
    ...(content.kind === 'bars' && answer.comparison && content.past.length > 0 ? ['dashed: total'] : []),
    ...far.filter((limit) => !isRule(limit, answer.alert)).map((threshold) => farText(threshold, content, scale)),
    ...(content.badCount > 0 ? [many(content.badCount, 'value was no number', 'values were no numbers')] : []),
    ...(content.hiddenCount > 0 ? [`${many(content.hiddenCount, 'value', 'values')} at or below zero not shown`] : []),
    ...(unplaced > 0 && !hasMore ? [many(unplaced, 'note without its text', 'notes without their text')] : []),
    ...(!names.isTable && !names.isSaid && (names.prefix || names.suffix)
      ? [`names: ${names.prefix}…${names.suffix}`]
      : []),
  ];
}

/** What a grey band stands for. */
function greyText(content: Content, { hasCrowd }: Drawn, answer: Answer): string[] {
  const { envelope, others } = content;
  const isGroup = firedCount(answer.alert, content) > 0;
  const who = isGroup && answer.alert ? restWords(answer.alert, others.length) : 'the others';
  if (envelope) return [`grey: lowest to highest of all${others.length > 0 ? `, and median of ${who}` : ''}`];
  return hasCrowd ? [`grey: lowest to highest of ${who}, and their median`] : [];
}

/** `critical at 900 GiB is above`; a title that is the value itself says nothing new. */
export function farText(threshold: Threshold, { unit }: Pick<Content, 'unit'>, scale: ValueScale): string {
  const value = formatValue(threshold.value, unit);
  const word = limitWord(threshold);
  const isValue = word.replaceAll(/\s/g, '') === value.replaceAll(/\s/g, '');
  return `${isValue ? threshold.severity : word} at ${value} is ${threshold.value > scale.max ? 'above' : 'below'}`;
}
