/** A small installation for tests of questions: one machine, a fleet, two data centres, services. */
import type { Catalog } from '../../../src/domain/catalog.ts';
import { BotError } from '../../../src/domain/errors.ts';
import type { Question } from '../../../src/domain/question.ts';
import type { Parameter, SavedQuery } from '../../../src/domain/saved-query.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { rememberQuestion } from '../../../src/questions/follow-up.ts';
import {
  type AskContext,
  type UnderstandDeps,
  type Understood,
  understand,
} from '../../../src/questions/understand.ts';
import type { Library, Opened, Wanted } from '../../../src/sources/source.ts';

/** A Wednesday, 11:02 in Berlin. */
export const NOW_MS = Date.parse('2026-11-25T10:02:00Z');
/** Where tests ask from, unless they say otherwise. */
export const ZONE = 'Europe/Berlin';

const numbered = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}${String(index + 1).padStart(2, '0')}`);

/** What each source knows, by pattern. */
export const LISTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  machine: { 'machine.*': ['laptop'] },
  demo: {
    'servers.*': [
      ...numbered('web', 12),
      ...numbered('db', 3),
      ...numbered('cache', 2),
      ...numbered('lb', 2),
      'queue01',
    ],
    'services.*': ['checkout', 'search', 'payments'],
    'disks.*': ['root', 'var'],
  },
  'graphite-eu': { 'servers.*': ['ams01', 'shared01'] },
  'graphite-us': { 'servers.*': ['nyc01', 'shared01'] },
};

/** A parameter with the fields that a test does not care about filled in. */
export function makeParameter(name: string, fields: Partial<Parameter> = {}): Parameter {
  return { name, type: 'word', isMulti: true, ...fields };
}

/** A definition with the fields that a test does not care about filled in. */
export function makeQuery(id: string, sourceName: string, fields: Partial<SavedQuery> = {}): SavedQuery {
  return {
    id,
    pack: sourceName,
    sourceName,
    kind: 'graphite',
    block: { target: 'x' },
    title: `${id} of \${host}`,
    aliases: [],
    examples: [],
    tags: [],
    parameters: [],
    unit: makeUnit('percent'),
    looks: {},
    consolidate: 'average',
    measure: 'mean',
    worst: 'high',
    thresholds: [],
    rangeText: '1h',
    maxRangeMs: 90 * 86_400_000,
    overlays: [],
    links: [],
    isDemo: sourceName === 'demo',
    origin: `${sourceName}/${id}.yaml:1`,
    ...fields,
  };
}

/** A catalog over definitions, as the loader makes it. */
export function makeCatalog(queries: readonly SavedQuery[]): Catalog {
  const named = (word: string) =>
    queries.filter(({ id, aliases }) => [id, ...aliases].some((name) => name.toLowerCase() === word.toLowerCase()));
  const names = [...new Set(queries.flatMap(({ id, aliases }) => [id, ...aliases]))].sort();
  return { queries, named, names };
}

const thisHost = makeParameter('host', { type: 'host', values: 'machine.*', default: 'laptop' });
const host = makeParameter('host', { type: 'host', values: 'servers.*', example: 'web01' });
const service = makeParameter('service', { values: 'services.*', example: 'checkout' });

/** Everything that can be asked in the small installation. */
export const QUERIES: readonly SavedQuery[] = [
  makeQuery('cpu', 'machine', { parameters: [thisHost], aliases: ['processor'] }),
  makeQuery('memory', 'machine', { parameters: [thisHost] }),
  makeQuery('cpu', 'demo', { parameters: [host], aliases: ['processor'], looks: { min: 0, max: 100 } }),
  makeQuery('load', 'demo', { parameters: [host] }),
  makeQuery('disk', 'demo', { parameters: [host, makeParameter('mount', { values: 'disks.*', default: 'root' })] }),
  makeQuery('errors', 'demo', { parameters: [service], unit: makeUnit('count'), looks: { bars: true } }),
  makeQuery('latency', 'demo', { parameters: [service] }),
  makeQuery('free', 'demo', { parameters: [host], worst: 'low' }),
  makeQuery('logs', 'demo', {
    parameters: [service, makeParameter('text', { type: 'text', isMulti: false, default: '*' })],
  }),
  makeQuery('net', 'graphite-eu', { parameters: [host], env: 'production' }),
  makeQuery('net', 'graphite-us', { parameters: [host], env: 'staging' }),
  makeQuery('uptime', 'demo'),
];

/** Sources of the small installation. */
export const SOURCES: UnderstandDeps['sources'] = [
  { name: 'machine', kind: 'graphite', rawPrefixes: ['graphite'], allowsRaw: false, isDemo: false },
  {
    name: 'demo',
    kind: 'graphite',
    rawPrefixes: ['graphite'],
    allowsRaw: true,
    isDemo: true,
    rawBlock: (target) => ({ target }),
  },
  {
    name: 'graphite-eu',
    kind: 'graphite',
    rawPrefixes: ['graphite'],
    env: 'production',
    allowsRaw: false,
    isDemo: false,
  },
  { name: 'graphite-us', kind: 'graphite', rawPrefixes: ['graphite'], env: 'staging', allowsRaw: false, isDemo: false },
];

/** The small installation; `fields` replace parts of it. */
export function makeDeps(fields: Partial<UnderstandDeps> = {}): UnderstandDeps {
  return {
    catalog: makeCatalog(QUERIES),
    sources: [...SOURCES, GRAFANA],
    valuesOf: async (sourceName, pattern) => LISTS[sourceName]?.[pattern] ?? [],
    rawPrefixes: ['graphite'],
    ...fields,
  };
}

const never = new AbortController().signal;

/** Understands a text in the small installation. */
export function ask(
  text: string,
  context: Partial<AskContext> = {},
  deps: UnderstandDeps = makeDeps(),
): Promise<Understood> {
  return understand(text, { nowMs: NOW_MS, zone: ZONE, isAddressed: true, ...context }, deps, never);
}

/** The question that a text is; fails when it is none. */
export async function questionOf(...args: Parameters<typeof ask>): Promise<Question> {
  const understood = await ask(...args);
  if (understood.kind !== 'question') throw new Error(`${args[0]} is a ${understood.kind}`);
  return understood.question;
}

/** The question that follow-ups make, one after the other. */
export async function followUp(first: string, ...others: readonly string[]): Promise<Question> {
  let question = await questionOf(first);
  for (const text of others) {
    // What is kept goes through the store as JSON.
    const previous = JSON.parse(JSON.stringify(rememberQuestion(question)));
    question = await questionOf(text, { previous });
  }
  return question;
}

/** The refusal that a text meets; fails when it is understood. */
export async function refusalOf(...args: Parameters<typeof ask>): Promise<BotError> {
  try {
    await ask(...args);
  } catch (thrown) {
    if (thrown instanceof BotError) return thrown;
    throw thrown;
  }
  throw new Error(`${args[0]} was understood`);
}

const PANEL_HOSTS = ['web01', 'web02', 'web03'];
/** What the library was asked to open. */
export const wanted: Wanted[] = [];

/** A panel `cpu` of the dashboard `web-overview`, with a variable for hosts and one that is saved. */
export const opened: Opened = {
  ask: 'web-overview cpu',
  block: { dashboard: 'abc', panel: 4, variables: { host: '${host}', interval: '${interval}' } },
  title: 'CPU of ${host}',
  parameters: [
    makeParameter('host', { values: PANEL_HOSTS }),
    makeParameter('interval', { type: 'word', isMulti: false, values: ['1m', '5m'] }),
  ],
  arguments: { host: ['web01', 'web02'], interval: ['5m'] },
  unit: 'percent',
  rangeText: '6h',
  notes: ['A note of the panel.'],
};

/** A library with that panel. */
export function libraryOf(fields: Partial<Library> = {}): Library {
  return {
    noun: 'panel',
    owns: (url) => url.origin === 'https://graphs.example',
    search: async (words) => [
      { title: `Web / ${words}`, ask: 'web-overview cpu', url: 'https://graphs.example/d/abc', folder: 'Ops' },
    ],
    async open(one) {
      wanted.push(one);
      if (one.url?.pathname.startsWith('/d/'))
        return {
          ...opened,
          arguments: { host: ['web03'], interval: ['1m'] },
          window: { fromMs: NOW_MS - 7_200_000, toMs: NOW_MS - 3_600_000 },
        };
      if (one.words.join(' ') === 'web-overview cpu') return opened;
      throw new BotError('ASK_UNKNOWN_QUERY', 'No panel is called that.', {
        suggestions: ['grafana web-overview cpu'],
      });
    },
    import: async () => [],
    ...fields,
  };
}

/** A source that keeps panels. */
export const GRAFANA = {
  name: 'graphs',
  kind: 'grafana',
  rawPrefixes: ['grafana'],
  allowsRaw: false,
  isDemo: false,
  source: { library: libraryOf() },
};
