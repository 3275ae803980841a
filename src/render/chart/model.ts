/** Everything that will be drawn, with its place: what tests assert and the painter follows. All px at 1x. */
import type { Theme } from '../../domain/saved-query.ts';
import type { TextStyle } from './text.ts';

/** A text at its baseline. */
export interface Text extends TextStyle {
  readonly text: string;
  /** Of the left end, the middle or the right end, as `align` says. */
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly align: 'left' | 'center' | 'right';
  readonly color: string;
  /** Width of a stroke in the ground's colour beneath, where the text crosses lines. */
  readonly halo?: number;
}

/** A rectangle by its edges. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A filled rectangle. */
export interface Fill extends Box {
  readonly color: string;
  readonly role: 'warning' | 'critical' | 'span' | 'firing' | 'no-data' | 'bar';
}

/** A straight or broken line of our own: grid, threshold, connector, stem. */
export interface Stroke {
  /** `x, y` in turn. */
  readonly points: readonly number[];
  readonly color: string;
  readonly width: number;
  readonly dash?: readonly number[];
}

/** A tick of the value axis. */
export interface ValueTick {
  readonly value: number;
  readonly y: number;
  /** Left out when a threshold's pill stands there. */
  readonly label?: string;
  readonly line: 'grid' | 'zero' | 'faint' | 'none';
}

/** A tick of the time axis; its label may be left out where it would touch another. */
export interface TimeTick {
  readonly timeMs: number;
  readonly x: number;
  readonly label?: string;
  /** A day begins here: bold label, a line up the plot in short windows. */
  readonly isDate: boolean;
  readonly hasLine: boolean;
}

/** What a line or area stands for. */
type LineRole = 'series' | 'firing' | 'range' | 'other' | 'crowd' | 'median' | 'past' | 'between' | 'stack';

/** A line or area, drawn as a chart.js dataset. */
export interface Line {
  readonly name: string;
  readonly role: LineRole;
  readonly color: string;
  /** 0 draws no line. */
  readonly width: number;
  readonly dash?: readonly number[];
  readonly join: 'round' | 'bevel';
  readonly isStepped: boolean;
  /** Points to draw in px, NaN in `ys` is a gap. Shape `[n]` both. */
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  /** Filled down to a height in px, or to another edge with the same `xs`. */
  readonly fill?: { readonly color: string; readonly to: number | Float64Array };
}

/** Bars of one series, drawn as a chart.js dataset. Shape `[n]` all. */
export interface Bars {
  readonly name: string;
  readonly color: string;
  /** Width of one bar, px. */
  readonly width: number;
  /** Middle, top and bottom of each bar, px. */
  readonly xs: Float64Array;
  readonly tops: Float64Array;
  readonly bottoms: Float64Array;
  /** From this one on the interval is still filling: drawn faint. */
  readonly fillingFrom: number;
}

/** A dot on a value. */
export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly color: string;
  /** Width of the ring in the ground's colour around it. */
  readonly ring: number;
  readonly role: 'last' | 'alone' | 'extreme';
}

/** A mark of a single measurement: hollow, so that what lies beneath is seen. */
export interface Diamond {
  readonly x: number;
  readonly y: number;
}

/** The cells of a heatmap. */
export interface Cells {
  /** Edges in px, rising. Shape `[columns + 1]`. */
  readonly xs: Float64Array;
  /** Edges in px from the bottom up, falling. Shape `[rows + 1]`. */
  readonly ys: Float64Array;
  /** Index into `colors` plus one; 0 is ground. Row-major from the bottom up, shape `[rows * columns]`. */
  readonly steps: Uint8Array;
  /** From the least step up. */
  readonly colors: readonly string[];
}

/** What the colours of a heatmap stand for, the most first. */
export interface ColorKey {
  readonly head: Text;
  readonly rows: readonly { readonly swatch: Fill; readonly text: Text }[];
}

/** A further, smaller plot: a strip beneath, a panel of a contact sheet. */
export interface Panel {
  readonly plot: Box;
  /** What it shows. */
  readonly title: Text;
  /** Values of ticks, names, remarks. */
  readonly texts: readonly Text[];
  /** Beneath the data. */
  readonly grid: readonly Stroke[];
  readonly fills: readonly Fill[];
  readonly lines: readonly Line[];
  readonly bars: readonly Bars[];
  readonly hasSolidAreas: boolean;
  /** Above the data: zero line, limits without a pill, time ticks. */
  readonly strokes: readonly Stroke[];
  readonly limits: readonly Limit[];
  readonly dots: readonly Dot[];
  readonly labels: readonly EndLabel[];
}

/** The end label of a series: its name, its value and the line that leads there. */
export interface EndLabel {
  readonly name: Text;
  readonly value?: Text;
  readonly connector?: Stroke;
  /** Square before the name, in bar charts. */
  readonly swatch?: Fill;
  /** Middle of the label's height. */
  readonly y: number;
}

/** A limit: line (cut where its word stands), pill and word. */
export interface Limit {
  readonly value: number;
  readonly y: number;
  readonly color: string;
  readonly strokes: readonly Stroke[];
  readonly pill: Box & { readonly text: Text };
  readonly word?: Text;
}

/** A mark above the plot; that of a firing is in the colour of its severity. */
export interface Mark {
  readonly kind: 'moment' | 'span' | 'firing';
  readonly fromX: number;
  readonly toX: number;
  readonly text?: Text;
  /** 1 next to the plot, 2 above it; 0 when its text found no place. */
  readonly row: 0 | 1 | 2;
  readonly stem?: Stroke;
  /** Lines down the plot where a firing begins and ends, as far as that is in the window. */
  readonly edges?: readonly Stroke[];
}

/** Where a member of a group of alerts began to fire. */
export interface Ring {
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

/** A swatch, a name and numbers. */
export interface TableRow {
  readonly swatch?: Fill;
  readonly cells: readonly Text[];
}

/** Names and numbers beneath the plot, where names are too long for the gutter. */
export interface Table {
  readonly heads: readonly Text[];
  readonly rule: Stroke;
  readonly rows: readonly TableRow[];
}

/** A picture before it is painted. */
export interface ChartModel {
  /** px at 1x; the bitmap is twice that. */
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  readonly plot: Box;
  readonly title: Text;
  readonly subtitle: Text;
  /** Of a narrow picture: what has no room in the subtitle. */
  readonly secondLine?: Text;
  /** The state of the alert, before the title. */
  readonly pill?: { readonly box: Box; readonly color: string; readonly text: Text };
  /** The DEMO badge. */
  readonly badge?: { readonly box: Box; readonly text: Text };
  readonly footer: { readonly left: Text; readonly right: Text };
  readonly valueAxis: {
    readonly min: number;
    readonly max: number;
    readonly isLog: boolean;
    readonly ticks: readonly ValueTick[];
  };
  readonly timeAxis: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly ticks: readonly TimeTick[];
    /** Where its labels hang; the plot's bottom unless strips lie beneath. */
    readonly bottom?: number;
  };
  readonly fills: readonly Fill[];
  readonly lines: readonly Line[];
  readonly bars: readonly Bars[];
  readonly limits: readonly Limit[];
  readonly marks: readonly Mark[];
  /** `+2`: marks without a text. */
  readonly moreMarks?: Text;
  readonly dots: readonly Dot[];
  readonly labels: readonly EndLabel[];
  /** Texts inside the plot or above the labels: `max`, `no data`, `sum`. */
  readonly texts: readonly Text[];
  readonly table?: Table;
  readonly cells?: Cells;
  readonly key?: ColorKey;
  /** Measurements that were kept with where they came from. */
  readonly diamonds?: readonly Diamond[];
  readonly rings?: readonly Ring[];
  readonly panels?: readonly Panel[];
  /** True where filled areas hide the grid, which is then drawn again above them. */
  readonly hasSolidAreas: boolean;
  /** Colour slots by series name, to be kept for follow-ups. */
  readonly slots: Readonly<Record<string, number>>;
}
