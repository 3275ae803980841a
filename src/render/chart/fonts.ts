/** The shipped fonts: registered by private names, so that what a machine has installed never changes a picture. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { GlobalFonts } from 'canvas';

const FOLDER = join(import.meta.dirname, '..', 'fonts');
const PLEX = 'Glimpse Plex';
/** Families searched glyph by glyph after Plex; a family that is not named is not searched. */
const FALLBACKS = {
  sc: { family: 'Glimpse SC', file: 'noto-sans-sc.woff2' },
  jp: { family: 'Glimpse JP', file: 'noto-sans-jp.woff2' },
  kr: { family: 'Glimpse KR', file: 'noto-sans-kr.woff2' },
  arabic: { family: 'Glimpse Arabic', file: 'noto-sans-arabic.woff2' },
  hebrew: { family: 'Glimpse Hebrew', file: 'noto-sans-hebrew.woff2' },
  symbols: { family: 'Glimpse Symbols', file: 'noto-sans-symbols-2.woff2' },
  emoji: { family: 'Glimpse Emoji', file: 'noto-emoji.woff2' },
} as const;

type FallbackName = keyof typeof FALLBACKS;

/** Weights that are shipped; a variable font's axis would not follow the CSS weight here. */
export type FontWeight = 400 | 500 | 600;

const KANA = /[\u3040-\u30FF\u31F0-\u31FF\uFF66-\uFF9F]/u;
const HANGUL = /[\u1100-\u11FF\u3130-\u318F\uAC00-\uD7AF]/u;
const HAN = /[\u2E80-\u303F\u3200-\u9FFF\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFFEF\u{20000}-\u{3FFFF}]/u;
/** What Plex surely has: text of nothing else needs no fallback. */
const PLAIN =
  /^[\u0020-\u024F\u0370-\u03FF\u0400-\u045F\u2013\u2014\u2018-\u201D\u2022\u2026\u202F\u2212\u2066-\u2069]*$/u;

const registered = new Set<string>();

function register(family: string, path: string): void {
  if (registered.has(path)) return;
  if (!GlobalFonts.registerFromPath(path, family)) throw new Error(`font ${path} could not be registered`);
  registered.add(path);
}

/** Registers Plex in its three weights: 1 to 3 ms a file. Later calls are free. */
export function registerBaseFonts(): void {
  const folder = join(createRequire(import.meta.url).resolve('@expo-google-fonts/ibm-plex-sans/package.json'), '..');
  for (const name of ['400Regular', '500Medium', '600SemiBold']) {
    register(PLEX, join(folder, name, `IBMPlexSans_${name}.ttf`));
  }
}

/**
 * A CSS font for a text, its fallback families registered. Each CJK file takes 60 to 80 ms, so they wait for the first
 * text that needs them. Kana puts Japanese shapes first, hangul Korean ones, else Chinese.
 */
export function fontFor(text: string, size: number, weight: FontWeight): string {
  if (PLAIN.test(text)) return `${weight} ${size}px "${PLEX}"`;
  const names: FallbackName[] = [...cjkFor(text), 'arabic', 'hebrew', 'symbols', 'emoji'];
  for (const name of names) register(FALLBACKS[name].family, join(FOLDER, FALLBACKS[name].file));
  return `${weight} ${size}px ${[PLEX, ...names.map((name) => FALLBACKS[name].family)].map((name) => `"${name}"`).join(', ')}`;
}

function cjkFor(text: string): FallbackName[] {
  if (KANA.test(text)) return ['jp', 'sc', 'kr'];
  if (HAN.test(text)) return HANGUL.test(text) ? ['kr', 'sc', 'jp'] : ['sc', 'jp', 'kr'];
  return HANGUL.test(text) ? ['kr'] : [];
}
