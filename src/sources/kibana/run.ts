/** Runs what a block stands for through the source that holds the data, and remembers what it stands for. */
import type { EmptyReason } from '../../domain/answer.ts';
import { BotError } from '../../domain/errors.ts';
import type { Frame } from '../../domain/frame.ts';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import type { FetchWindow, Source, SourceRequest } from '../source.ts';
import type { DocumentsRequest } from './bind.ts';
import type { KibanaBlock } from './block.ts';
import type { KibanaCatalog } from './catalog.ts';
import { withTimes } from './esql-times.ts';
import { type Resolved, resolveBlock } from './resolve.ts';

/** Blocks of all definitions and of recent links. */
const KNOWN_MAX = 300;

/** Runs requests. */
export interface Runner {
  /** @throws BotError `SOURCE_…` of Kibana or of the source that holds the data */
  fetch(request: DocumentsRequest, window: FetchWindow, signal: AbortSignal): Promise<Frame[]>;
  /** @throws BotError `SOURCE_…` */
  whyEmpty(request: DocumentsRequest, window: FetchWindow, signal: AbortSignal): Promise<EmptyReason>;
  /** What a block stood for when it was last looked up. */
  known(block: KibanaBlock): Resolved | undefined;
}

/**
 * Makes a runner.
 *
 * @param peer - the source that holds the data
 */
export function createRunner(catalog: KibanaCatalog, space: string | undefined, peer: () => Source): Runner {
  const known = createBoundedMap<string, Resolved>(KNOWN_MAX);

  async function bound({ block, binding }: DocumentsRequest, window: FetchWindow, signal: AbortSignal) {
    const resolved = await resolveBlock(block, catalog, space, signal);
    known.set(JSON.stringify(block), resolved);
    return { resolved, request: requestOf(resolved, () => peer().request(blockAt(resolved, window), binding)) };
  }

  return {
    known: (block) => known.get(JSON.stringify(block)),
    async fetch(asked, window, signal) {
      const { resolved, request } = await bound(asked, window, signal);
      const [first, ...rest] = await peer().fetch(request, window, signal);
      if (!first || resolved.notes.length === 0) return first ? [first, ...rest] : rest;
      return [{ ...first, warnings: [...first.warnings, ...resolved.notes] }, ...rest];
    },
    async whyEmpty(asked, window, signal) {
      const { resolved, request } = await bound(asked, window, signal);
      const reason = await peer().whyEmpty?.(request, window, signal);
      return reason ?? { kind: 'silent', what: resolved.title };
    },
  };
}

/** The block with the window in it, where its language wants that. */
function blockAt({ block, query }: Resolved, window: FetchWindow): unknown {
  return query.language === 'esql' ? { ...block, esql: withTimes(String(block.esql), window) } : block;
}

/** Values were checked before; what is refused now is what Kibana keeps. */
function requestOf({ title }: Resolved, make: () => SourceRequest): SourceRequest {
  try {
    return make();
  } catch (thrown) {
    if (!(thrown instanceof BotError) || !['CONFIG_QUERY_INVALID', 'ASK_UNKNOWN_VALUE'].includes(thrown.code))
      throw thrown;
    const message = `What ${title} holds cannot be run: ${thrown.message}`;
    throw new BotError('SOURCE_BAD_QUERY', message, {}, { cause: thrown });
  }
}
