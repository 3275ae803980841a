/** Colours of both themes: found by search for contrast and for colour-blind eyes; change none by eye. */
import type { Severity } from '../../domain/annotation.ts';
import type { Theme } from '../../domain/saved-query.ts';

/** Named colours of a theme, as CSS colours. Text on `ground` has 4.5:1 or more, lines that carry data 3:1. */
export interface Palette {
  readonly ground: string;
  /** Title, last values. */
  readonly ink: string;
  /** Subtitle, axis labels, names. */
  readonly ink2: string;
  /** Footer, table heads, ended series. */
  readonly ink3: string;
  /** Zero line, time ticks, grey twin, median of others. */
  readonly axis: string;
  /** Horizontal lines, midnight. */
  readonly grid: string;
  /** The grey crowd, under 3:1 on purpose: it is counted in words. */
  readonly context: string;
  readonly crit: string;
  readonly warn: string;
  readonly ok: string;
  /** Deploys, incident spans. */
  readonly note: string;
  readonly onPill: string;
  readonly critBand: string;
  readonly warnBand: string;
  readonly spanFill: string;
  readonly firingFill: string;
  readonly noDataFill: string;
  /** Opacity of the area under a single line. */
  readonly areaAlpha: number;
  /** Slots 1 to 8; a slot keeps its hue in both themes. */
  readonly series: readonly string[];
  /** Steps of a heatmap, low to high: a sequence of lightness, so that it is read in grey too. */
  readonly heat: readonly string[];
}

const LIGHT: Palette = {
  ground: '#FFFFFF',
  ink: '#16181D',
  ink2: '#4B515C',
  ink3: '#6B7280',
  axis: '#8D95A3',
  grid: '#E6E8EC',
  context: '#B4BAC4',
  crit: '#C8102E',
  warn: '#9A6700',
  ok: '#1A7F4B',
  note: '#3D4450',
  onPill: '#FFFFFF',
  critBand: withAlpha('#C8102E', 0.07),
  warnBand: withAlpha('#B47800', 0.07),
  spanFill: withAlpha('#3D4450', 0.08),
  firingFill: withAlpha('#C8102E', 0.1),
  noDataFill: withAlpha('#6B7280', 0.1),
  areaAlpha: 0.1,
  series: ['#204FC4', '#E8620D', '#02A48C', '#7D0A47', '#8B5CF6', '#615900', '#007DA9', '#925E5E'],
  heat: ['#E3ECFA', '#BCD2F3', '#86ACE6', '#4C80D3', '#204FC4', '#122C74'],
};

const DARK: Palette = {
  ground: '#1A1D21',
  ink: '#F2F4F7',
  ink2: '#C3C8D1',
  ink3: '#969DA9',
  axis: '#767E8B',
  grid: '#31353C',
  context: '#565D69',
  crit: '#FF6B6B',
  warn: '#F2B33D',
  ok: '#4CC38A',
  note: '#D5D9E0',
  onPill: '#1A1D21',
  critBand: withAlpha('#FF6B6B', 0.1),
  warnBand: withAlpha('#F2B33D', 0.09),
  spanFill: withAlpha('#D5D9E0', 0.1),
  firingFill: withAlpha('#FF6B6B', 0.16),
  noDataFill: withAlpha('#969DA9', 0.14),
  areaAlpha: 0.16,
  series: ['#84B3FF', '#EE8E24', '#55F0D7', '#CC4E7E', '#796DD9', '#EEDB54', '#409ABD', '#C4B1A2'],
  heat: ['#22303F', '#2C4A69', '#3B6FA3', '#63A0DE', '#A6D0FF', '#E4F1FF'],
};

/** Colours of a theme. */
export function paletteOf(theme: Theme): Palette {
  return theme === 'dark' ? DARK : LIGHT;
}

/** A colour with an opacity from 0 to 1. `hex` is `#RRGGBB`. */
export function withAlpha(hex: string, alpha: number): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

/** The colour of a limit: red and amber belong to severity, no series uses them. */
export function severityColor(severity: Severity, palette: Palette): string {
  if (severity === 'critical') return palette.crit;
  return severity === 'warning' ? palette.warn : palette.note;
}

const SLOT_COUNT = 8;
const ORDER = [1, 2, 3, 4, 5, 6, 7, 8];
/** Beside a grey crowd teal comes late: for deutans the light one turns grey. */
const ORDER_BESIDE_GREY = [1, 2, 5, 6, 4, 7, 3, 8];

/**
 * Gives each name a colour slot (1 to 8): the one it had in the thread, else the next free one. `names` are at most 8.
 *
 * @param kept - slots of earlier answers in the thread, by series name
 */
export function assignSlots(
  names: readonly string[],
  kept: Readonly<Record<string, number>>,
  hasGrey: boolean,
): Map<string, number> {
  const slots = new Map<string, number>();
  const taken = new Set<number>();
  for (const name of names) {
    const slot = Object.hasOwn(kept, name) ? kept[name] : undefined;
    if (slot === undefined || !ORDER.includes(slot) || taken.has(slot)) continue;
    slots.set(name, slot);
    taken.add(slot);
  }
  const order = hasGrey ? ORDER_BESIDE_GREY : ORDER;
  const elsewhere = new Set(Object.values(kept));
  for (const name of names) {
    if (slots.has(name)) continue;
    const free = order.filter((slot) => !taken.has(slot));
    // a new name rather takes a colour that nobody had in this thread
    const slot = free.find((candidate) => !elsewhere.has(candidate)) ?? free[0] ?? (slots.size % SLOT_COUNT) + 1;
    slots.set(name, slot);
    taken.add(slot);
  }
  return slots;
}
