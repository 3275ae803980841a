/** Dashboards of schema v2 (v2alpha1, v2beta1, v2) as a {@link Dashboard}. Pure. */
import { finishDashboard, panelOf, readVariable } from './normalize-v1.ts';
import type { Dashboard, Panel, Variable } from './panel.ts';
import { type Json, listOf, mapOf, textOf } from './present/json.ts';
import { migratePanel } from './present/legacy-panel.ts';

const PANELS_MAX = 1_000;
const VARIABLES_MAX = 200;
/** Tabs in rows in tabs; the schema knows no bound, a reader does. */
const DEPTH_MAX = 12;

/** The uids of library panels that it refers to, each once. */
export function libraryUidsInV2(raw: Json): readonly string[] {
  const elements = Object.values(mapOf(raw.elements)).map(mapOf);
  const uids = elements.flatMap(({ kind, spec }) =>
    kind === 'LibraryPanel' ? (textOf(mapOf(mapOf(spec).libraryPanel).uid) ?? []) : [],
  );
  return [...new Set(uids)];
}

/**
 * Reads it. Where panels stand is only looked at for their order and the titles of rows and tabs.
 *
 * @param library - the models of its library panels by uid; one that is missing is told in the notes
 */
export function normalizeV2(
  raw: Json,
  meta: Pick<Dashboard, 'uid' | 'path' | 'folder' | 'version'>,
  library: ReadonlyMap<string, Json>,
): Dashboard {
  const notes: string[] = [];
  const elements = mapOf(raw.elements);
  const layout = readLayout(mapOf(raw.layout));
  const placed = new Set(layout.items.map(({ element }) => element));
  const rest = Object.keys(elements).filter((name) => !placed.has(name));
  const items = [...layout.items, ...rest.map((element): Item => ({ element }))];
  const panels = items
    .filter(({ element }, index) => items.findIndex((one) => one.element === element) === index)
    .slice(0, PANELS_MAX)
    .flatMap((item, index) => readElement(mapOf(elements[item.element]), item, index, library, notes));
  const variables = [...listOf(raw.variables), ...layout.variables].slice(0, VARIABLES_MAX).flatMap(readVariableV2);
  const time = mapOf(raw.timeSettings);
  return finishDashboard(raw, meta, panels, notes, {
    variables: variables.filter(({ name }, index) => variables.findIndex((one) => one.name === name) === index),
    time,
    timezone: textOf(time.timezone),
  });
}

interface Item {
  readonly element: string;
  readonly section?: string;
  readonly repeat?: string;
}

interface Layout {
  readonly items: readonly Item[];
  /** Of rows and tabs. */
  readonly variables: readonly unknown[];
}

function readLayout({ spec }: Json, section?: string, depth = 0): Layout {
  if (depth > DEPTH_MAX) return { items: [], variables: [] };
  const { items, rows, tabs, variables } = mapOf(spec);
  const own = listOf(items).flatMap((item) => readItem(mapOf(item), section, depth));
  const groups = [...listOf(rows), ...listOf(tabs)].map((group) => {
    const inner = mapOf(mapOf(group).spec);
    const title = textOf(inner.title);
    const path = [section, title].filter((one) => one !== undefined).join(' / ');
    const below = readLayout(mapOf(inner.layout), path === '' ? undefined : path, depth + 1);
    return { items: below.items, variables: [...listOf(inner.variables), ...below.variables] };
  });
  return {
    items: [...own, ...groups.flatMap((group) => group.items)],
    variables: [...listOf(variables), ...groups.flatMap((group) => group.variables)],
  };
}

/** An item of a grid; early v2 had rows among them. */
function readItem({ kind, spec }: Json, section: string | undefined, depth: number): Item[] {
  const { element, repeat, elements, title } = mapOf(spec);
  if (kind === 'GridLayoutRow') {
    const inner = listOf(elements).flatMap((one) => readItem(mapOf(one), textOf(title) ?? section, depth + 1));
    return depth > DEPTH_MAX ? [] : inner;
  }
  const name = textOf(mapOf(element).name);
  const variable = textOf(mapOf(repeat).value);
  if (name === undefined) return [];
  return [
    { element: name, ...(section !== undefined && { section }), ...(variable !== undefined && { repeat: variable }) },
  ];
}

function readElement(
  { kind, spec: content }: Json,
  { section, repeat }: Item,
  index: number,
  library: ReadonlyMap<string, Json>,
  notes: string[],
): Panel[] {
  const spec = mapOf(content);
  const again = repeat === undefined ? {} : { repeat };
  if (kind === 'Panel') return [panelOf({ ...migratePanel(classicOf(spec)), ...again }, section, index)];
  if (kind !== 'LibraryPanel') return [];
  const { uid, name } = mapOf(spec.libraryPanel);
  const model = library.get(textOf(uid) ?? '');
  if (model === undefined) {
    notes.push(`The library panel "${textOf(name) ?? textOf(spec.title) ?? textOf(uid) ?? '?'}" could not be read.`);
    return [];
  }
  return [panelOf({ ...migratePanel({ ...model, id: spec.id, libraryPanel: undefined }), ...again }, section, index)];
}

/** The classic JSON of a v2 panel. */
function classicOf(spec: Json): Json {
  const data = mapOf(mapOf(spec.data).spec);
  const options = mapOf(data.queryOptions);
  const viz = mapOf(spec.vizConfig);
  const vizSpec = mapOf(viz.spec);
  // v2alpha1 had the plugin's id for a kind
  const type = viz.kind === 'VizConfig' ? viz.group : viz.kind;
  return {
    id: spec.id,
    title: spec.title,
    description: spec.description,
    type,
    pluginVersion: viz.version ?? vizSpec.pluginVersion,
    options: vizSpec.options,
    fieldConfig: vizSpec.fieldConfig,
    targets: listOf(data.queries).map(classicTarget),
    transformations: listOf(data.transformations).map(classicTransformation),
    interval: options.interval,
    maxDataPoints: options.maxDataPoints,
    timeFrom: options.timeFrom,
    timeShift: options.timeShift,
  };
}

function classicTarget(value: unknown): Json {
  const { refId, hidden, query, datasource } = mapOf(mapOf(value).spec);
  const { kind, group, datasource: named, spec } = mapOf(query);
  const plugin = kind === 'DataQuery' ? group : kind;
  const uid = textOf(mapOf(named).name) ?? textOf(mapOf(datasource).uid);
  return {
    ...mapOf(spec),
    refId,
    hide: hidden === true,
    datasource: { ...(uid !== undefined && { uid }), ...(textOf(plugin) !== undefined && { type: plugin }) },
  };
}

function classicTransformation(value: unknown): Json {
  const { kind, group, spec } = mapOf(value);
  const { id, options, disabled } = mapOf(spec);
  return { id: id ?? (kind === 'Transformation' ? group : kind), options, disabled };
}

const KINDS: Readonly<Record<string, Variable['type']>> = {
  QueryVariable: 'query',
  CustomVariable: 'custom',
  ConstantVariable: 'constant',
  TextVariable: 'textbox',
  IntervalVariable: 'interval',
  DatasourceVariable: 'datasource',
  AdhocVariable: 'adhoc',
  GroupByVariable: 'groupby',
  SwitchVariable: 'switch',
};

/** In the order of the numbers that classic JSON has for them. */
const SORTS = [
  'disabled',
  'alphabeticalAsc',
  'alphabeticalDesc',
  'numericalAsc',
  'numericalDesc',
  'alphabeticalCaseInsensitiveAsc',
  'alphabeticalCaseInsensitiveDesc',
  'naturalAsc',
  'naturalDesc',
];

function readVariableV2(value: unknown): Variable[] {
  const { kind, spec: content } = mapOf(value);
  const spec = mapOf(content);
  const type = KINDS[textOf(kind) ?? ''] ?? 'system';
  const { kind: queryKind, group, datasource, spec: query } = mapOf(spec.query);
  const isQuery = type === 'query' && typeof spec.query === 'object';
  const plugin = textOf(queryKind === 'DataQuery' ? group : queryKind);
  const uid = textOf(mapOf(datasource).name) ?? textOf(mapOf(spec.datasource).uid);
  const legacy = textOf(mapOf(query).__legacyStringValue);
  return readVariable({
    ...spec,
    type,
    ...(isQuery && {
      query: legacy ?? query,
      datasource: { ...(uid !== undefined && { uid }), ...(plugin !== undefined && { type: plugin }) },
    }),
    ...(type === 'datasource' && { query: spec.pluginId }),
    ...(typeof spec.sort === 'string' && { sort: Math.max(0, SORTS.indexOf(spec.sort)) }),
    ...(type === 'switch' && { current: { value: spec.current } }),
  });
}
