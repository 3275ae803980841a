/** Strokes of the painter: shapes, lines and texts with the model's places. */
import type { SKRSContext2D } from 'canvas';
import { fontFor } from './fonts.ts';
import type { Box, Fill, Stroke, Text } from './model.ts';
import type { Palette } from './palette.ts';

/** A triangle that stands on its tip. */
export function paintTriangle(ctx: SKRSContext2D, x: number, tipY: number): void {
  ctx.beginPath();
  ctx.moveTo(x - 6, tipY - 9);
  ctx.lineTo(x + 6, tipY - 9);
  ctx.lineTo(x, tipY);
  ctx.closePath();
  ctx.fill();
}

/** A filled circle. */
export function paintCircle(ctx: SKRSContext2D, x: number, y: number, radius: number, color: string): void {
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
}

/** A filled rectangle. */
export function paintFill(ctx: SKRSContext2D, { left, top, right, bottom, color }: Fill): void {
  ctx.fillStyle = color;
  ctx.fillRect(left, top, right - left, bottom - top);
}

/** A filled rectangle with round corners. */
export function paintRounded(
  ctx: SKRSContext2D,
  { left, top, right, bottom }: Box,
  radius: number,
  color: string,
): void {
  ctx.fillStyle = color;
  ctx.beginPath();
  ctx.roundRect(left, top, right - left, bottom - top, radius);
  ctx.fill();
}

/** A straight or broken line. */
export function paintStroke(ctx: SKRSContext2D, { points, color, width, dash = [] }: Stroke): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.lineJoin = 'round';
  ctx.setLineDash([...dash]);
  ctx.beginPath();
  for (let index = 0; index < points.length; index += 2) {
    const [x, y] = [points[index] as number, points[index + 1] as number];
    if (index === 0) ctx.moveTo(x, y);
    else ctx.lineTo(x, y);
  }
  ctx.stroke();
}

/** A text, over a stroke in the ground's colour where it has a halo. */
export function paintText(
  ctx: SKRSContext2D,
  { text, x, y, align, color, size, weight, halo }: Text,
  palette: Palette,
): void {
  ctx.font = fontFor(text, size, weight);
  ctx.textAlign = align;
  ctx.textBaseline = 'alphabetic';
  if (halo) {
    ctx.strokeStyle = palette.ground;
    ctx.lineWidth = halo;
    ctx.lineJoin = 'round';
    ctx.setLineDash([]);
    ctx.strokeText(text, x, y);
  }
  ctx.fillStyle = color;
  ctx.fillText(text, x, y);
}
