/** Help in chat: what can be asked here, what a query means, which queries and which values there are. */
import type { Catalog } from '../domain/catalog.ts';
import type { Line, Message, Span } from '../domain/message.ts';
import type { Parameter, SavedQuery } from '../domain/saved-query.ts';
import { anotherValue, type ExampleDeps, exampleOf, exampleQuestions } from './examples.ts';
import { type KnownValues, listValues } from './known-values.ts';
import type { RawSource } from './raw-question.ts';
import { nounOf, pluralOf } from './words.ts';

export { exampleQuestions } from './examples.ts';

/** What help is made from. */
export interface HelpDeps extends ExampleDeps {
  readonly sources?: readonly Pick<RawSource, 'kind' | 'source'>[];
  /** Whether alerts and changes can be asked about. */
  readonly hasRecord?: boolean;
  /** Whether it can be asked who is on call. */
  readonly hasOnCall?: boolean;
}

/** General help, short enough for the screen of a phone. */
export async function helpMessage(deps: HelpDeps, signal: AbortSignal): Promise<Message> {
  const [examples, other] = await Promise.all([exampleQuestions(deps, signal), anotherValue(deps, signal)]);
  const [query] = idsOf(deps.catalog);
  const lines: Line[] = [
    [{ bold: 'Ask' }, ' for a query, of something, over a time:'],
    ...examples.map((example): Line => ['• ', { code: example }]),
    [{ bold: 'Times ' }, ...codes(['6h', 'since 09:00', 'yesterday 14:00-16:00', 'around 14:32', 'last friday'])],
    [{ bold: 'Compare, rank ' }, ...codes(['vs last week', ...(other ? [`vs ${other}`] : []), 'top 5 …'])],
    [{ bold: 'Show ' }, ...codes(['as table', 'as csv', 'as bars', 'log scale', '0..100'])],
    [
      { bold: 'In the thread ' },
      ...codes(['6h', ...(other ? [`also ${other}`] : []), 'vs yesterday', 'zoom 14:00-14:20', 'why']),
    ],
    ...librariesLine(deps.sources ?? []),
    ...(deps.hasRecord ? [RECORD_LINE] : []),
    ...(deps.hasOnCall ? [ON_CALL_LINE] : []),
    [
      { bold: 'More ' },
      { code: 'queries' },
      ` lists ${counted(idsOf(deps.catalog).length, 'query')}, `,
      ...codes(['hosts', ...(query ? [`help ${query}`] : []), 'status', 'zone Europe/Berlin']),
    ],
  ];
  return { blocks: [{ kind: 'text', lines }] };
}

const RECORD_LINE: Line = [
  { bold: 'Alerts ' },
  ...codes(['alerts', 'alerts web01', 'deploys 24h', 'changes 7d', 'runbook cpu', 'status checkout']),
];

const ON_CALL_LINE: Line = [{ bold: 'People ' }, ...codes(['who is on call', 'on call tomorrow at 18:00'])];

/** `grafana search nginx`: what back ends keep can be asked for too. */
function librariesLine(sources: NonNullable<HelpDeps['sources']>): readonly Line[] {
  const kinds = [...new Set(sources.flatMap(({ kind, source }) => (source?.library ? [kind] : [])))];
  if (kinds.length === 0) return [];
  return [[{ bold: 'Dashboards ' }, ...codes(kinds.map((kind) => `${kind} search nginx`)), ', or paste a link']];
}

function codes(texts: readonly string[]): readonly Span[] {
  return texts.flatMap((text, index): readonly Span[] => (index === 0 ? [{ code: text }] : [' · ', { code: text }]));
}

function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : pluralOf(noun)}`;
}

function idsOf({ queries }: Catalog): readonly string[] {
  return [...new Set(queries.map(({ id }) => id))];
}

/** So many values of a parameter are shown. */
const MAX_VALUES = 8;

/** What a query means, where its data come from, what it takes, with real values. */
export async function queryHelpMessage(query: SavedQuery, deps: ExampleDeps, signal: AbortSignal): Promise<Message> {
  const variants = deps.catalog.named(query.id);
  const known = await listValues(variants, deps.valuesOf, signal);
  const { aliases, description, owner, runbookUrl } = query;
  const also: Line = aliases.length > 0 ? [' · also ', ...codes(aliases)] : [];
  const lines: (Line | undefined)[] = [
    [{ name: query.id, bold: true }, ...also, ...(query.isDemo && variants.length === 1 ? [' · demo data'] : [])],
    description === undefined ? undefined : [{ name: description }],
    ...variants.flatMap((variant) => variantLines(variant, variants.length > 1, known)),
    [{ bold: 'Examples ' }, ...codes(examplesOf(variants, known))],
    ...windowLines(variants),
    owner === undefined ? undefined : ['Owner ', { name: owner }],
    runbookUrl === undefined ? undefined : [{ link: { title: 'Runbook', url: runbookUrl } }],
  ];
  return { blocks: [{ kind: 'text', lines: lines.filter((line) => line !== undefined) }] };
}

/** The default window and the longest, once where all variants have the same. */
function windowLines(variants: readonly SavedQuery[]): readonly Line[] {
  const wordsOf = ({ rangeText, maxRangeMs }: SavedQuery) => `${rangeText}, at most ${daysOf(maxRangeMs)}`;
  const [words, ...others] = [...new Set(variants.map(wordsOf))];
  if (words !== undefined && others.length === 0) return [[`Default window ${words}`]];
  return variants.map((variant): Line => [`Default window on `, { name: variant.sourceName }, ` ${wordsOf(variant)}`]);
}

function variantLines(query: SavedQuery, isOneOfMany: boolean, known: KnownValues): readonly Line[] {
  const demo = query.isDemo && isOneOfMany ? [' (demo data)'] : [];
  const source: Line = ['Data from ', { name: query.sourceName }, ` (${query.kind})`, ...demo];
  return [source, ...query.parameters.map((parameter) => parameterLine(query, parameter, known))];
}

function parameterLine(query: SavedQuery, parameter: Parameter, known: KnownValues): Line {
  const values = known(query, parameter);
  const preset = !parameter.default ? [] : [', ', { code: parameter.default }, ' unless you say another'];
  const start: Line = ['• ', { bold: nounOf(parameter.name) }, ...preset];
  const meaning = parameter.description === undefined ? [] : [': ', { name: parameter.description }];
  if (values.kind !== 'list') {
    const example = parameter.example === undefined ? [] : [': for example ', { code: parameter.example }];
    return [...start, ...meaning, ...example];
  }
  const more = values.values.length - MAX_VALUES;
  return [
    ...start,
    ...meaning,
    ': ',
    ...codes(values.values.slice(0, MAX_VALUES)),
    ...(more > 0 ? [` … ${more} more`] : []),
  ];
}

/** So many examples fit a line. */
const MAX_EXAMPLES = 4;

function examplesOf(variants: readonly SavedQuery[], known: KnownValues): readonly string[] {
  const written = variants.flatMap(({ examples }) => examples);
  const made = variants.map((variant) => exampleOf(variant, known)).filter((one) => one !== undefined);
  return [...new Set([...made, ...written])].slice(0, MAX_EXAMPLES);
}

function daysOf(ms: number): string {
  const hours = Math.round(ms / 3_600_000);
  return hours >= 48 ? counted(Math.floor(hours / 24), 'day') : counted(hours, 'hour');
}

/** So many queries are listed in one message. */
const MAX_QUERIES = 40;

/** All queries, or those whose name, alias, tag or description holds the filter. */
export function queriesMessage(catalog: Catalog, filter?: string): Message {
  const wanted = filter?.toLowerCase();
  const found = idsOf(catalog).filter((id) => wanted === undefined || isAbout(catalog.named(id), wanted));
  if (found.length === 0) {
    const none: Line =
      wanted === undefined ? ['There are no queries here.'] : ['No query fits ', { code: wanted }, '.'];
    return { blocks: [{ kind: 'text', lines: [[...none, ' All: ', { code: 'queries' }]] }] };
  }
  const head: Line = [
    { bold: counted(found.length, 'query') },
    ...(wanted === undefined ? [] : [' for ', { code: wanted }]),
  ];
  const lines = found.slice(0, MAX_QUERIES).map((id) => queryLine(id, fitting(catalog.named(id), wanted)));
  const more = found.length - MAX_QUERIES;
  const tail: Line[] = more > 0 ? [[`… ${more} more: `, { code: 'queries WORD' }, ' lists fewer']] : [];
  return { blocks: [{ kind: 'text', lines: [head, ...lines, ...tail] }] };
}

function isAbout(variants: readonly SavedQuery[], wanted: string): boolean {
  return variants.some(({ id, aliases, tags, description = '', sourceName, pack }) =>
    [id, ...aliases, ...tags, description, sourceName, pack].some((text) => text.toLowerCase().includes(wanted)),
  );
}

/** Of several variants those that the filter is about, so that the line shows why it is there. */
function fitting(variants: readonly SavedQuery[], wanted: string | undefined): readonly SavedQuery[] {
  return wanted === undefined ? variants : variants.filter((variant) => isAbout([variant], wanted));
}

function queryLine(id: string, variants: readonly SavedQuery[]): Line {
  const [first] = variants;
  const needed = first?.parameters.filter(({ default: preset }) => preset === undefined) ?? [];
  const blanks = needed.map(({ name }) => ` ${nounOf(name).toUpperCase()}`).join('');
  const about = first?.description;
  return ['• ', { code: `${id}${blanks}` }, ...(about === undefined ? [] : [' ', { name: about }])];
}

/** So many values of one list are shown. */
const MAX_HOSTS = 60;

/** The hosts and other values that can be asked for, by source, or those that hold the filter. */
export async function hostsMessage(
  { catalog, valuesOf }: ExampleDeps,
  filter: string | undefined,
  signal: AbortSignal,
): Promise<Message> {
  const known = await listValues(catalog.queries, valuesOf, signal);
  const wanted = filter?.toLowerCase().replaceAll('*', '');
  const lists = new Map<string, { title: Line; isListed: boolean; values: Set<string> }>();
  for (const query of catalog.queries) {
    for (const parameter of query.parameters.filter(({ type, name }) => type === 'host' || name === 'host')) {
      const values = known(query, parameter);
      const entry = lists.get(query.sourceName) ?? {
        title: titleOf(query),
        isListed: false,
        values: new Set<string>(),
      };
      entry.isListed ||= typeof parameter.values === 'string';
      for (const value of values.kind === 'list' ? values.values : []) entry.values.add(value);
      lists.set(query.sourceName, entry);
    }
  }
  const lines = [...lists.values()].flatMap(({ title, values }) => hostLines(title, [...values], wanted));
  // a list that is empty or could not be had: whether its source is up is said elsewhere
  const silent = [...lists.values()]
    .filter(({ isListed, values }) => isListed && values.size === 0)
    .map(({ title }): Line => [...title, ': lists no hosts now; ', { code: 'status' }, ' says how it is']);
  if (lines.length > 0) return { blocks: [{ kind: 'text', lines: [...lines, ...silent] }] };
  const none: Line = wanted === undefined ? ['No hosts are known.'] : ['No host holds ', { code: wanted }, '.'];
  return { blocks: [{ kind: 'text', lines: [[...none, ' Queries: ', { code: 'queries' }], ...silent] }] };
}

function titleOf({ sourceName, isDemo }: SavedQuery): Line {
  return [{ name: sourceName, bold: true }, ...(isDemo ? [' (demo data)'] : [])];
}

function hostLines(title: Line, values: readonly string[], wanted: string | undefined): readonly Line[] {
  const found = values.filter((value) => wanted === undefined || value.toLowerCase().includes(wanted));
  if (found.length === 0) return [];
  const more = found.length - MAX_HOSTS;
  const shown = found.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).slice(0, MAX_HOSTS);
  return [
    [...title, `: ${counted(found.length, 'host')}`],
    [...codes(shown), ...(more > 0 ? [` … ${more} more`] : [])],
  ];
}

/** Nothing was asked: what could be, in one line. */
export function invitation(examples: readonly string[]): Message {
  const [first, second] = examples;
  if (first === undefined)
    return { blocks: [{ kind: 'text', lines: [[{ code: 'help' }, ' says what can be asked.']] }] };
  const or: Line = second === undefined ? [] : [' or ', { code: second }];
  const line: Line = ['Ask for example ', { code: first }, ...or, '. ', { code: 'help' }, ' has the rest.'];
  return { blocks: [{ kind: 'text', lines: [line] }] };
}
