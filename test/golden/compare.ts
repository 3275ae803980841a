/** Compares a picture with the one that is kept: a tolerance per channel and a budget of pixels beyond it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

/** Differences that antialiasing on another processor may make, of 255. */
const CHANNEL_TOLERANCE = 24;
/** Share of the pixels that may differ by more; a lost label is 0.15 %. */
const PIXEL_BUDGET = 0.0005;

interface Raw {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function decode(png: Uint8Array): Promise<Raw> {
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** What a comparison found; `share` of the pixels differ. */
export interface Comparison {
  readonly isEqual: boolean;
  readonly share: number;
  /** What is wrong, for the test's message. */
  readonly message: string;
}

/**
 * Compares with `<folder>/<name>.png`; with UPDATE_GOLDEN=1 rewrites it. A miss leaves `<name>.actual.png` and
 * `<name>.diff.png` beside it.
 */
export async function compareWithGolden(folder: string, name: string, png: Uint8Array): Promise<Comparison> {
  const at = (suffix: string) => join(folder, `${name}${suffix}.png`);
  for (const suffix of ['.actual', '.diff']) rmSync(at(suffix), { force: true });
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(at(''), png);
  if (!existsSync(at(''))) {
    writeFileSync(at('.actual'), png);
    return { isEqual: false, share: 1, message: `${name}.png is missing; UPDATE_GOLDEN=1 writes it` };
  }
  const [actual, golden] = await Promise.all([decode(png), decode(readFileSync(at('')))]);
  if (actual.width !== golden.width || actual.height !== golden.height) {
    writeFileSync(at('.actual'), png);
    return {
      isEqual: false,
      share: 1,
      message: `${name}: ${actual.width}×${actual.height} instead of ${golden.width}×${golden.height}`,
    };
  }
  const { share, diff } = difference(actual, golden);
  if (share <= PIXEL_BUDGET) return { isEqual: true, share, message: '' };
  writeFileSync(at('.actual'), png);
  await sharp(diff, { raw: { width: actual.width, height: actual.height, channels: 3 } })
    .png()
    .toFile(at('.diff'));
  return {
    isEqual: false,
    share,
    message: `${name}: ${(share * 100).toFixed(3)} % of the pixels differ; see ${name}.diff.png`,
  };
}

/** Differing pixels in red on a pale copy. */
function difference(actual: Raw, golden: Raw): { share: number; diff: Buffer } {
  const diff = Buffer.alloc(actual.data.length);
  let count = 0;
  for (let at = 0; at < diff.length; at += 3) {
    const delta = Math.max(
      ...[0, 1, 2].map((channel) => Math.abs((actual.data[at + channel] ?? 0) - (golden.data[at + channel] ?? 0))),
    );
    if (delta > CHANNEL_TOLERANCE) {
      count += 1;
      diff.set([220, 0, 0], at);
      continue;
    }
    for (const channel of [0, 1, 2]) diff[at + channel] = 191 + ((golden.data[at + channel] ?? 0) >> 2);
  }
  return { share: count / (diff.length / 3), diff };
}

/** Scales a picture down as a chat's preview does. */
export function preview(png: Uint8Array, width: number): Promise<Uint8Array> {
  return sharp(png).resize({ width, kernel: 'lanczos3' }).png().toBuffer();
}
