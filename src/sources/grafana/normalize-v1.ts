/** Classic dashboard JSON of any age as a {@link Dashboard}. Pure. */
import { DASHBOARD_UID, MIXED_UID } from './datasources.ts';
import type { Dashboard, DatasourceRef, FieldConfigSource, Panel, Target, Transformation, Variable } from './panel.ts';
import { type Json, listOf, mapOf, numberOf, textOf, textsOf } from './present/json.ts';
import { migratePanel } from './present/legacy-panel.ts';

/** More panels than this are no dashboard that somebody looks at. */
const PANELS_MAX = 1_000;
const VARIABLES_MAX = 200;
const TARGETS_MAX = 60;

/** The uids of library panels that it refers to, each once. */
export function libraryUidsIn(raw: Json): readonly string[] {
  const uids = flatten(raw).flatMap(({ panel }) => textOf(mapOf(panel.libraryPanel).uid) ?? []);
  return [...new Set(uids)];
}

/**
 * Reads it.
 *
 * @param library - the models of its library panels by uid; one that is missing is told in the notes
 */
export function normalizeV1(
  raw: Json,
  meta: Pick<Dashboard, 'uid' | 'path' | 'folder' | 'version'>,
  library: ReadonlyMap<string, Json>,
): Dashboard {
  const notes: string[] = [];
  const found = flatten(raw);
  const panels = found
    .slice(0, PANELS_MAX)
    .flatMap(({ panel, section }, index) => readPanel(panel, section, index, library, notes));
  if (found.length > PANELS_MAX) notes.push(`It has ${found.length} panels; the first ${PANELS_MAX} are read.`);
  return finishDashboard(raw, meta, panels, notes, {
    variables: listOf(mapOf(raw.templating).list).slice(0, VARIABLES_MAX).flatMap(readVariable),
    time: mapOf(raw.time),
    timezone: textOf(raw.timezone),
  });
}

/** What both forms of a dashboard end in. */
export function finishDashboard(
  raw: Json,
  meta: Pick<Dashboard, 'uid' | 'path' | 'folder' | 'version'>,
  panels: readonly Panel[],
  notes: readonly string[],
  rest: { readonly variables: readonly Variable[]; readonly time: Json; readonly timezone: string | undefined },
): Dashboard {
  const [from, to] = [textOf(rest.time.from), textOf(rest.time.to)];
  const version = meta.version ?? numberOf(raw.version);
  return {
    ...meta,
    title: textOf(raw.title) ?? meta.uid,
    ...(version !== undefined && { version }),
    tags: textsOf(raw.tags),
    ...(rest.timezone !== undefined && { timezone: rest.timezone }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    variables: rest.variables,
    panels: withReused(withUniqueIds(panels)),
    notes,
  };
}

interface Placed {
  readonly panel: Json;
  readonly section?: string;
}

/** All panels in reading order: rows that hold theirs (collapsed, or before schema 16), and rows that stand before theirs. */
function flatten(raw: Json): readonly Placed[] {
  const old = listOf(raw.rows).map(mapOf);
  const placed: Placed[] = old.flatMap((row) =>
    listOf(row.panels).map((panel) => inSection(mapOf(panel), row.showTitle === false ? undefined : textOf(row.title))),
  );
  let section: string | undefined;
  for (const panel of listOf(raw.panels).map(mapOf)) {
    if (panel.type !== 'row') {
      placed.push(inSection(panel, section));
      continue;
    }
    section = textOf(panel.title);
    for (const inner of listOf(panel.panels)) placed.push(inSection(mapOf(inner), section));
  }
  // copies that an old server wrote for each value of a variable
  return placed.filter(({ panel }) => panel.repeatPanelId === undefined || panel.repeatPanelId === null);
}

function inSection(panel: Json, section: string | undefined): Placed {
  return section === undefined ? { panel } : { panel, section };
}

function readPanel(
  stub: Json,
  section: string | undefined,
  index: number,
  library: ReadonlyMap<string, Json>,
  notes: string[],
): Panel[] {
  const uid = textOf(mapOf(stub.libraryPanel).uid);
  const model = uid === undefined ? undefined : (library.get(uid) ?? inlined(stub));
  if (uid !== undefined && model === undefined) {
    const name = textOf(mapOf(stub.libraryPanel).name) ?? uid;
    notes.push(`The library panel "${name}" could not be read.`);
    return [];
  }
  const raw = model === undefined ? stub : { ...model, id: stub.id, libraryPanel: undefined };
  return [panelOf(migratePanel(raw), section, index)];
}

/** Grafana 8 wrote the model into the stub. */
function inlined(stub: Json): Json | undefined {
  const inner = mapOf(mapOf(stub.libraryPanel).model);
  if (Object.keys(inner).length > 0) return inner;
  return textOf(stub.type) !== undefined && stub.type !== 'library-panel-ref' && listOf(stub.targets).length > 0
    ? stub
    : undefined;
}

/** A panel of classic JSON that needs no migration any more. */
export function panelOf(raw: Json, section: string | undefined, index: number): Panel {
  const datasource = refOf(raw.datasource);
  const [description, interval] = [textOf(raw.description), textOf(raw.interval)];
  const [timeFrom, timeShift, repeat] = [textOf(raw.timeFrom), textOf(raw.timeShift), textOf(raw.repeat)];
  const maxDataPoints = numberOf(raw.maxDataPoints);
  return {
    id: numberOf(raw.id) ?? -(index + 1),
    type: textOf(raw.type) ?? 'unknown',
    title: textOf(raw.title) ?? '',
    ...(description !== undefined && { description }),
    ...(section !== undefined && { section }),
    datasource,
    targets: readTargets(listOf(raw.targets), datasource),
    fieldConfig: readFieldConfig(mapOf(raw.fieldConfig)),
    options: mapOf(raw.options),
    transformations: listOf(raw.transformations).map(mapOf).flatMap(readTransformation),
    ...(interval !== undefined && { interval }),
    ...(maxDataPoints !== undefined && { maxDataPoints }),
    ...(timeFrom !== undefined && { timeFrom }),
    ...(timeShift !== undefined && { timeShift }),
    ...(repeat !== undefined && { repeat }),
  };
}

/** A data source in any of the forms it has had: an object, a name, a variable, nothing. */
export function refOf(value: unknown): DatasourceRef {
  if (typeof value === 'string') {
    if (value === '' || value === 'default') return {};
    return value.startsWith('--') || value === '__expr__' ? { uid: value } : { name: value };
  }
  const { uid, type } = mapOf(value);
  const [own, plugin] = [textOf(uid), textOf(type)];
  return { ...(own !== undefined && { uid: own }), ...(plugin !== undefined && { type: plugin }) };
}

function readTargets(targets: readonly unknown[], panelRef: DatasourceRef): readonly Target[] {
  const taken = new Set(targets.map((one) => textOf(mapOf(one).refId)));
  return targets.slice(0, TARGETS_MAX).map((one) => {
    const { refId, hide, datasource, ...model } = mapOf(one);
    const own = refOf(datasource);
    const isOwn = Object.keys(own).length > 0;
    return {
      refId: textOf(refId) ?? freeLetter(taken),
      isHidden: hide === true,
      datasource: isOwn ? own : panelRef.uid === MIXED_UID ? {} : panelRef,
      model,
    };
  });
}

function freeLetter(taken: Set<string | undefined>): string {
  for (let code = 0; ; code += 1) {
    const letter = `${code >= 26 ? String.fromCharCode(64 + Math.floor(code / 26)) : ''}${String.fromCharCode(65 + (code % 26))}`;
    if (taken.has(letter)) continue;
    taken.add(letter);
    return letter;
  }
}

/** Field options in their place, whatever is missing. */
function readFieldConfig(raw: Json): FieldConfigSource {
  return {
    defaults: mapOf(raw.defaults),
    overrides: listOf(raw.overrides)
      .map(mapOf)
      .map(({ matcher, properties }) => ({
        matcher: { id: textOf(mapOf(matcher).id) ?? '', options: mapOf(matcher).options },
        properties: listOf(properties)
          .map(mapOf)
          .map(({ id, value }) => ({ id: textOf(id) ?? '', value })),
      })),
  };
}

/** A transformation that is switched on. */
function readTransformation({ id, options, disabled }: Json): Transformation[] {
  const name = textOf(id);
  return name === undefined || disabled === true ? [] : [{ id: name, options: mapOf(options) }];
}

/** Ids tell panels apart in links and questions; a dashboard from a file may have none. */
function withUniqueIds(panels: readonly Panel[]): readonly Panel[] {
  const taken = new Set<number>();
  let next = Math.max(0, ...panels.map(({ id }) => id)) + 1;
  return panels.map((panel) => {
    const id = panel.id > 0 && !taken.has(panel.id) ? panel.id : next++;
    taken.add(id);
    return id === panel.id ? panel : { ...panel, id };
  });
}

/** Panels that show the result of another one ask what that one asks. */
function withReused(panels: readonly Panel[]): readonly Panel[] {
  const byId = new Map(panels.map((panel) => [panel.id, panel]));
  return panels.map((panel) => {
    if (panel.datasource.uid !== DASHBOARD_UID && !panel.targets.some(isReusing)) return panel;
    const others = panel.targets.flatMap(({ model }) => byId.get(numberOf(model.panelId) ?? Number.NaN) ?? []);
    const [other] = others;
    if (other === undefined || other.datasource.uid === DASHBOARD_UID) return { ...panel, targets: [] };
    return { ...panel, datasource: other.datasource, targets: other.targets };
  });
}

function isReusing({ datasource }: Target): boolean {
  return datasource.uid === DASHBOARD_UID;
}

const TYPES: ReadonlySet<string> = new Set([
  'query',
  'custom',
  'constant',
  'textbox',
  'interval',
  'datasource',
  'adhoc',
  'groupby',
  'switch',
  'system',
]);

/** What the value "All" is called where it is stored. */
export const ALL = '$__all';
/** How the value of an interval that Grafana chooses begins: older dashboards have `$__auto_interval_step`. */
export const AUTO = '$__auto';

/** A variable of classic JSON. */
export function readVariable(value: unknown): Variable[] {
  const raw = mapOf(value);
  const name = textOf(raw.name);
  if (name === undefined || !/^\w+$/.test(name)) return [];
  const type = textOf(raw.type) ?? 'query';
  const [label, allValue] = [textOf(raw.label), textOf(raw.allValue)];
  return [
    {
      name,
      type: (TYPES.has(type) ? type : 'system') as Variable['type'],
      ...(label !== undefined && { label }),
      isMulti: raw.multi === true,
      includesAll: raw.includeAll === true,
      ...(allValue !== undefined && { allValue }),
      current: currentOf(mapOf(raw.current), raw.includeAll === true),
      model: raw,
    },
  ];
}

function currentOf({ value }: Json, includesAll: boolean): readonly string[] {
  const values = (Array.isArray(value) ? value : [value]).flatMap((one) =>
    typeof one === 'string' ? [one] : typeof one === 'number' || typeof one === 'boolean' ? [String(one)] : [],
  );
  return includesAll && values.some((one) => one === ALL || one === 'All') ? [ALL] : values;
}
