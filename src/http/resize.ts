/** Pictures in the size that a caller asks for: shrunk from the one that is drawn, never distorted, never blown up. */
import { z } from 'zod';

/** The size of a picture, in pixels. */
export const SizeQuery = z.object({
  width: z.coerce.number().int().min(120).max(1_800).optional().describe('at most so many pixels wide; drawn are 1800'),
  height: z.coerce.number().int().min(80).max(1_600).optional().describe('at most so many pixels high'),
  scale: z.coerce.number().min(0.25).max(2).optional().describe('pixels to a point, 2 unless given; 1 is 900 px wide'),
});

/** What is drawn has two pixels to a point. */
const DRAWN_SCALE = 2;
/** As the renderer packs them: fast, a little larger. */
const COMPRESSION_LEVEL = 2;

/** Gives the picture in the size that was asked for; as it is where none was. */
export async function resized(
  { png, width }: { readonly png: Uint8Array; readonly width: number },
  asked: z.output<typeof SizeQuery>,
): Promise<Buffer> {
  const byScale = asked.scale === undefined ? undefined : Math.round((width * asked.scale) / DRAWN_SCALE);
  const wanted = Math.min(asked.width ?? width, byScale ?? width);
  if (wanted >= width && asked.height === undefined) return Buffer.from(png);
  const { default: sharp } = await import('sharp');
  const size = { width: wanted, ...(asked.height !== undefined && { height: asked.height }) };
  return sharp(png)
    .resize({ ...size, fit: 'inside', withoutEnlargement: true })
    .png({ compressionLevel: COMPRESSION_LEVEL })
    .toBuffer();
}
