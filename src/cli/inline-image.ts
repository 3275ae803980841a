/** Pictures inside a terminal: the protocols of kitty, iTerm2 and sixel. */
import sharp from 'sharp';

/** A way to show a picture, or none. */
export type ImageProtocol = 'kitty' | 'iterm2' | 'sixel';

/** Escape sequences carry base64 in pieces of this size at most. @see https://sw.kovidgoyal.net/kitty/graphics-protocol/ */
const KITTY_CHUNK_CHARS = 4_096;
/** Terminals show sixels px by px; this fits a window of 100 columns. */
const SIXEL_WIDTH = 900;
const SIXEL_COLOURS = 64;

/** Tells from the environment what the terminal can show; sixel only where its name is sure of it. */
export function imageProtocolOf(env: Readonly<Record<string, string | undefined>>): ImageProtocol | undefined {
  const { TERM = '', TERM_PROGRAM = '', LC_TERMINAL = '' } = env;
  if (env.TMUX !== undefined || TERM.startsWith('screen')) return undefined; // they swallow the sequences
  if (env.KITTY_WINDOW_ID !== undefined || TERM === 'xterm-kitty' || TERM_PROGRAM === 'ghostty') return 'kitty';
  if (TERM_PROGRAM === 'iTerm.app' || LC_TERMINAL === 'iTerm2' || TERM_PROGRAM === 'WezTerm') return 'iterm2';
  if (/^(?:foot|mlterm|yaft|contour)/.test(TERM) || TERM.includes('sixel')) return 'sixel';
  return undefined;
}

/** The bytes that make a terminal show a PNG, with a line break after it. */
export async function inlineImage(png: Uint8Array, protocol: ImageProtocol): Promise<string> {
  switch (protocol) {
    case 'kitty':
      return kitty(Buffer.from(png).toString('base64'));
    case 'iterm2':
      return `\x1b]1337;File=inline=1;size=${png.byteLength};width=100%:${Buffer.from(png).toString('base64')}\x07\n`;
    case 'sixel':
      return sixel(png);
  }
}

function kitty(base64: string): string {
  const chunks = base64.match(new RegExp(`.{1,${KITTY_CHUNK_CHARS}}`, 'g')) ?? [];
  const parts = chunks.map((chunk, index) => {
    const more = index < chunks.length - 1 ? 1 : 0;
    const control = index === 0 ? `a=T,f=100,m=${more}` : `m=${more}`;
    return `\x1b_G${control};${chunk}\x1b\\`;
  });
  return `${parts.join('')}\n`;
}

/** Encodes as sixels: bands of six rows, one pass for each colour in a band. @see https://vt100.net/docs/vt3xx-gp/chapter14.html */
async function sixel(png: Uint8Array): Promise<string> {
  const small = await sharp(png)
    .resize({ width: SIXEL_WIDTH, withoutEnlargement: true })
    .png({ palette: true, colours: SIXEL_COLOURS })
    .toBuffer();
  const { data, info } = await sharp(small).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const colours = new Map<number, number>();
  const pixels = new Uint16Array(width * height);
  for (let index = 0; index < pixels.length; index += 1) {
    const rgb = ((data[index * 3] ?? 0) << 16) | ((data[index * 3 + 1] ?? 0) << 8) | (data[index * 3 + 2] ?? 0);
    if (!colours.has(rgb)) colours.set(rgb, colours.size);
    pixels[index] = colours.get(rgb) ?? 0;
  }
  const palette = [...colours].map(([rgb, id]) => {
    const percent = (shift: number) => Math.round((((rgb >> shift) & 255) * 100) / 255);
    return `#${id};2;${percent(16)};${percent(8)};${percent(0)}`;
  });
  const bands: string[] = [];
  for (let top = 0; top < height; top += 6) bands.push(sixelBand(pixels, width, Math.min(6, height - top), top));
  return `\x1bPq"1;1;${width};${height}${palette.join('')}${bands.join('-')}\x1b\\\n`;
}

function sixelBand(pixels: Uint16Array, width: number, rows: number, top: number): string {
  const masks = new Map<number, Uint8Array>();
  for (let row = 0; row < rows; row += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = pixels[(top + row) * width + x] ?? 0;
      let mask = masks.get(colour);
      if (!mask) {
        mask = new Uint8Array(width);
        masks.set(colour, mask);
      }
      mask[x] = (mask[x] ?? 0) | (1 << row);
    }
  }
  return [...masks].map(([colour, mask]) => `#${colour}${runLengths(mask)}`).join('$');
}

function runLengths(mask: Uint8Array): string {
  let text = '';
  for (let start = 0; start < mask.length; ) {
    let end = start + 1;
    while (end < mask.length && mask[end] === mask[start]) end += 1;
    const char = String.fromCharCode(63 + (mask[start] ?? 0));
    text += end - start > 3 ? `!${end - start}${char}` : char.repeat(end - start);
    start = end;
  }
  return text;
}
