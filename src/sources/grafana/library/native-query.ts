/** Queries of panels that can be asked of their back end itself, without Grafana. Pure. */
import type { Panel, Target, Variable } from '../panel.ts';
import { textOf } from '../present/json.ts';
import { presentationOf } from '../present/panel-kinds.ts';

/** A block of another kind of source. */
export interface NativeBlock {
  readonly kind: 'prometheus' | 'graphite' | 'loki';
  readonly block: unknown;
  /** Variables that stand in it as parameters. */
  readonly parameters: readonly string[];
  /** What became something else: whole sentences. */
  readonly notes: readonly string[];
}

/** More is a dashboard of its own. */
const TARGETS_MAX = 20;
/** The adapters take names of expressions of up to 60 characters; some are left for a number. */
const NAMED_MAX_CHARS = 56;
const REFERENCE = /\$\{(\w+)(?:[:.][^}]*)?\}|\[\[(\w+)(?::\w+)?\]\]|\$(\w+)/g;
/** Globals that the Prometheus adapter fills in itself. */
const GLOBALS: ReadonlySet<string> = new Set(['__rate_interval', '__interval', '__range']);

/** The block, or why there is none: the end of a sentence. */
export function nativeBlock(panel: Panel, variables: readonly Variable[]): NativeBlock | { readonly reason: string } {
  const targets = panel.targets.filter(({ isHidden }) => !isHidden);
  const kinds = new Set(targets.map(kindOf));
  const [kind] = kinds;
  if (kinds.size !== 1 || (kind !== 'prometheus' && kind !== 'graphite' && kind !== 'loki')) {
    return { reason: reasonOf(kinds) };
  }
  if (targets.length > TARGETS_MAX) return { reason: `it has ${targets.length} queries` };
  const shown = presentationOf(panel);
  if (shown !== 'chart' && shown !== 'single' && !(shown === 'logs' && kind === 'loki'))
    return { reason: `it is a panel of the kind ${panel.type}` };
  if (panel.transformations.length > 0) return { reason: 'it changes what its queries give' };
  if (panel.timeShift !== undefined) return { reason: 'it shows an earlier time' };
  const names = new Set(variables.filter(isAsked).map(({ name }) => name));
  const constants = new Map(variables.filter(isFixed).map(({ name, current }) => [name, current[0] ?? '']));
  if (kind === 'graphite') return graphiteBlock(targets, names, constants);
  if (kind === 'loki' && targets.some(({ model }) => !String(model.expr).includes('{'))) {
    return { reason: 'it has a query without a selector' };
  }
  const intervals = new Set(variables.flatMap(({ name, type }) => (type === 'interval' ? [name] : [])));
  const made = expressionBlock(targets, names, constants, intervals);
  return 'reason' in made ? made : { kind, ...made };
}

/** The plugin; of a data source that is only named, what its queries look like. */
function kindOf({ datasource, model }: Target): string {
  if (datasource.type !== undefined) return datasource.type;
  if (typeof model.target === 'string') return 'graphite';
  // lines of logs are filtered with these, numbers never
  return typeof model.expr === 'string' && !/\|[=~]|\|\s*(?:json|logfmt|line_format)/.test(model.expr)
    ? 'prometheus'
    : '';
}

function reasonOf(kinds: ReadonlySet<string>): string {
  if (kinds.size > 1) return 'its queries go to several data sources';
  const [kind = ''] = kinds;
  return kind === '' ? 'the kind of its data source is not known' : `its data source is of the kind ${kind}`;
}

/** Whether a question can set it. */
function isAsked(variable: Variable): boolean {
  return ['query', 'custom', 'textbox', 'interval'].includes(variable.type) && !isFixed(variable);
}

/** What nobody sees on the page is not asked for either. */
export function isFixed({ type, model, current, includesAll }: Variable): boolean {
  return type === 'constant' || (model.hide === 2 && current.length === 1 && !includesAll);
}

type Names = ReadonlySet<string>;
type Constants = ReadonlyMap<string, string>;

/** PromQL and LogQL have their variables in the same places. */
function expressionBlock(
  targets: readonly Target[],
  names: Names,
  constants: Constants,
  intervals: Names,
): Omit<NativeBlock, 'kind'> | { readonly reason: string } {
  const used = new Set<string>();
  const notes = new Set<string>();
  const written: { readonly target: Target; readonly expr: string }[] = [];
  for (const target of targets) {
    const { expr, format } = target.model;
    const text = textOf(expr);
    if (text === undefined) return { reason: 'it has a query without an expression' };
    if (format === 'table' || format === 'heatmap') return { reason: `it asks in the format ${format}` };
    const fitted = withOwnStep(text, intervals);
    if (fitted !== text) notes.add('The interval that its page lets people choose became the step of the window.');
    const carried = carryPromql(fitted, names, constants, used);
    if (carried === undefined) return { reason: 'variables stand in its queries outside of matchers' };
    written.push({ target, expr: carried });
  }
  const [first] = written;
  if (!first) return { reason: 'it has no query' };
  const legend = legendOf(first.target);
  const block =
    written.length === 1
      ? { expr: first.expr, ...(legend !== undefined && { legend }) }
      : { expr: named(written.map(({ target, expr }) => [nameOf(target), expr])) };
  return { block, parameters: [...used], notes: [...notes] };
}

/** `[$interval]` looks as far back as somebody chose on the page; a question has its window to choose by. */
function withOwnStep(expr: string, intervals: Names): string {
  return expr.replace(/\[\s*(?:\$\{(\w+)\}|\$(\w+)|\[\[(\w+)\]\])\s*(?=[\]:])/g, (whole, braced, plain, square) =>
    intervals.has(String(braced ?? plain ?? square)) ? '[$__rate_interval' : whole,
  );
}

/**
 * Writes variables of a matcher as placeholders; `undefined` where one stands elsewhere, or where its place is not plain
 * enough to be sure.
 */
function carryPromql(expr: string, names: Names, constants: Constants, used: Set<string>): string | undefined {
  let isPlain = true;
  // texts after a matcher's operator; whatever stands outside of them must have no variable
  const carried = expr.replace(/(=~|!~|!=|=)(\s*)"((?:[^"\\]|\\.)*)"/g, (_whole, operator, blank, inner: string) => {
    const value = inner.replace(REFERENCE, (reference, braced, square, plain) => {
      const name = String(braced ?? square ?? plain);
      const constant = constants.get(name);
      if (constant !== undefined && /^[^"\\$\n]*$/.test(constant)) return constant;
      if (!names.has(name) || !/^[\w.:/*+ -]*$/.test(inner.replace(REFERENCE, ''))) isPlain = false;
      if (reference !== '' && isPlain) used.add(name);
      return `\u0001${name}\u0002`;
    });
    return `${operator}${blank}"${value}"`;
  });
  const hasOther = [...carried.matchAll(REFERENCE)].some(
    ([, braced, square, plain]) => !GLOBALS.has(String(braced ?? square ?? plain)),
  );
  if (!isPlain || hasOther || /\[\[/.test(carried)) return undefined;
  return carried.replaceAll('\u0001', '${').replaceAll('\u0002', '}').trim();
}

/** Legends of labels in double braces; anything else is left to the labels that differ. */
function legendOf({ model }: Target): string | undefined {
  const legend = textOf(model.legendFormat)?.trim();
  if (legend === undefined || legend === '__auto' || /\$|\[\[/.test(legend)) return undefined;
  return /^(?:[^{}$]|\{\{\s*[A-Za-z_]\w*\s*\}\})+$/.test(legend) && legend.length <= 200 ? legend : undefined;
}

/** What a query of several is called: its legend without labels, else its letter. */
function nameOf({ model, refId }: Target): string {
  const legend = (textOf(model.legendFormat) ?? '').replace(/\{\{[^}]*\}\}|\$\w+|\$\{[^}]*\}|\[\[[^\]]*\]\]/g, ' ');
  const words = legend
    .replace(/\s+/g, ' ')
    .replace(/^[\s:/|-]+|[\s:/|-]+$/g, '')
    .slice(0, NAMED_MAX_CHARS)
    .trim();
  return words === '' || words === '__auto' ? refId : words;
}

function named(pairs: readonly (readonly [string, string])[]): readonly Record<string, string>[] {
  const taken = new Map<string, number>();
  return pairs.map(([name, expr]) => {
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return { [count === 1 ? name : `${name} ${count}`]: expr };
  });
}

function graphiteBlock(
  targets: readonly Target[],
  names: Names,
  constants: Constants,
): NativeBlock | { reason: string } {
  const used = new Set<string>();
  const written: string[] = [];
  for (const { model } of targets) {
    const text = textOf(model.target);
    if (text === undefined) return { reason: 'it has a query without a target' };
    if (/#[A-Z]/.test(text)) return { reason: 'its queries refer to each other' };
    const parts = text.replace(REFERENCE, (_whole, braced, square, plain) => {
      const name = String(braced ?? square ?? plain);
      const constant = constants.get(name);
      if (constant !== undefined && /^[\w.-]*$/.test(constant)) return constant;
      if (names.has(name)) used.add(name);
      return names.has(name) ? `\u0001${name}\u0002` : '\u0003';
    });
    // a placeholder is a node of a path, or stands in a text
    if (parts.includes('\u0003') || /\{[^}]*\u0001|[^\x01-\x7f]/.test(parts)) {
      return { reason: 'variables stand in its queries where none can be bound' };
    }
    written.push(parts.replaceAll('\u0001', '${').replaceAll('\u0002', '}').trim());
  }
  const [only] = written;
  if (only === undefined) return { reason: 'it has no query' };
  return {
    kind: 'graphite',
    block: { target: written.length === 1 ? only : written },
    parameters: [...used],
    notes: [],
  };
}
