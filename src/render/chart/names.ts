/** Where the names of the series go: into the gutter at the line ends, or into a table. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { type EndSeed, endSeeds } from './ends.ts';
import { GUTTER, type LabelColumn, labelColumn } from './labels.ts';
import type { Palette } from './palette.ts';
import type { Content } from './prepare.ts';
import { sumsWidth } from './sums.ts';
import { sharedParts } from './text.ts';

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
  /** px right of the plot. */
  readonly gutter: number;
}

/** Chooses the place of the names: the gutter, unless more than half of them would be cut there or two became alike. */
export function nameColumn(content: Content, answer: Answer, palette: Palette): Names {
  const isHero = content.shown.length === 1 && content.kind === 'lines';
  const plain = endSeeds(content, answer, palette);
  if (content.kind === 'bars') {
    const column = { names: [], width: sumsWidth(content), cut: 0, hasTwins: false };
    return {
      seeds: [],
      column,
      isTable: false,
      prefix: '',
      suffix: '',
      gutter: GUTTER.connector + column.width + GUTTER.margin,
    };
  }
  const first = labelColumn(toWishes(plain), isHero && plain.length === 1);
  const gutterOf = (column: LabelColumn) => GUTTER.connector + column.width + GUTTER.margin;
  if (first.cut === 0)
    return { seeds: plain, column: first, isTable: false, prefix: '', suffix: '', gutter: gutterOf(first) };
  const members = new Set(content.shown.map(({ name }) => name));
  const shared = sharedParts([...members]);
  const seeds = plain.map((seed) =>
    members.has(seed.name)
      ? { ...seed, name: seed.name.slice(shared.prefix.length, seed.name.length - shared.suffix.length) }
      : seed,
  );
  const column = labelColumn(toWishes(seeds), isHero && seeds.length === 1);
  const isTable = seeds.length > 1 && (column.cut * 2 > seeds.length || column.hasTwins);
  return { seeds, column, isTable, ...shared, gutter: isTable ? GUTTER.margin + TABLE_GUTTER : gutterOf(column) };
}

const toWishes = (seeds: readonly EndSeed[]) => seeds.map((seed) => ({ ...seed, y: 0 }));
