/** The page that a drill-down link of the embedded data leads to: the chart, its numbers, the frozen window in words. */
import { createHash } from 'node:crypto';
import { DateTime } from 'luxon';
import { formatValue } from '../domain/format-number.ts';
import { summarize } from '../domain/series.ts';
import { makeUnit } from '../domain/unit.ts';
import { escapeHtml } from '../lib/escape-html.ts';
import { COMPOSER_CSS, LINE_COLOURS } from './composer-style.ts';
import type { SourceInfo } from './embedded-handler.ts';
import type { Window } from './graphite-evaluate.ts';
import { limitPoints } from './graphite-render.ts';
import type { Row } from './graphite-rows.ts';

/** Lines that are drawn and rows that are listed; the rest is counted. */
const LINES_MAX = 24;
/** Targets that are shown in full; each is cut beyond `TARGET_SHOWN_CHARS`. */
const TARGETS_SHOWN = 8;
const TARGET_SHOWN_CHARS = 600;

/** Width, height and margins of the drawing, in its own units. */
const BOX = { width: 760, height: 330, left: 66, right: 8, top: 14, bottom: 40 };

const PLOT_WIDTH = BOX.width - BOX.left - BOX.right;

/** Only this page's own style sheet may run; nothing is loaded from anywhere. */
export const COMPOSER_CSP = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(COMPOSER_CSS).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** A name to click on a page without targets. */
export interface BrowseEntry {
  readonly path: string;
  readonly isLeaf: boolean;
}

/** What the page shows. */
export interface ComposerPage {
  readonly info: SourceInfo;
  readonly targets: readonly string[];
  readonly window: Window;
  readonly rows: readonly Row[];
  /** IANA zone of all times on the page. */
  readonly zone: string;
  /** Where the tree is looked through, on a page without targets. */
  readonly browse: readonly BrowseEntry[];
}

/** Renders the page; everything that came from outside is shown as text. */
export function renderComposerPage({ info, targets, window, rows, zone, browse }: ComposerPage): string {
  const main = targets.length === 0 ? browseSection(browse) : chartSection(targets, window, rows, zone);
  return pageOf(info, targets[0]?.slice(0, 80) ?? info.title, main);
}

/**
 * A whole page around its main part, which is HTML already.
 *
 * @param script - one that may run; its hash must be in the policy that is sent with the page
 */
export function pageOf(info: SourceInfo, title: string, main: string, script = ''): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(script === '' ? COMPOSER_CSP : policyWith(script))}">
<title>${escapeHtml(title === info.title ? title : `${title} · ${info.title}`)}</title><style>${COMPOSER_CSS}</style></head>
<body><header><h1>${escapeHtml(info.title)}</h1>${info.isDemo ? '<span class="badge">DEMO</span>' : ''}
<p>${escapeHtml(info.notice)}</p></header>
<main>${main}</main>${script === '' ? '' : `<script>${script}</script>`}</body></html>
`;
}

/** The policy of a page with this one script. */
export function policyWith(script: string): string {
  return `${COMPOSER_CSP}; script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}

function chartSection(targets: readonly string[], window: Window, rows: readonly Row[], zone: string): string {
  const shown = targets.slice(0, TARGETS_SHOWN).map((target) => {
    const cut = target.length > TARGET_SHOWN_CHARS ? `${target.slice(0, TARGET_SHOWN_CHARS)}…` : target;
    return `<code>${escapeHtml(cut)}</code>`;
  });
  if (targets.length > TARGETS_SHOWN) shown.push(`<span>… ${targets.length - TARGETS_SHOWN} more targets</span>`);
  const drawn = rows.slice(0, LINES_MAX);
  const words = windowInWords(window, zone);
  const picture = rows.some(({ values }) => values.some((value) => !Number.isNaN(value)))
    ? `<figure>${renderLinesSvg(drawn, window, zone)}</figure>${numbersTable(drawn)}`
    : `<p class="empty">No values in this window.</p>`;
  const more = rows.length > LINES_MAX ? `<p>… ${rows.length - LINES_MAX} more series, not shown.</p>` : '';
  return `<p class="window">${escapeHtml(words)}</p>${picture}${more}<section class="targets"><h2>Target</h2>${shown.join('')}</section>`;
}

/** A window as people say it: `Wed 25 Nov 2026, 14:00–15:00 UTC · 1 h`. */
export function windowInWords({ fromS, untilS }: Window, zone: string): string {
  const [from, until] = [fromS, untilS].map((s) => DateTime.fromSeconds(s, { zone, locale: 'en-GB' })) as [
    DateTime,
    DateTime,
  ];
  const day = 'ccc d LLL yyyy, HH:mm';
  const end = until.hasSame(from, 'day') ? until.toFormat('HH:mm') : ` ${until.toFormat(day)}`;
  const gap = end.startsWith(' ') ? ' –' : '–';
  return `${from.toFormat(day)}${gap}${end} ${until.toFormat('ZZZZ')} · ${lengthInWords(untilS - fromS)}`;
}

function lengthInWords(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3_600), 'h'],
    [Math.floor((seconds % 3_600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  const said = parts.filter(([amount]) => amount > 0).slice(0, 2);
  return said.map(([amount, unit]) => `${amount} ${unit}`).join(' ');
}

const UNIT = makeUnit('none');

function numbersTable(rows: readonly Row[]): string {
  const lines = rows.map((row, index) => {
    const summary = summarize({ times: row.values, values: row.values });
    const cells = summary
      ? [summary.last, summary.min, summary.mean, summary.max].map((value) => formatValue(value, UNIT))
      : ['–', '–', '–', '–'];
    const swatch = `<i class="swatch b${index % LINE_COLOURS}"></i>`;
    return `<tr><th scope="row">${swatch}${escapeHtml(row.name)}</th>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`;
  });
  const step = [...new Set(rows.map(({ stepS }) => lengthInWords(stepS)))].join(', ');
  return `<div class="scroll"><table><thead><tr><th scope="col">Series</th><th scope="col">last</th><th scope="col">min</th><th scope="col">mean</th><th scope="col">max</th></tr></thead><tbody>${lines.join('')}</tbody></table></div><p class="step">One value each ${escapeHtml(step)}, as the source has them${meansOf(rows)}.</p>`;
}

/** Says so when a drawn point stands for several values: peaks look lower than they are in the table. */
function meansOf(rows: readonly Row[]): string {
  const drawn = limitPoints(rows, PLOT_WIDTH);
  const most = Math.max(1, ...drawn.map((row, index) => row.stepS / (rows[index]?.stepS ?? row.stepS)));
  const isMean = rows.every(({ consolidate }) => consolidate === 'average');
  return most > 1 && isMean ? `; each point of the line is the mean of ${most}` : '';
}

function browseSection(browse: readonly BrowseEntry[]): string {
  const items = browse.map(({ path, isLeaf }) => {
    const query = isLeaf
      ? `?target=${encodeURIComponent(path)}&from=-1h&until=now`
      : `?query=${encodeURIComponent(`${path}.*`)}`;
    return `<li><a href="${escapeHtml(query)}">${escapeHtml(path)}</a>${isLeaf ? '' : ' …'}</li>`;
  });
  const list = items.length > 0 ? `<ul>${items.join('')}</ul>` : '<p class="empty">There is nothing by this name.</p>';
  return `<h2>Metrics</h2>${list}`;
}

/** Draws rows as a picture of its own, with its style in it. */
export function renderSvgFile(rows: readonly Row[], window: Window, zone: string): string {
  return renderLinesSvg(rows, window, zone).replace('</title>', `</title><style>${COMPOSER_CSS}</style>`);
}

/** Draws rows as lines over a window; gaps stay gaps. Colours come from the style sheet. */
function renderLinesSvg(rows: readonly Row[], window: Window, zone: string): string {
  const drawn = limitPoints(rows.slice(0, LINES_MAX), PLOT_WIDTH);
  const scale = valueScale(drawn.map(({ values }) => values));
  const { xOf, yOf, back } = frameOf(scale, window, zone);
  const lines = drawn.map((row, index) => `<path class="line l${index % LINE_COLOURS}" d="${pathOf(row, xOf, yOf)}"/>`);
  const names = rows.slice(0, 5).map(({ name }) => name);
  const alt = `Line chart of ${names.join(', ')}${rows.length > 5 ? ` and ${rows.length - 5} more` : ''}, ${windowInWords(window, zone)}`;
  return svgOf(alt, back + lines.join(''));
}

function svgOf(alt: string, inner: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${BOX.width} ${BOX.height}" role="img"><title>${escapeHtml(alt)}</title>${inner}</svg>`;
}

/** What stands behind the data, and where times and values are. */
function frameOf(scale: ValueScale, window: Window, zone: string) {
  const xOf = (timeS: number) => BOX.left + ((timeS - window.fromS) / (window.untilS - window.fromS)) * PLOT_WIDTH;
  const yOf = (value: number) =>
    BOX.height - BOX.bottom - ((value - scale.min) / (scale.max - scale.min)) * (BOX.height - BOX.top - BOX.bottom);
  const grid = scale.ticks.map((tick) => {
    const y = yOf(tick).toFixed(1);
    return `<line class="grid" x1="${BOX.left}" x2="${BOX.width - BOX.right}" y1="${y}" y2="${y}"/><text class="label" x="${BOX.left - 10}" y="${y}" dy="5" text-anchor="end">${escapeHtml(formatValue(tick, UNIT))}</text>`;
  });
  const times = timeTicks(window, zone).map(({ timeS, label }) => {
    const x = xOf(timeS).toFixed(1);
    const isLast = xOf(timeS) > BOX.width - 40;
    return `<line class="tick" x1="${x}" x2="${x}" y1="${BOX.height - BOX.bottom}" y2="${BOX.height - BOX.bottom + 5}"/><text class="label" x="${isLast ? BOX.width : x}" y="${BOX.height - 9}" text-anchor="${isLast ? 'end' : 'middle'}">${escapeHtml(label)}</text>`;
  });
  return { xOf, yOf, back: grid.join('') + times.join('') };
}

/** One move per run of values; a value between two gaps becomes a dot (a line of no length with round ends). */
function pathOf({ values, startS, stepS }: Row, xOf: (s: number) => number, yOf: (value: number) => number): string {
  let [path, isOpen] = ['', false];
  values.forEach((value, index) => {
    if (!Number.isFinite(value)) {
      isOpen = false;
      return;
    }
    const point = `${xOf(startS + index * stepS).toFixed(1)} ${yOf(value).toFixed(1)}`;
    path += isOpen ? `L${point}` : `M${point}L${point}`;
    isOpen = true;
  });
  return path;
}

interface ValueScale {
  readonly min: number;
  readonly max: number;
  readonly ticks: readonly number[];
}

/** Draws counts as bars over a window; `edges` are epoch seconds, one more than there are counts. */
export function renderBarsSvg(
  edges: readonly number[],
  counts: readonly number[],
  window: Window,
  zone: string,
): string {
  const scale = valueScale([Float64Array.from(counts)]);
  const frame = frameOf(scale, window, zone);
  const bars = counts.map((count, index) => {
    const from = Math.max(window.fromS, edges[index] as number);
    const to = Math.min(window.untilS, edges[index + 1] as number);
    const [x, end, y] = [frame.xOf(from), frame.xOf(to), frame.yOf(count)];
    return count === 0
      ? ''
      : `<rect class="bar" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(0.5, end - x - 1).toFixed(1)}" height="${(frame.yOf(0) - y).toFixed(1)}"/>`;
  });
  return svgOf(`Bars of lines over time, ${windowInWords(window, zone)}`, frame.back + bars.join(''));
}

/** From zero where nothing is below it, to a round number above the greatest value, in four to six steps. */
function valueScale(columns: readonly Float64Array[]): ValueScale {
  let [low, high] = [0, Number.NEGATIVE_INFINITY];
  for (const values of columns) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (high <= low) high = low + 1;
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5].find((nice) => nice * power >= rough) ?? 10) * power;
  const first = Math.floor(low / step);
  const last = Math.ceil(high / step);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { min: first * step, max: last * step, ticks };
}

/** Distances of time labels, seconds. */
const TIME_STEPS = [10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000];

function timeTicks({ fromS, untilS }: Window, zone: string): { timeS: number; label: string }[] {
  const step = TIME_STEPS.find((seconds) => (untilS - fromS) / seconds <= 8) ?? Math.ceil((untilS - fromS) / 8);
  const offsetS = DateTime.fromSeconds(fromS, { zone }).offset * 60;
  const ticks: { timeS: number; label: string }[] = [];
  for (let timeS = Math.ceil((fromS + offsetS) / step) * step - offsetS; timeS <= untilS; timeS += step) {
    const moment = DateTime.fromSeconds(timeS, { zone, locale: 'en-GB' });
    const isDay = step >= 86_400 || (moment.hour === 0 && moment.minute === 0 && step >= 600);
    ticks.push({ timeS, label: moment.toFormat(isDay ? 'd LLL' : step < 60 ? 'HH:mm:ss' : 'HH:mm') });
  }
  return ticks;
}
