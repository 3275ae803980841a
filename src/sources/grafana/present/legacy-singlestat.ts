/** The old `singlestat` panel as `stat`, or as `gauge` where it drew one. Pure. */
import { type Json, listOf, mapOf, numberOf, textOf } from './json.ts';

/** Names of what it made of a series, as calculations have them today. */
const CALCS: Readonly<Record<string, string>> = {
  avg: 'mean',
  min: 'min',
  max: 'max',
  current: 'lastNotNull',
  total: 'sum',
  first: 'firstNotNull',
  delta: 'delta',
  diff: 'diff',
  range: 'range',
  name: 'lastNotNull',
  last_time: 'lastNotNull',
};

/** The JSON of its successor. */
export function migrateSinglestat(raw: Json): Json {
  const gauge = mapOf(raw.gauge);
  const isGauge = gauge.show === true;
  const calc = CALCS[textOf(raw.valueName) ?? 'avg'] ?? 'mean';
  const ends = isGauge ? { min: numberOf(gauge.minValue) ?? 0, max: numberOf(gauge.maxValue) ?? 100 } : {};
  const decimals = numberOf(raw.decimals);
  const unit = unitIn(raw);
  const mappings = mappingsOf(raw);
  const column = textOf(raw.tableColumn);
  return {
    ...raw,
    type: isGauge ? 'gauge' : 'stat',
    fieldConfig: {
      defaults: {
        ...ends,
        ...(unit !== undefined && { unit }),
        ...(decimals !== undefined && { decimals }),
        ...(mappings.length > 0 && { mappings }),
        ...thresholdsIn(raw),
        ...(textOf(raw.nullText) !== undefined && { noValue: raw.nullText }),
      },
      overrides: [],
    },
    options: {
      reduceOptions: { calcs: [calc], fields: column === undefined ? '' : `/^${escaped(column)}$/`, values: false },
      colorMode: raw.colorBackground === true ? 'background' : raw.colorValue === true ? 'value' : 'none',
      graphMode: mapOf(raw.sparkline).show === true ? 'area' : 'none',
    },
  };
}

/** A text that stood behind the number is its unit, where it had none. */
function unitIn({ format, postfix }: Json): string | undefined {
  const unit = textOf(format);
  const behind = textOf(postfix)?.trim();
  return (unit === undefined || unit === 'none' || unit === 'short') && behind ? `suffix:${behind}` : unit;
}

/** `thresholds: "80,90"` with a colour for each part. */
function thresholdsIn({ thresholds, colors, colorValue, colorBackground, gauge }: Json): Json {
  const isColoured = colorValue === true || colorBackground === true || mapOf(gauge).show === true;
  const limits = (textOf(thresholds) ?? '').split(',').flatMap((text) => numberOf(text.trim()) ?? []);
  if (!isColoured || limits.length === 0) return {};
  const color = (index: number) => textOf(listOf(colors)[index]) ?? ['green', 'orange', 'red'][index] ?? 'red';
  const steps = [
    { value: null, color: color(0) },
    ...limits.map((value, index) => ({ value, color: color(index + 1) })),
  ];
  return { thresholds: { mode: 'absolute', steps }, color: { mode: 'thresholds' } };
}

/** `valueMaps` where `mappingType` is 1, `rangeMaps` where it is 2. */
function mappingsOf({ mappingType, valueMaps, rangeMaps }: Json): readonly Json[] {
  if (mappingType === 2) return listOf(rangeMaps).map((one) => ({ ...mapOf(one), type: 2 }));
  return (
    listOf(valueMaps)
      .map(mapOf)
      // every panel had this one, whether or not it meant it
      .filter(({ value, text }) => !(value === 'null' && text === 'N/A'))
      .map((one) => ({ ...one, type: 1 }))
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
