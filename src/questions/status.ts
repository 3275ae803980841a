/** What works at the moment, for `status`. */

import type { Line, Message } from '../domain/message.ts';
import { withDeadline } from '../lib/clock.ts';
import { whyFailed } from '../lib/why-failed.ts';
import type { ConfiguredSource, SourceSet } from '../sources/source-set.ts';

/** A person waits for this; a source that needs longer is down for their purpose. */
const CHECK_TIMEOUT_MS = 3_000;

/** One line for each source (or for the one named): its state as a word, what answered, what is wrong. */
export async function statusMessage(
  sources: SourceSet,
  what: string | undefined,
  signal: AbortSignal,
): Promise<Message> {
  const named = sources.all.filter(({ name }) => what === undefined || name.includes(what));
  if (named.length === 0) {
    const names = sources.all.map(({ name }) => name).join(', ');
    const line: Line = [
      'Nothing is known of ',
      { code: what ?? '' },
      `: no service, no host, no alert, no change; nor is it a source. Sources: ${names}.`,
    ];
    return { blocks: [{ kind: 'text', lines: [line] }] };
  }
  const lines = await Promise.all(named.map((source) => statusLine(source, signal)));
  return { blocks: [{ kind: 'text', lines }] };
}

async function statusLine({ name, title, source, isDemo }: ConfiguredSource, signal: AbortSignal): Promise<Line> {
  const suffix = isDemo ? ', demo data' : '';
  try {
    const { version, problems } = await source.check(withDeadline(CHECK_TIMEOUT_MS, signal));
    const state = problems.length === 0 ? 'up' : 'not usable';
    const reasons = problems.length === 0 ? [] : [`: ${problems.join(' ')}`];
    return [{ bold: state }, ' · ', { name }, ` (${version ?? title}${suffix})`, ...reasons];
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const why = whyFailed(thrown, 'it did not answer in time.');
    return [{ bold: 'not usable' }, ' · ', { name }, ` (${title}${suffix}): ${why}`];
  }
}
