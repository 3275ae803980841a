/** Pictures in the size that a caller asks for: laid out for it, then never larger, distorted or blown up. */
import { z } from 'zod';
import type { ChartOptions } from '../render/chart.ts';

/** The size of a picture. */
export const SizeQuery = z.strictObject({
  width: z.coerce
    .number()
    .int()
    .min(120)
    .max(2_000)
    .optional()
    .describe('how many px wide it is shown: laid out for that from 320 on, with the names beneath where it is narrow'),
  height: z.coerce.number().int().min(80).max(1_600).optional().describe('at most so many px high'),
  scale: z.coerce
    .number()
    .min(0.25)
    .max(2)
    .optional()
    .describe('pixels to a px: 1 where width or height is given, else 2, which is 1800 pixels wide'),
});

type AskedSize = z.output<typeof SizeQuery>;

const STANDARD_WIDTH = 900;
/** As the renderer packs them: fast, a little larger. */
const COMPRESSION_LEVEL = 2;

/** What the renderer is told of it. */
export function layoutSize({ width, height }: AskedSize): Pick<ChartOptions, 'size'> {
  if (width === undefined && height === undefined) return {};
  return { size: { ...(width !== undefined && { width }), ...(height !== undefined && { height }) } };
}

/** Gives the picture in the pixels that were asked for; as it is where it has them. */
export async function resized(
  picture: { readonly png: Uint8Array; readonly width: number; readonly height: number },
  asked: AskedSize,
): Promise<Buffer> {
  const { png } = picture;
  const scale = asked.scale ?? (asked.width === undefined && asked.height === undefined ? 2 : 1);
  const width = Math.round((asked.width ?? STANDARD_WIDTH) * scale);
  const height = asked.height === undefined ? picture.height : Math.round(asked.height * scale);
  if (width >= picture.width && height >= picture.height) return Buffer.from(png);
  const { default: sharp } = await import('sharp');
  return sharp(png)
    .resize({ width, height, fit: 'inside', withoutEnlargement: true })
    .png({ compressionLevel: COMPRESSION_LEVEL })
    .toBuffer();
}
