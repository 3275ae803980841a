/** The shipped fonts alone draw every script that is promised; what a machine has installed must not hide a fault. */
import { createCanvas, GlobalFonts } from 'canvas';
import { expect, it, vi } from 'vitest';
import { fontFor, registerBaseFonts } from '../../../../src/render/chart/fonts.ts';

// before the canvas is loaded: afterwards its fonts are in
vi.hoisted(() => {
  process.env.DISABLE_SYSTEM_FONTS_LOAD = '1';
});

const SIZE = 48;

/** The pixels of a text, as a string to compare, and how many of them are inked. */
function paint(text: string, font: string): { readonly image: string; readonly ink: number } {
  const canvas = createCanvas(SIZE * 2, SIZE * 2);
  const context = canvas.getContext('2d');
  context.font = font;
  context.fillText(text, 8, SIZE * 1.4);
  const pixels = canvas.data();
  let ink = 0;
  for (let at = 3; at < pixels.length; at += 4) if ((pixels[at] as number) > 127) ink += 1;
  return { image: Buffer.from(pixels).toString('base64'), ink };
}

/** A code point that no font has. */
const UNASSIGNED = '\u{10FFFD}';

const SAMPLES: Readonly<Record<string, string>> = {
  Latin: 'AzÄßñŁőạ',
  Cyrillic: 'ЖяЇѓ',
  Greek: 'αΩή',
  signs: '→≥≤≠±×−∞µ²…–·%°',
  Chinese: '支付服务数据库',
  Japanese: 'サーバーひらがな',
  Korean: '서버한글',
  Arabic: 'خدمة',
  Hebrew: 'שלום',
  symbols: '⚙☎★✔',
  emoji: '🔥🚀😀',
};

it('uses no font of the machine', () => {
  registerBaseFonts();
  for (const sample of Object.values(SAMPLES)) fontFor(sample, SIZE, 400);
  // the files' own names; beside them stand their private aliases
  const families = GlobalFonts.families.map(({ family }) => family).filter((family) => !family.startsWith('Glimpse '));
  expect(families.toSorted()).toEqual([
    'IBM Plex Sans',
    'Noto Emoji',
    'Noto Sans Arabic',
    'Noto Sans Hebrew Thin',
    'Noto Sans JP Thin',
    'Noto Sans KR Thin',
    'Noto Sans SC Thin',
    'Noto Sans Symbols 2',
  ]);
});

it.each(Object.entries(SAMPLES))('draws %s without a box', (_, sample) => {
  registerBaseFonts();
  const boxes = [...sample].filter((char) => {
    const font = fontFor(char, SIZE, 400);
    const { image, ink } = paint(char, font);
    return ink === 0 || image === paint(UNASSIGNED, font).image;
  });
  expect(boxes).toEqual([]);
});

it('knows a box when it sees one', () => {
  registerBaseFonts();
  const font = fontFor('ሀ', SIZE, 400); // Ethiopic is not shipped
  expect(paint('ሀ', font).image).toBe(paint(UNASSIGNED, font).image);
});

it.each([400, 500, 600] as const)('has digits of one width in weight %d, so that columns do not jitter', (weight) => {
  registerBaseFonts();
  const context = createCanvas(8, 8).getContext('2d');
  context.font = fontFor('0', SIZE, weight);
  const widths = new Set([...'0123456789'].map((digit) => context.measureText(digit).width));
  expect(widths.size).toBe(1);
});

it('draws its three weights apart', () => {
  registerBaseFonts();
  const [regular, medium, bold] = ([400, 500, 600] as const).map(
    (weight) => paint('Gl', fontFor('Gl', SIZE, weight)).ink,
  );
  expect(medium).toBeGreaterThan(regular as number);
  expect(bold).toBeGreaterThan(medium as number);
});

it('puts Japanese shapes first for kana and Chinese ones for Han alone', () => {
  expect(fontFor('サーバー数', 17, 400)).toMatch(/Glimpse JP.*Glimpse SC/);
  expect(fontFor('数据库', 17, 400)).toMatch(/Glimpse SC.*Glimpse JP/);
  expect(fontFor('web01', 17, 400)).not.toMatch(/SC|JP|KR/);
});
