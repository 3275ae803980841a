/** Where the names of the series go: into the gutter at the line ends, or into a table. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { type EndSeed, endSeeds } from './ends.ts';
import { COLUMN_MAX, GUTTER, type LabelColumn, labelColumn } from './labels.ts';
import type { Palette } from './palette.ts';
import type { Content } from './prepare.ts';
import { sumsFit, sumsWidth } from './sums.ts';
import { cleanText, sharedParts } from './text.ts';

/** Right of the plot, beside the margin, where names stand in a table. */
const TABLE_GUTTER = 8;

/** Names of series: as labels in the gutter, or in a table when they are too long for it. */
export interface Names {
  readonly seeds: readonly EndSeed[];
  readonly column: LabelColumn;
  readonly isTable: boolean;
  /** Taken off all names, and said once. */
  readonly prefix: string;
  readonly suffix: string;
  /** Whether the title says the prefix already. */
  readonly isSaid: boolean;
  /** px right of the plot. */
  readonly gutter: number;
}

/** Chooses the place of the names: the gutter, unless it is too narrow, more than half of them would be cut or two became alike. */
export function nameColumn(content: Content, answer: Answer, palette: Palette, isNarrow: boolean): Names {
  if (content.kind === 'bars') return sumsColumn(content, answer, isNarrow ? COLUMN_MAX.narrow : COLUMN_MAX.usual);
  const plain = endSeeds(content, answer, palette);
  const isHero = content.shown.length === 1 && plain.length === 1 && content.kind === 'lines';
  const names = content.shown.map(({ name }) => name);
  const shared = sharedParts(names);
  const isSaid = shared.prefix !== '' && cleanText(answer.title).includes(shared.prefix.slice(0, -1));
  // what the title says need not stand before each name
  const candidates = [isSaid ? { prefix: shared.prefix, suffix: '' } : { prefix: '', suffix: '' }, shared];
  for (const [index, { prefix, suffix }] of candidates.entries()) {
    const seeds = plain.map((seed) =>
      names.includes(seed.name) ? { ...seed, name: strip(seed.name, prefix, suffix) } : seed,
    );
    const column = labelColumn(toWishes(seeds), isHero);
    if (column.cut > 0 && index === 0) continue;
    const isTable = isNarrow || (seeds.length > 1 && (column.cut * 2 > seeds.length || column.hasTwins));
    const gutter = isTable ? GUTTER.margin + TABLE_GUTTER : gutterOf(column.width);
    return { seeds, column, isTable, prefix, suffix, isSaid, gutter };
  }
  throw new Error('unreachable: the last candidate is always taken');
}

function sumsColumn(content: Content, { title }: Answer, most: number): Names {
  const full = content.shown.map(({ name }) => name);
  const own = content.shown.filter(({ isRest }) => !isRest).map(({ name }) => name);
  const { prefix, suffix } = sumsFit(content, full, most) ? { prefix: '', suffix: '' } : sharedParts(own);
  const names = full.map((name) => (own.includes(name) ? strip(name, prefix, suffix) : name));
  const column = { names, width: sumsWidth(content, names, most), cut: 0, hasTwins: false };
  const isSaid = prefix !== '' && cleanText(title).includes(prefix.slice(0, -1));
  return { seeds: [], column, isTable: false, prefix, suffix, isSaid, gutter: gutterOf(column.width) };
}

const gutterOf = (width: number) => GUTTER.connector + width + GUTTER.margin;

const strip = (name: string, prefix: string, suffix: string) => name.slice(prefix.length, name.length - suffix.length);

const toWishes = (seeds: readonly EndSeed[]) => seeds.map((seed) => ({ ...seed, y: 0 }));
