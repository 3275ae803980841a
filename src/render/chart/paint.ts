/** Paints what is no chart.js dataset: ground, grid, limits, notes, labels, words, table. Follows the model, decides nothing. */
import type { SKRSContext2D } from 'canvas';
import { paintCircle, paintFill, paintRounded, paintStroke, paintText, paintTriangle } from './brush.ts';
import type { ChartModel } from './model.ts';
import { paintCells, paintDiamonds, paintKey, paintPanel } from './paint-more.ts';
import { type Palette, withAlpha } from './palette.ts';
import { MARGIN } from './size.ts';
import { labelMiddle, tickStyle } from './time-axis.ts';

const TICK_PX = 6;
/** Of a ring: to the middle of its line, and the line's width. */
const RING = { radius: 6, width: 3 } as const;
/** Opacity of the grid above solid areas. */
const GRID_OVER_AREAS = 0.35;

/** What lies beneath the data. */
export function paintBeneath(ctx: SKRSContext2D, model: ChartModel, palette: Palette): void {
  ctx.fillStyle = palette.ground;
  ctx.fillRect(0, 0, model.width, model.height);
  for (const fill of model.fills) paintFill(ctx, fill);
  for (const panel of model.panels ?? []) paintPanel(ctx, panel, palette);
  paintGrid(ctx, model, palette.grid, palette.grid);
  for (const { x, hasLine } of model.timeAxis.ticks) {
    if (hasLine) paintStroke(ctx, { points: [x, model.plot.top, x, model.plot.bottom], color: palette.grid, width: 1 });
  }
  if (!model.hasSolidAreas) paintUprights(ctx, model, palette);
}

/** What lies above the data. */
export function paintAbove(ctx: SKRSContext2D, model: ChartModel, palette: Palette): void {
  if (model.cells) paintCells(ctx, model.cells, model.plot);
  if (model.hasSolidAreas) {
    // a heatmap's cells have edges of their own
    if (!model.cells) paintGrid(ctx, model, withAlpha(palette.ground, GRID_OVER_AREAS), undefined);
    paintUprights(ctx, model, palette);
  }
  paintAxes(ctx, model, palette);
  const isOverAreas = model.hasSolidAreas || model.bars.length > 0;
  for (const { points, ...stroke } of model.limits.flatMap(({ strokes }) => strokes)) {
    // amber on an orange band is not seen without
    if (isOverAreas) paintStroke(ctx, { points, color: palette.ground, width: stroke.width + 2 });
    paintStroke(ctx, { points, ...stroke });
  }
  for (const { word } of model.limits) if (word) paintText(ctx, { ...word, halo: 6 }, palette);
  paintMarks(ctx, model, palette);
  for (const { x, y, color } of model.rings ?? []) {
    paintCircle(ctx, x, y, RING.radius + RING.width / 2, color);
    paintCircle(ctx, x, y, RING.radius - RING.width / 2, palette.ground);
  }
  if (model.diamonds) paintDiamonds(ctx, model.diamonds, palette);
  for (const { x, y, radius, ring } of model.dots) if (ring > 0) paintCircle(ctx, x, y, radius + ring, palette.ground);
  for (const { x, y, radius, color } of model.dots) paintCircle(ctx, x, y, radius, color);
  for (const { connector, swatch, name, value } of model.labels) {
    if (connector) paintStroke(ctx, connector);
    if (swatch) paintRounded(ctx, swatch, 3, swatch.color);
    paintText(ctx, name, palette);
    if (value) paintText(ctx, value, palette);
  }
  for (const { pill, color } of model.limits) {
    paintRounded(ctx, pill, 4, color);
    paintText(ctx, pill.text, palette);
  }
  if (model.key) paintKey(ctx, model.key, palette);
  for (const text of model.texts) paintText(ctx, text, palette);
  paintWords(ctx, model, palette);
}

function paintWords(ctx: SKRSContext2D, model: ChartModel, palette: Palette): void {
  const { title, subtitle, secondLine, footer, pill, badge, table } = model;
  if (pill) {
    paintRounded(ctx, pill.box, 5, pill.color);
    paintText(ctx, pill.text, palette);
  }
  for (const text of [title, subtitle, secondLine, footer.left, footer.right]) {
    if (text) paintText(ctx, text, palette);
  }
  if (badge) {
    ctx.strokeStyle = palette.ink3;
    ctx.lineWidth = 1.5;
    ctx.setLineDash([]);
    const { left, top, right, bottom } = badge.box;
    ctx.beginPath();
    ctx.roundRect(left + 0.75, top + 0.75, right - left - 1.5, bottom - top - 1.5, 5);
    ctx.stroke();
    paintText(ctx, badge.text, palette);
  }
  if (!table) return;
  for (const head of table.heads) paintText(ctx, head, palette);
  paintStroke(ctx, table.rule);
  for (const { swatch, cells } of table.rows) {
    if (swatch) paintRounded(ctx, swatch, 2, swatch.color);
    for (const cell of cells) paintText(ctx, cell, palette);
  }
}

function paintGrid(
  ctx: SKRSContext2D,
  { plot, valueAxis }: ChartModel,
  color: string,
  faint: string | undefined,
): void {
  for (const { y, line } of valueAxis.ticks) {
    if (line === 'none' || line === 'zero' || (line === 'faint' && !faint)) continue;
    ctx.globalAlpha = line === 'faint' ? 0.5 : 1;
    paintStroke(ctx, { points: [plot.left, y, plot.right, y], color, width: 1 });
  }
  ctx.globalAlpha = 1;
}

function paintAxes(ctx: SKRSContext2D, { plot, valueAxis, timeAxis, width }: ChartModel, palette: Palette): void {
  const limits = { left: MARGIN, right: width - MARGIN };
  const { bottom = plot.bottom } = timeAxis;
  for (const { y, line, label } of valueAxis.ticks) {
    if (line === 'zero') paintStroke(ctx, { points: [plot.left, y, plot.right, y], color: palette.axis, width: 1.5 });
    if (label === undefined) continue;
    const style = tickStyle({ isDate: false });
    paintText(
      ctx,
      { text: label, x: plot.left - 10, y: y + 6, align: 'right', color: palette.ink2, ...style },
      palette,
    );
  }
  for (const tick of timeAxis.ticks) {
    paintStroke(ctx, { points: [tick.x, bottom, tick.x, bottom + TICK_PX], color: palette.axis, width: 1 });
    if (tick.label === undefined) continue;
    const color = tick.isDate ? palette.ink : palette.ink2;
    const x = labelMiddle(tick, limits);
    paintText(ctx, { text: tick.label, x, y: bottom + 26, align: 'center', color, ...tickStyle(tick) }, palette);
  }
}

/** Dotted lines of moments, edges of firings; above solid areas with a halo, so that they are seen on any colour. */
function paintUprights(ctx: SKRSContext2D, { marks, plot, hasSolidAreas }: ChartModel, palette: Palette): void {
  for (const { kind, fromX, edges = [] } of marks) {
    for (const edge of edges) {
      if (hasSolidAreas) paintStroke(ctx, { points: edge.points, color: palette.ground, width: edge.width + 2 });
      paintStroke(ctx, edge);
    }
    if (kind !== 'moment') continue;
    const points = [fromX, plot.top, fromX, plot.bottom];
    if (hasSolidAreas) paintStroke(ctx, { points, color: palette.ground, width: 4 });
    paintStroke(ctx, { points, color: palette.note, width: 1.5, dash: [2, 4] });
  }
}

function paintMarks(ctx: SKRSContext2D, { marks, moreMarks, plot }: ChartModel, palette: Palette): void {
  for (const { kind, fromX, toX, stem, text } of marks) {
    ctx.fillStyle = kind === 'firing' ? palette.crit : palette.note;
    if (kind !== 'moment') ctx.fillRect(fromX, plot.top - 4, toX - fromX, 4);
    else paintTriangle(ctx, fromX, plot.top);
    if (stem) paintStroke(ctx, stem);
    if (text) paintText(ctx, text, palette);
  }
  if (moreMarks) paintText(ctx, moreMarks, palette);
}
