/** A panel's data as the frames of an answer: what the panel shows, with its names, units, limits and looks. Pure. */
import type { Frame, SeriesFrame } from '../../../domain/frame.ts';
import type { TimeRange } from '../../../domain/time-range.ts';
import type { FetchWindow } from '../../source.ts';
import type { DataFrame } from '../data-frame.ts';
import type { Panel } from '../panel.ts';
import { asBrowserSees } from './browser-work.ts';
import { isExemplarFrame, withExemplars } from './exemplars.ts';
import { type ShownField, showFields } from './field-config.ts';
import { makeHeatmap } from './heatmap.ts';
import { histogramTable } from './histogram.ts';
import { textOf } from './json.ts';
import { isLogFrame, makeLogs } from './logs.ts';
import { pivotLong } from './long-frames.ts';
import { hasMappings } from './mappings.ts';
import { presentationOf, refuseUnshown } from './panel-kinds.ts';
import { makeSeriesFrames } from './series.ts';
import { hiddenWords, type SeriesColumn, seriesColumns } from './series-columns.ts';
import { hasWords, pieTable, rowFields, sayShown, showsAllRows, singleFields, singleTable } from './single-values.ts';
import { stateTable } from './states.ts';
import { makeTables } from './table.ts';
import { transformFrames } from './transform.ts';
import { wordOf } from './units.ts';

/** What a panel is shown with. */
export interface PresentContext {
  /** The window that the data are of: the panel's own shift is in it already. */
  readonly window: FetchWindow;
  /** Fills the dashboard's variables into a name that the panel chose. */
  interpolate(text: string): string;
  /** Whole sentences of the answer, said with the first frame. */
  readonly notes?: readonly string[];
}

/** What every way of showing gets. */
interface Shown {
  readonly panel: Panel;
  readonly frames: readonly DataFrame[];
  readonly fields: readonly ShownField[];
  readonly range: TimeRange;
  readonly context: PresentContext;
}

/**
 * Makes the frames of a panel, the main one first; there is always one. The data source's own notices, transformations
 * that were not done and the context's notes are its warnings.
 *
 * @throws BotError `ASK_EMPTY` with the reason for a panel that cannot be shown
 */
export function makeFrames(panel: Panel, data: readonly DataFrame[], context: PresentContext): Frame[] {
  refuseUnshown(panel);
  const { fromMs, toMs, zone } = context.window;
  const range = { fromMs, toMs, zone, text: '' };
  const exemplars = data.filter(isExemplarFrame);
  const seen = asBrowserSees(
    panel,
    data.filter((frame) => !exemplars.includes(frame)),
  );
  const { frames, warnings } = transformFrames(seen, panel.transformations, context.interpolate);
  const notices = [...new Set(data.flatMap((frame) => frame.notices))];
  const fields = showFields(frames, panel.fieldConfig, context.interpolate);
  const made = withExemplars(present({ panel, frames, fields, range, context }), exemplars, range);
  const said = [...(context.notes ?? []), ...warnings, ...notices];
  const [first, ...others] = made;
  if (!first) return [{ kind: 'series', series: [], range, warnings: said }];
  return [{ ...first, warnings: [...said, ...first.warnings] }, ...others];
}

function present(shown: Shown): readonly Frame[] {
  const { panel, frames, fields, range } = shown;
  switch (presentationOf(panel)) {
    case 'chart':
      return chart(shown);
    case 'single':
      return single(shown);
    case 'pie':
      return [pieTable(pieFields(shown), panel.options, range)];
    case 'table':
      return table(shown);
    case 'states':
      return states(shown);
    case 'histogram':
      return [histogramTable(fields, panel.options, range)];
    case 'heatmap':
      return heatmap(shown);
    case 'logs':
      return frames.some(isLogFrame) || frames.length === 0 ? [makeLogs(frames, range)] : anything(shown);
    case 'bars':
      return hasTexts(fields) ? makeTables(fields, panel.options, range) : chart(shown, { bars: true });
    default:
      return anything(shown);
  }
}

/** The numbers over time of all frames, long ones pivoted. */
function columnsOf({ frames, fields, panel, context }: Shown): readonly SeriesColumn[] {
  const pivoted = pivotLong(frames);
  const isSame = pivoted.length === frames.length && pivoted.every((frame, index) => frame === frames[index]);
  return seriesColumns(isSame ? fields : showFields(pivoted, panel.fieldConfig, context.interpolate));
}

function chart(shown: Shown, looks: SeriesFrame['looks'] = {}): readonly Frame[] {
  const { frames, context, range } = shown;
  const columns = columnsOf(shown);
  if (columns.length === 0 && frames.some(isLogFrame)) return [makeLogs(frames, range)];
  if (columns.length === 0 && hasRows(frames) && !frames.some(isTimed))
    return makeTables(shown.fields, shown.panel.options, range);
  const [first, ...others] = makeSeriesFrames(columns, context.window, { colorsByThresholds: false });
  const made = first ? [{ ...first, warnings: [...first.warnings, ...hiddenWords(shown.fields)] }, ...others] : [];
  return Object.keys(looks).length === 0
    ? made
    : made.map((frame) => ({ ...frame, looks: { ...frame.looks, ...looks } }));
}

function hasRows(frames: readonly DataFrame[]): boolean {
  return frames.some(({ length, fields }) => length > 0 && fields.length > 0);
}

/** Whether a frame holds numbers over time, shown or not. */
function isTimed({ fields }: DataFrame): boolean {
  return fields.some(({ type }) => type === 'time') && fields.some(({ type }) => type === 'number');
}

function hasTexts(fields: readonly ShownField[]): boolean {
  return fields.some(({ field }) => field.type === 'string');
}

/** A stat with a history is a chart, as its words say the newest value; one that shows a word, or a lone value, is a table. */
function single(shown: Shown): readonly Frame[] {
  const { panel, frames, fields, range, context } = shown;
  const { options } = panel;
  if (showsAllRows(options)) return makeTables(fields, options, range);
  const columns = columnsOf(shown);
  const isHistory = columns.some(({ field }) => field.values.length > 1);
  const isLong = frames.some((frame) => frame.fields.some(({ type }) => type === 'string'));
  const picked = isLong && isHistory ? columns : singleFields(fields, options);
  if (!isHistory || hasWords(picked, options)) {
    return picked.length === 0 ? makeSeriesFrames([], context.window, STAT) : [singleTable(picked, options, range)];
  }
  const wanted = new Set(picked.map(({ field }) => field));
  const own = columns.filter(({ field }) => wanted.has(field));
  return sayShown(makeSeriesFrames(own, context.window, STAT), picked, options);
}

/** A slice for each row of a table, else for each series. */
function pieFields({ fields, panel: { options } }: Shown): readonly ShownField[] {
  return showsAllRows(options) ? rowFields(fields) : singleFields(fields, options);
}

const STAT = { colorsByThresholds: true };

/** Rows stay rows; several series without a table's form are reduced to a row each. */
function table(shown: Shown): readonly Frame[] {
  const { panel, frames, fields, range } = shown;
  if (frames.some(isLogFrame)) return [makeLogs(frames, range)];
  const filled = frames.filter(({ length }) => length > 0);
  const isSeries =
    filled.length > 1 &&
    filled.every((frame) => frame.fields.some(({ type }) => type === 'time') && frame.type !== 'table');
  const columns = isSeries ? columnsOf(shown) : [];
  if (columns.length > 1 && columns.length >= filled.length) return [singleTable(columns, panel.options, range)];
  return makeTables(fields, panel.options, range);
}

/** Numbers without words are steps over time; everything else is told. */
function states(shown: Shown): readonly Frame[] {
  const { fields, range } = shown;
  const isNumbers = fields.every(
    ({ field, config }) =>
      field.type === 'time' ||
      (field.type === 'number' && !hasMappings(config.mappings) && wordOf(textOf(config.unit), 1) === undefined),
  );
  return isNumbers ? chart(shown, { step: true }) : [stateTable(fields, range)];
}

function heatmap(shown: Shown): readonly Frame[] {
  const { panel, fields, range } = shown;
  const columns = columnsOf(shown);
  const isCumulative =
    panel.targets.some(({ model }) => model.format === 'heatmap') &&
    columns.some(({ field }) => field.labels?.le !== undefined);
  const made = makeHeatmap(fields, columns, { options: panel.options, isCumulative }, range);
  return made ? [made] : chart(shown);
}

/** Panels of plugins that are not known: numbers over time as a chart, log lines as such, the rest as a table. */
function anything(shown: Shown): readonly Frame[] {
  const { frames, fields, panel, range } = shown;
  if (frames.some(isLogFrame)) return [makeLogs(frames, range)];
  const columns = columnsOf(shown);
  if (columns.length > 0 || !hasRows(frames)) return chart(shown);
  return makeTables(fields, panel.options, range);
}
