/** Paints what only some pictures have: further plots, the cells of a heatmap and their key, single measurements. */
import type { SKRSContext2D } from 'canvas';
import { paintCircle, paintFill, paintRounded, paintStroke, paintText } from './brush.ts';
import type { Bars, Box, Cells, ColorKey, Diamond, Line, Panel } from './model.ts';
import { type Palette, withAlpha } from './palette.ts';

/** Ground between cells, px. */
const CELL_GAP = 0.5;
/** Half the width of a single measurement's mark. */
const DIAMOND = 4;
/** An interval that is still filling. */
const FILLING_ALPHA = 0.45;
/** Room beyond a plot for the width of lines at its edges. */
const CLIP_PX = 4;

/** A whole smaller plot, from its grid to its names. */
export function paintPanel(ctx: SKRSContext2D, panel: Panel, palette: Palette): void {
  const { plot } = panel;
  for (const fill of panel.fills) paintFill(ctx, fill);
  if (!panel.hasSolidAreas) for (const stroke of panel.grid) paintStroke(ctx, stroke);
  ctx.save();
  ctx.beginPath();
  ctx.rect(
    plot.left - CLIP_PX,
    plot.top - CLIP_PX,
    plot.right - plot.left + 2 * CLIP_PX,
    plot.bottom - plot.top + 2 * CLIP_PX,
  );
  ctx.clip();
  for (const line of panel.lines) paintLine(ctx, line);
  for (const bars of panel.bars) paintBars(ctx, bars);
  ctx.restore();
  const isOverAreas = panel.hasSolidAreas || panel.bars.length > 0;
  if (panel.hasSolidAreas)
    for (const stroke of panel.grid) paintStroke(ctx, { ...stroke, color: withAlpha(palette.ground, 0.35) });
  for (const { points, ...stroke } of [...panel.strokes, ...panel.limits.flatMap(({ strokes }) => strokes)]) {
    if (isOverAreas && stroke.width > 1.5) paintStroke(ctx, { points, color: palette.ground, width: stroke.width + 2 });
    paintStroke(ctx, { points, ...stroke });
  }
  for (const { word } of panel.limits) if (word) paintText(ctx, { ...word, halo: 6 }, palette);
  for (const { x, y, radius, ring } of panel.dots) if (ring > 0) paintCircle(ctx, x, y, radius + ring, palette.ground);
  for (const { x, y, radius, color } of panel.dots) paintCircle(ctx, x, y, radius, color);
  paintPanelWords(ctx, panel, palette);
}

function paintPanelWords(ctx: SKRSContext2D, { title, texts, labels, limits }: Panel, palette: Palette): void {
  for (const { connector, swatch, name, value } of labels) {
    if (connector) paintStroke(ctx, connector);
    if (swatch) paintRounded(ctx, swatch, 3, swatch.color);
    paintText(ctx, name, palette);
    if (value) paintText(ctx, value, palette);
  }
  for (const { pill, color } of limits) {
    paintRounded(ctx, pill, 4, color);
    paintText(ctx, pill.text, palette);
  }
  for (const text of [title, ...texts]) paintText(ctx, text, palette);
}

/** The stretches of a line between its gaps, as pairs of indices, the last one left out. */
function stretches(ys: Float64Array): [from: number, to: number][] {
  const found: [number, number][] = [];
  let from = -1;
  for (let index = 0; index <= ys.length; index += 1) {
    const isGap = index === ys.length || Number.isNaN(ys[index] as number);
    if (!isGap && from < 0) from = index;
    if (!isGap || from < 0) continue;
    found.push([from, index]);
    from = -1;
  }
  return found;
}

function paintLine(ctx: SKRSContext2D, line: Line): void {
  const { xs, ys, fill, color, width, dash = [], join, isStepped } = line;
  for (const [from, to] of stretches(ys)) {
    if (fill) {
      ctx.beginPath();
      trace(ctx, xs, ys, from, to, isStepped);
      const { to: base } = fill;
      if (typeof base === 'number') {
        ctx.lineTo(xs[to - 1] as number, base);
        ctx.lineTo(xs[from] as number, base);
      } else for (let index = to - 1; index >= from; index -= 1) ctx.lineTo(xs[index] as number, base[index] as number);
      ctx.closePath();
      ctx.fillStyle = fill.color;
      ctx.fill();
    }
    if (width === 0 || to - from < 2) continue;
    ctx.beginPath();
    trace(ctx, xs, ys, from, to, isStepped);
    ctx.strokeStyle = color;
    ctx.lineWidth = width;
    ctx.lineJoin = join;
    ctx.setLineDash([...dash]);
    ctx.stroke();
  }
}

function trace(
  ctx: SKRSContext2D,
  xs: Float64Array,
  ys: Float64Array,
  from: number,
  to: number,
  isStepped: boolean,
): void {
  ctx.moveTo(xs[from] as number, ys[from] as number);
  for (let index = from + 1; index < to; index += 1) {
    if (isStepped) ctx.lineTo(xs[index] as number, ys[index - 1] as number);
    ctx.lineTo(xs[index] as number, ys[index] as number);
  }
}

function paintBars(ctx: SKRSContext2D, { xs, tops, bottoms, width, color, fillingFrom }: Bars): void {
  for (let index = 0; index < xs.length; index += 1) {
    const [x, top, bottom] = [xs[index] as number, tops[index] as number, bottoms[index] as number];
    if (Number.isNaN(top) || Number.isNaN(bottom)) continue;
    ctx.fillStyle = index >= fillingFrom ? withAlpha(color, FILLING_ALPHA) : color;
    ctx.fillRect(x - width / 2, Math.min(top, bottom), width, Math.abs(bottom - top));
  }
}

/** Cells by colour, ground left between them, cut at the plot's edges. */
export function paintCells(ctx: SKRSContext2D, { xs, ys, steps, colors }: Cells, plot: Box): void {
  const columns = xs.length - 1;
  for (const [index, color] of colors.entries()) {
    ctx.beginPath();
    for (let at = 0; at < steps.length; at += 1) {
      if (steps[at] !== index + 1) continue;
      const [row, column] = [Math.floor(at / columns), at % columns];
      const left = Math.max(plot.left, xs[column] as number);
      const right = Math.min(plot.right, xs[column + 1] as number) - CELL_GAP;
      const top = Math.max(plot.top, ys[row + 1] as number);
      const bottom = Math.min(plot.bottom, ys[row] as number) - CELL_GAP;
      if (right > left && bottom > top) ctx.rect(left, top, right - left, bottom - top);
    }
    ctx.fillStyle = color;
    ctx.fill();
  }
}

/** What the colours stand for. */
export function paintKey(ctx: SKRSContext2D, { head, rows }: ColorKey, palette: Palette): void {
  paintText(ctx, head, palette);
  for (const { swatch, text } of rows) {
    paintRounded(ctx, swatch, 3, swatch.color);
    paintText(ctx, text, palette);
  }
}

/** Hollow diamonds: the data beneath are seen through them. */
export function paintDiamonds(ctx: SKRSContext2D, diamonds: readonly Diamond[], palette: Palette): void {
  for (const { x, y } of diamonds) {
    const points = [x, y - DIAMOND, x + DIAMOND, y, x, y + DIAMOND, x - DIAMOND, y, x, y - DIAMOND];
    paintStroke(ctx, { points, color: palette.ground, width: 3.5 });
    paintStroke(ctx, { points, color: palette.note, width: 1.5 });
  }
}
