/** Asks the sources what definitions ask: a question of each, its own examples and its lists of values, a few at once. */
import { toBotError } from '../domain/errors.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { withDeadline } from '../lib/clock.ts';
import { catalogAround } from '../queries/load-catalog.ts';
import { type AskDeps, ask, understandDeps } from '../questions/ask.ts';
import { askableExample } from '../questions/examples.ts';
import { valueCount } from '../questions/rank.ts';
import { emptyText } from '../render/words.ts';
import { whyFailedHere } from './command.ts';
import { terminalContext } from './terminal.ts';

/** How a definition fared. `refused`: the source or the bot says no; `failed`: it could not be asked. */
export type LiveStatus = 'ok' | 'no-data' | 'no-values' | 'refused' | 'failed' | 'no-example';

/** What came of one question of a definition, or of one list of its values, at one source. */
export interface LiveResult {
  readonly query: string;
  readonly source: string;
  /** `file:line` of the definition. */
  readonly origin: string;
  /** What was asked. */
  readonly q?: string;
  readonly status: LiveStatus;
  readonly detail: string;
}

/** Sources have bulkheads of their own; this keeps one definition from waiting for all others. */
const AT_ONCE = 4;
/** Longest for one definition, its lists and examples included. */
const TIMEOUT_MS = 30_000;
/** Longest for one list of values. */
const LIST_TIMEOUT_MS = 10_000;
/** So many examples of a definition are asked. */
const EXAMPLES_MAX = 5;
/** These say that what an example names is not there. */
const NOTHING_THERE = ['SOURCE_NO_DATA', 'SOURCE_NOT_FOUND', 'ASK_UNKNOWN_VALUE'];
/** These say nothing about the definition. */
const FAILURES = ['SOURCE_TIMEOUT', 'SOURCE_BACKEND_DOWN', 'SOURCE_OVERLOADED', 'SOURCE_UNEXPECTED', 'INTERNAL'];

/**
 * Asks all of them; the results are in their order.
 *
 * @param isShipped - whether a pack ships with Glimpse: its examples name hosts that only its author has
 */
export async function liveCheck(
  queries: readonly SavedQuery[],
  deps: AskDeps,
  isShipped: (pack: string) => boolean,
): Promise<readonly LiveResult[]> {
  const results: (readonly LiveResult[])[] = [];
  const left = queries.entries();
  const work = async () => {
    for (const [index, query] of left) {
      const catalog = catalogAround(query, queries);
      const examples = isShipped(query.pack) ? [] : query.examples;
      results[index] = await checkOne(query, examples, { ...deps, catalog: () => catalog });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const all = results.flat();
  // an example is of one of the sources that its definition is bound to
  const isElsewhere = ({ status, origin, q, source }: LiveResult) =>
    status === 'no-data' &&
    all.some((one) => one.status === 'ok' && one.origin === origin && one.q === q && one.source !== source);
  return all.filter((one) => !isElsewhere(one));
}

async function checkOne(query: SavedQuery, examples: readonly string[], deps: AskDeps): Promise<readonly LiveResult[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const first = await askMade(query, deps, signal);
  if (first.status === 'failed') return [first];
  const lists = await emptyLists(query, deps, signal);
  const own: LiveResult[] = [];
  for (const example of examples.filter((one) => one !== first.q).slice(0, EXAMPLES_MAX)) {
    const asked = await askOne(query, example, deps, signal);
    // `top 5 cpu` of no host at all: the empty list is the cause, and is said
    own.push(lists.length > 0 && asked.status === 'refused' ? { ...asked, status: 'no-data' } : asked);
  }
  return [first, ...lists, ...own];
}

/** The patterns of values that nothing matches, or that could not be listed. */
async function emptyLists(
  { id: query, sourceName, origin, parameters }: SavedQuery,
  { sources }: AskDeps,
  signal: AbortSignal,
): Promise<readonly LiveResult[]> {
  const { source } = sources.get(sourceName);
  const found = await Promise.all(
    parameters.map(async ({ name, values }): Promise<LiveResult | undefined> => {
      if (typeof values !== 'string' || !source.values) return undefined;
      const result = { query, source: sourceName, origin, status: 'no-values' } as const;
      try {
        const listed = await source.values(values, withDeadline(LIST_TIMEOUT_MS, signal));
        return listed.length > 0
          ? undefined
          : { ...result, detail: `\`values: ${values}\` of ${name} matches nothing` };
      } catch (thrown) {
        const why = whyFailedHere(thrown, `no answer within ${LIST_TIMEOUT_MS / 1000} s`);
        return { ...result, detail: `\`values: ${values}\` of ${name} cannot be listed: ${why}` };
      }
    }),
  );
  return found.filter((one) => one !== undefined);
}

/** Asks with a value that exists. */
async function askMade(query: SavedQuery, deps: AskDeps, signal: AbortSignal): Promise<LiveResult> {
  const q = await askableExample(query, understandDeps(deps).valuesOf, signal).catch(() => query.examples[0]);
  if (q !== undefined) return askOne(query, q, deps, signal);
  const bare = query.parameters.filter(({ default: preset, example }) => (preset ?? example) === undefined);
  const names = bare.map(({ name }) => `\`${name}\``).join(', ');
  const detail = `no value of ${names} could be listed; give it an \`example\``;
  return { query: query.id, source: query.sourceName, origin: query.origin, status: 'no-example', detail };
}

async function askOne(query: SavedQuery, q: string, deps: AskDeps, signal: AbortSignal): Promise<LiveResult> {
  const { id, sourceName: source, origin } = query;
  const result = (status: LiveStatus, detail: string): LiveResult => ({ query: id, source, origin, q, status, detail });
  try {
    const reply = await ask(q, terminalContext(undefined), deps, signal);
    if (reply.kind !== 'answer') return result('refused', 'the example is no question for it');
    const { frames, empty, notes } = reply.answer;
    if (empty) return result('no-data', emptyText(reply.answer));
    const total = frames.reduce((sum, frame) => sum + valueCount(frame), 0);
    const values = Math.round(total);
    return result('ok', [`${values} ${values === 1 ? 'value' : 'values'}`, ...notes].join(' · '));
  } catch (thrown) {
    const { code } = toBotError(thrown);
    const detail = whyFailedHere(thrown, `it was not answered within ${TIMEOUT_MS / 1000} s`);
    if (NOTHING_THERE.includes(code)) return result('no-data', detail);
    return result(FAILURES.includes(code) ? 'failed' : 'refused', detail);
  }
}
