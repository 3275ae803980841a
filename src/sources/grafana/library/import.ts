/** Panels as definitions: of their own back end where that can be, else as panels of Grafana. Pure. */
import type { ImportedQuery } from '../../source.ts';
import type { Dashboard, Panel, Variable } from '../panel.ts';
import { refusalOf } from '../present/panel-kinds.ts';
import { customOptions, intervalOptions } from '../variables/options.ts';
import { looksAsDefined } from './import-looks.ts';
import { createNamer } from './import-names.ts';
import { isFixed, type NativeBlock, nativeBlock } from './native-query.ts';
import { blockFor } from './open.ts';
import { rangeTextOf } from './page-time.ts';
import { ALL_WORD, argumentsOf, variablesFor } from './parameters.ts';
import { templateOf } from './templates.ts';

/** Definitions of one import. */
const DEFINITIONS_MAX = 200;
const TITLE_MAX_CHARS = 200;
const DESCRIPTION_MAX_CHARS = 2_000;
/** Lists of values that stand in the file; longer ones are asked for. */
const LISTED_MAX = 30;

/** A definition for each of these panels that can be shown; what is lost is said with each. */
export function importDashboard(
  dashboard: Dashboard,
  panels: readonly Panel[],
  kinds?: readonly string[],
): readonly ImportedQuery[] {
  const nameOf = createNamer(dashboard.title);
  const all = panels.filter((panel) => refusalOf(panel) === undefined);
  const imported = all
    .slice(0, DEFINITIONS_MAX)
    .map((panel) => importPanel(nameOf(panel.title, panel.id), panel, dashboard, kinds));
  const [first, ...others] = imported;
  if (!first || all.length <= DEFINITIONS_MAX) return imported;
  const cut = `The dashboard has ${all.length} such panels; the first ${DEFINITIONS_MAX} are written down.`;
  return [{ ...first, notes: [cut, ...first.notes] }, ...others];
}

/** What the panel asks as a definition of its own, where there is a source of that kind to ask. */
function nativeFor(panel: Panel, { variables }: Dashboard, kinds: readonly string[] | undefined) {
  const native = nativeBlock(panel, variables);
  if (!('kind' in native) || kinds === undefined || kinds.includes(native.kind)) return native;
  return { reason: `there is no source of kind ${native.kind} in the config that could be asked itself` };
}

function importPanel(
  name: string,
  panel: Panel,
  dashboard: Dashboard,
  kinds: readonly string[] | undefined,
): ImportedQuery {
  // which data source is asked, and what is hidden on the page, stays as it is saved
  const needed = variablesFor(dashboard, panel).filter((one) => one.type !== 'datasource' && !isFixed(one));
  const native = nativeFor(panel, dashboard, kinds);
  const isNative = 'kind' in native;
  const variables = isNative ? needed.filter((one) => native.parameters.includes(one.name)) : needed;
  const names = new Set(variables.map((one) => one.name));
  const saved = argumentsOf(dashboard.variables, {});
  const title = templateOf(panel.title.trim() || `${dashboard.title} / panel ${panel.id}`, names, saved);
  const range = rangeTextOf(panel.timeFrom === undefined ? dashboard.from : `now-${panel.timeFrom}`, dashboard.to);
  const looks = isNative ? looksAsDefined(panel) : { notes: [] };
  const parameters = Object.fromEntries(
    variables.map((one) => [
      one.name,
      parameterOf(one, dashboard, saved[one.name] ?? [], isNative ? native.kind : 'grafana'),
    ]),
  );
  // a question without them would be refused, and what they may be is not known here
  const open = variables.filter((one) => parameters[one.name]?.default === undefined);
  const { notes: lost, ...drawn } = looks;
  const description = panel.description?.trim().slice(0, DESCRIPTION_MAX_CHARS);
  const definition = {
    title: title.slice(0, TITLE_MAX_CHARS),
    ...(description !== undefined && description !== '' && { description }),
    ...(open.length === 0 && { examples: [exampleOf(name, variables, saved)] }),
    ...(variables.length > 0 && { parameters }),
    ...(isNative ? { [native.kind]: native.block } : { grafana: blockFor(dashboard, panel, [...names]) }),
    ...drawn,
    ...(range !== undefined && { range }),
    ...(isNative && { links: [linkTo(dashboard, panel, names)] }),
  };
  const cut = isNative ? variables.filter((one) => one.type === 'query' && isCut(one.model)) : [];
  return {
    name,
    definition,
    notes: [...lost, ...notesOf(panel, dashboard, native), ...cutNotes(cut), ...openNotes(open)],
  };
}

function cutNotes(variables: readonly Variable[]): readonly string[] {
  if (variables.length === 0) return [];
  const names = variables.map(({ name }) => name).join(', ');
  return [`The dashboard cuts the values of ${names} out of a list by a pattern; here any value is taken.`];
}

function openNotes(variables: readonly Variable[]): readonly string[] {
  if (variables.length === 0) return [];
  const names = variables.map(({ name }) => name).join(', ');
  return [`It has no example yet: write one with a value for ${names}, of which the dashboard has none saved.`];
}

function exampleOf(name: string, variables: readonly Variable[], saved: Readonly<Record<string, readonly string[]>>) {
  const said = variables.flatMap((one) => {
    const value = saved[one.name]?.[0];
    return value !== undefined && /^[\w.:-]+$/.test(value) && value !== ALL_WORD ? [`${one.name}=${value}`] : [];
  });
  return [name, ...said.slice(0, 2)].join(' ').slice(0, TITLE_MAX_CHARS);
}

type Kind = NativeBlock['kind'] | 'grafana';

function parameterOf(variable: Variable, dashboard: Dashboard, saved: readonly string[], kind: Kind) {
  const { name, label, isMulti, includesAll, type } = variable;
  const [first] = saved;
  const isAll = first === ALL_WORD || first === undefined;
  const own =
    type === 'custom' ? customOptions(variable.model) : type === 'interval' ? intervalOptions(variable.model) : [];
  const listed = own.length > 0 && own.length <= LISTED_MAX ? own.map(({ value }) => value) : undefined;
  const values = listed
    ? includesAll && kind === 'grafana'
      ? [...listed, ALL_WORD]
      : listed
    : valuesPattern(variable, dashboard, kind);
  // a back end of its own knows no "all"; the value must be among those listed
  const usual = isAll ? (kind !== 'grafana' || !includesAll ? undefined : ALL_WORD) : first;
  const fits = usual !== undefined && (!listed || listed.includes(usual) || usual === ALL_WORD) && usual.length <= 100;
  const isText = type === 'textbox' || (fits && /\s/.test(usual ?? ''));
  return {
    ...(isText && !listed && { type: 'text' }),
    ...(values !== undefined && !isText && { values }),
    ...(fits && { default: usual }),
    ...(label !== undefined && label !== name && { description: label }),
    ...(!isText && !isMulti && !includesAll && { multi: false }),
  };
}

/** Where the values come from, in the language of the source that is asked. */
function valuesPattern({ name, type, model }: Variable, { uid }: Dashboard, kind: Kind): string | undefined {
  if (kind === 'grafana') return type === 'textbox' ? undefined : `variable:${uid}/${name}`;
  // the list of a back end is not cut as the dashboard cuts it: its values would be others
  if (isCut(model)) return undefined;
  const query = typeof model.query === 'string' ? model.query : queryIn(model.query ?? model.definition);
  // what hangs on other variables is listed whole
  const labels = query
    .trim()
    .replace(/\{[^}]*(?:\$|\[\[)[^}]*\}/, '')
    .replace(/\(\s*,\s*/, '(');
  const label = /^label_values\((?:[^$]*,)?\s*(\w+)\s*\)$/.exec(labels)?.[1];
  if (kind === 'loki') return label === undefined ? undefined : `label_values(${label})`;
  if (kind === 'prometheus') return label === undefined ? undefined : labels;
  return /^[\w.*-]+$/.test(query) ? query : undefined;
}

function isCut({ regex }: Variable['model']): boolean {
  return typeof regex === 'string' && regex.trim() !== '';
}

function queryIn(value: unknown): string {
  if (typeof value === 'string') return value;
  const inner = typeof value === 'object' && value !== null && 'query' in value ? value.query : '';
  return typeof inner === 'string' ? inner : '';
}

function linkTo(dashboard: Dashboard, panel: Panel, names: ReadonlySet<string>) {
  const variables = Object.fromEntries([...names].map((name) => [name, `\${${name}}`]));
  const link = { dashboard: dashboard.uid, panel: panel.id, ...(names.size > 0 && { variables }) };
  return { title: dashboard.title.slice(0, 80) || 'Grafana', grafana: link };
}

function notesOf(panel: Panel, dashboard: Dashboard, native: ReturnType<typeof nativeBlock>): readonly string[] {
  const isNative = 'kind' in native;
  const hidden = panel.targets.filter(({ isHidden }) => isHidden).length;
  const adhoc = dashboard.variables.some(({ type }) => type === 'adhoc');
  return [
    ...(isNative ? [] : [`It stays a panel of Grafana: ${native.reason}.`]),
    ...(isNative ? [`It asks ${native.kind} itself; name the source (\`source:\`) where there are several.`] : []),
    ...(isNative ? native.notes : []),
    ...(isNative && hidden > 0 ? [`${hidden} hidden queries are left out.`] : []),
    ...(adhoc ? ["The dashboard's own filters are not carried over."] : []),
    ...(panel.repeat === undefined
      ? []
      : [`It was repeated for each ${panel.repeat}; here one question names the value.`]),
  ];
}
