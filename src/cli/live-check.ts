/** Asks the sources what definitions ask: each definition's own example, a few at once. */
import { toBotError } from '../domain/errors.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { catalogAround } from '../queries/load-catalog.ts';
import { type AskDeps, ask, understandDeps } from '../questions/ask.ts';
import { askableExample } from '../questions/examples.ts';
import { valueCount } from '../questions/rank.ts';
import { emptyText } from '../render/words.ts';
import { whyFailedHere } from './command.ts';
import { terminalContext } from './terminal.ts';

/** How a definition fared. `refused`: the source or the bot says no; `failed`: it could not be asked. */
export type LiveStatus = 'ok' | 'no-data' | 'refused' | 'failed' | 'no-example';

/** What came of one definition at one source. */
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
/** Longest for one definition, its list of values included. */
const TIMEOUT_MS = 30_000;
/** These say nothing about the definition. */
const FAILURES = ['SOURCE_TIMEOUT', 'SOURCE_BACKEND_DOWN', 'SOURCE_OVERLOADED', 'SOURCE_UNEXPECTED', 'INTERNAL'];

/** Asks all of them; the results are in their order. */
export async function liveCheck(queries: readonly SavedQuery[], deps: AskDeps): Promise<readonly LiveResult[]> {
  const results: LiveResult[] = [];
  const left = queries.entries();
  const work = async () => {
    for (const [index, query] of left) results[index] = await checkOne(query, queries, deps);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

async function checkOne(query: SavedQuery, all: readonly SavedQuery[], deps: AskDeps): Promise<LiveResult> {
  const { id, sourceName: source, origin } = query;
  const catalog = catalogAround(query, all);
  const asking: AskDeps = { ...deps, catalog: () => catalog };
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let q: string | undefined;
  const result = (status: LiveStatus, detail: string): LiveResult => ({
    query: id,
    source,
    origin,
    ...(q !== undefined && { q }),
    status,
    detail,
  });
  try {
    q = await askableExample(query, understandDeps(asking).valuesOf, signal);
    if (q === undefined) {
      const bare = query.parameters.filter(({ default: preset, example }) => (preset ?? example) === undefined);
      const names = bare.map(({ name }) => `\`${name}\``).join(', ');
      return result('no-example', `no value of ${names} could be listed; give it an \`example\``);
    }
    const reply = await ask(q, terminalContext(undefined), asking, signal);
    if (reply.kind !== 'answer') return result('refused', 'the example is no question for it');
    const { frames, empty } = reply.answer;
    if (empty) return result('no-data', emptyText(reply.answer));
    const total = frames.reduce((sum, frame) => sum + valueCount(frame), 0);
    const values = Math.round(total);
    return result('ok', `${values} ${values === 1 ? 'value' : 'values'}`);
  } catch (thrown) {
    const { code } = toBotError(thrown);
    const detail = whyFailedHere(thrown, `it was not answered within ${TIMEOUT_MS / 1000} s`);
    if (code === 'SOURCE_NO_DATA' || code === 'SOURCE_NOT_FOUND') return result('no-data', detail);
    return result(FAILURES.includes(code) ? 'failed' : 'refused', detail);
  }
}
