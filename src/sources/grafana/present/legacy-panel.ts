/** Panels of old versions (`graph`, `singlestat`, `table` before 7) as their successors, read from stored JSON. Pure. */
import { type Json, listOf, mapOf, numberOf, textOf } from './json.ts';
import { migrateSinglestat } from './legacy-singlestat.ts';
import { migrateTable } from './legacy-table.ts';

interface Override {
  readonly matcher: { readonly id: string; readonly options: unknown };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

/**
 * A panel's JSON with the type, options and field settings that the successor of its old type has; panels of today stay
 * as they are.
 */
export function migratePanel(raw: Json): Json {
  switch (raw.type) {
    case 'graph':
      return migrateGraph(raw);
    case 'singlestat':
    case 'grafana-singlestat-panel':
      return migrateSinglestat(raw);
    case 'table':
      // the table since version 7 has the name of the one before it, and sometimes its styles still
      return raw.fieldConfig === undefined && (raw.styles !== undefined || raw.transform !== undefined)
        ? migrateTable(raw)
        : raw;
    case 'table-old':
      return migrateTable(raw);
    case 'grafana-piechart-panel':
      return migratePie(raw);
    case 'heatmap-new':
      return { ...raw, type: 'heatmap' };
    case 'heatmap':
      return raw.fieldConfig === undefined || mapOf(raw.options).yAxis === undefined ? migrateHeatmap(raw) : raw;
    default:
      return raw;
  }
}

function migrateGraph(raw: Json): Json {
  const [left = {}, right = {}] = listOf(raw.yaxes).map(mapOf);
  const newer = mapOf(raw.fieldConfig);
  const defaults = {
    ...mapOf(newer.defaults),
    ...axisFields(left),
    custom: { ...customOf(raw), ...scaleOf(left) },
    ...limitFields(raw),
  };
  const overrides = [
    ...(listOf(newer.overrides) as readonly Override[]),
    ...colorOverrides(raw),
    ...listOf(raw.seriesOverrides)
      .map(mapOf)
      .flatMap((one) => seriesOverride(one, right)),
  ];
  const isHistogram = mapOf(raw.xaxis).mode === 'histogram';
  const isSeriesAxis = mapOf(raw.xaxis).mode === 'series';
  return {
    ...raw,
    type: isHistogram ? 'histogram' : isSeriesAxis ? 'bargauge' : 'timeseries',
    fieldConfig: withLimitStyle({ defaults, overrides }, raw),
    options: isSeriesAxis ? { reduceOptions: { calcs: [axisCalc(raw)] } } : { legend: legendOf(mapOf(raw.legend)) },
  };
}

/** With the series on the axis, the old panel drew one bar of each. */
function axisCalc(raw: Json): string {
  return textOf(listOf(mapOf(raw.xaxis).values)[0]) ?? 'sum';
}

function axisFields({ format, min, max, decimals }: Json): Json {
  const [low, high, digits] = [min, max, decimals].map(numberOf);
  return {
    ...(textOf(format) !== undefined && { unit: format }),
    ...(low !== undefined && { min: low }),
    ...(high !== undefined && { max: high }),
    ...(digits !== undefined && { decimals: digits }),
  };
}

function scaleOf({ logBase }: Json): Json {
  const base = numberOf(logBase) ?? 1;
  return base > 1 ? { scaleDistribution: { type: 'log', log: base } } : {};
}

function customOf(raw: Json): Json {
  const { bars, lines, points, steppedLine, fill, linewidth, stack, percentage, nullPointMode } = raw;
  const drawStyle = bars === true ? 'bars' : lines === false && points === true ? 'points' : 'line';
  return {
    drawStyle,
    fillOpacity: 10 * (numberOf(fill) ?? 0),
    lineWidth: numberOf(linewidth) ?? 1,
    ...(steppedLine === true && { lineInterpolation: 'stepAfter' }),
    spanNulls: nullPointMode === 'connected',
    stacking: { mode: stack === true ? (percentage === true ? 'percent' : 'normal') : 'none', group: 'A' },
  };
}

/** Limits as steps: `op: gt` is worse above, `lt` worse below. */
function limitFields(raw: Json): Json {
  const limits = listOf(raw.thresholds)
    .map(mapOf)
    .flatMap(({ op, value, colorMode, lineColor, fillColor }) => {
      const at = numberOf(value);
      const color = limitColor(textOf(colorMode), textOf(lineColor) ?? textOf(fillColor));
      return at === undefined ? [] : [{ isBelow: op === 'lt', at, color }];
    })
    .sort((a, b) => a.at - b.at);
  if (limits.length === 0) return {};
  const below = limits.filter(({ isBelow }) => isBelow);
  const above = limits.filter(({ isBelow }) => !isBelow);
  const steps = [
    { value: null, color: below[0]?.color ?? 'green' },
    ...below.map(({ at }, index) => ({ value: at, color: below[index + 1]?.color ?? 'green' })),
    ...above.map(({ at, color }) => ({ value: at, color })),
  ];
  return { thresholds: { mode: 'absolute', steps } };
}

function limitColor(mode: string | undefined, own: string | undefined): string {
  if (mode === 'ok') return 'green';
  if (mode === 'warning') return 'orange';
  return mode === 'custom' ? (own ?? 'orange') : 'red';
}

function withLimitStyle({ defaults, overrides }: { defaults: Json; overrides: readonly Override[] }, raw: Json): Json {
  const isShown = listOf(raw.thresholds).length > 0;
  const custom = { ...mapOf(defaults.custom), ...(isShown && { thresholdsStyle: { mode: 'line' } }) };
  return { defaults: { ...defaults, custom }, overrides };
}

function colorOverrides({ aliasColors }: Json): Override[] {
  return Object.entries(mapOf(aliasColors)).map(([name, color]) => ({
    matcher: { id: 'byName', options: name },
    properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: color } }],
  }));
}

/** What the old panel let a series have of its own; the right axis brings its unit and ends. */
function seriesOverride(one: Json, right: Json): Override[] {
  const alias = textOf(one.alias);
  if (alias === undefined) return [];
  const properties: { readonly id: string; readonly value: unknown }[] = [];
  const set = (id: string, value: unknown) => properties.push({ id, value });
  if (one.yaxis === 2) {
    set('custom.axisPlacement', 'right');
    set('custom.thresholdsStyle', { mode: 'off' });
    for (const [id, value] of Object.entries(axisFields(right))) set(id, value);
    for (const [id, value] of Object.entries(scaleOf(right))) set(`custom.${id}`, value);
  }
  if (one.transform === 'negative-Y') set('custom.transform', 'negative-Y');
  if (one.stack !== undefined) set('custom.stacking', stackOf(one.stack));
  if (one.bars === true) set('custom.drawStyle', 'bars');
  else if (one.lines === true) set('custom.drawStyle', 'line');
  if (one.steppedLine === true) set('custom.lineInterpolation', 'stepAfter');
  if (one.nullPointMode === 'connected') set('custom.spanNulls', true);
  if (one.lines === false && one.bars !== true && one.points !== true && one.fillBelowTo === undefined) {
    set('custom.hideFrom', { viz: true, legend: false, tooltip: false });
  }
  if (one.hiddenSeries === true) set('custom.hideFrom', { viz: true, legend: false, tooltip: false });
  if (textOf(one.color) !== undefined) set('color', { mode: 'fixed', fixedColor: one.color });
  const isRegex = /^\/.*\/[a-z]*$/.test(alias);
  return [{ matcher: { id: isRegex ? 'byRegexp' : 'byName', options: alias }, properties }];
}

function stackOf(stack: unknown): Json {
  return stack === false ? { mode: 'none' } : { mode: 'normal', group: typeof stack === 'string' ? stack : 'A' };
}

const LEGEND_CALCS = { min: 'min', max: 'max', avg: 'mean', current: 'lastNotNull', total: 'sum' } as const;

function legendOf(legend: Json): Json {
  const calcs = Object.entries(LEGEND_CALCS).flatMap(([name, calc]) => (legend[name] === true ? [calc] : []));
  return {
    showLegend: legend.show !== false,
    displayMode: legend.alignAsTable === true ? 'table' : 'list',
    placement: legend.rightSide === true ? 'right' : 'bottom',
    calcs,
  };
}

function migratePie(raw: Json): Json {
  return {
    ...raw,
    type: 'piechart',
    fieldConfig: { defaults: { ...(textOf(raw.format) !== undefined && { unit: raw.format }) }, overrides: [] },
    options: { reduceOptions: { calcs: [textOf(raw.valueName) ?? 'lastNotNull'] } },
  };
}

/** The old heatmap counted values itself unless told that they are buckets. */
function migrateHeatmap(raw: Json): Json {
  const { min, max, format } = mapOf(raw.yAxis);
  const { defaults, overrides } = mapOf(raw.fieldConfig);
  return {
    ...raw,
    fieldConfig: { defaults: mapOf(defaults), overrides: listOf(overrides) },
    options: {
      calculate: raw.dataFormat !== 'tsbuckets',
      calculation: {
        yBuckets:
          numberOf(raw.yBucketSize) !== undefined
            ? { mode: 'size', value: String(raw.yBucketSize) }
            : { mode: 'count', value: String(numberOf(raw.yBucketNumber) ?? '') },
      },
      yAxis: { ...(textOf(format) !== undefined && { unit: format }), min, max },
      ...mapOf(raw.options),
    },
  };
}
