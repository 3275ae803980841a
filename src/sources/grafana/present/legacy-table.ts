/** The table panel before version 7: its styles as overrides, its transform as a transformation. Pure. */
import { type Json, listOf, mapOf, numberOf, textOf } from './json.ts';

/** What `transform` was, as transformations do it today. */
const TRANSFORMS: Readonly<Record<string, (raw: Json) => readonly Json[]>> = {
  timeseries_aggregations: ({ columns }) => [
    {
      id: 'reduce',
      options: {
        reducers: listOf(columns).flatMap((column) => calcOf(textOf(mapOf(column).value))),
        includeTimeField: false,
      },
    },
  ],
  timeseries_to_columns: () => [{ id: 'seriesToColumns', options: { byField: 'Time' } }],
  timeseries_to_rows: () => [{ id: 'seriesToRows', options: {} }],
  table: () => [{ id: 'merge', options: {} }],
};

const CALCS: Readonly<Record<string, string>> = { avg: 'mean', current: 'lastNotNull', total: 'sum' };

function calcOf(value: string | undefined): string[] {
  return value === undefined ? [] : [CALCS[value] ?? value];
}

/** The JSON of its successor. */
export function migrateTable(raw: Json): Json {
  const transform = textOf(raw.transform);
  const made =
    transform !== undefined && Object.hasOwn(TRANSFORMS, transform) ? TRANSFORMS[transform]?.(raw) : undefined;
  const styles = listOf(raw.styles).map(mapOf);
  const everything = styles.find(({ pattern }) => pattern === '/.*/');
  const sort = mapOf(raw.sort);
  const sortedBy = textOf(mapOf(listOf(raw.columns)[numberOf(sort.col) ?? -1]).text);
  return {
    ...raw,
    type: 'table',
    fieldConfig: {
      defaults: everything ? Object.fromEntries(propertiesOf(everything).map(({ id, value }) => [id, value])) : {},
      overrides: styles.filter((style) => style !== everything).flatMap(overrideOf),
    },
    options: { ...(sortedBy !== undefined && { sortBy: [{ displayName: sortedBy, desc: sort.desc === true }] }) },
    transformations: [...(made ?? []), ...listOf(raw.transformations)],
  };
}

interface Property {
  readonly id: string;
  readonly value: unknown;
}

function overrideOf(style: Json): Json[] {
  const pattern = textOf(style.pattern);
  const properties = propertiesOf(style);
  if (pattern === undefined || properties.length === 0) return [];
  const isRegex = /^\/.*\/[a-z]*$/.test(pattern);
  return [{ matcher: { id: isRegex ? 'byRegexp' : 'byName', options: pattern }, properties }];
}

function propertiesOf({
  type,
  unit,
  decimals,
  alias,
  thresholds,
  colors,
  colorMode,
  mappingType,
  valueMaps,
  rangeMaps,
}: Json): Property[] {
  const properties: Property[] = [];
  if (type === 'hidden') properties.push({ id: 'custom.hidden', value: true });
  if (textOf(alias) !== undefined) properties.push({ id: 'displayName', value: alias });
  if (type === 'number' && textOf(unit) !== undefined) properties.push({ id: 'unit', value: unit });
  if (type === 'date') properties.push({ id: 'unit', value: 'dateTimeAsIso' });
  if (type === 'number' && numberOf(decimals) !== undefined) properties.push({ id: 'decimals', value: decimals });
  const mapped = mappingType === 2 ? listOf(rangeMaps) : listOf(valueMaps);
  if (mapped.length > 0) {
    const kind = mappingType === 2 ? 2 : 1;
    properties.push({ id: 'mappings', value: mapped.map((one) => ({ ...mapOf(one), type: kind })) });
  }
  const limits = listOf(thresholds).flatMap((one) => numberOf(one) ?? []);
  if (textOf(colorMode) !== undefined && limits.length > 0) {
    const steps = [null, ...limits].map((value, index) => ({ value, color: listOf(colors)[index] ?? 'red' }));
    properties.push({ id: 'thresholds', value: { mode: 'absolute', steps } });
  }
  return properties;
}
