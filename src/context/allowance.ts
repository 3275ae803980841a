/** How much context a room can take: in a storm only what is critical has some, and what was held back is said once a minute. */
import type { Alert } from '../domain/alert.ts';
import { alertName, worstSeverity } from '../domain/alert-severity.ts';
import type { Message } from '../domain/message.ts';
import { clockTime, zoneWords } from '../render/clock-words.ts';
import type { AlertGroup } from '../store/alert-group.ts';
import type { ContextPlace, ContextStore, HeldGroup } from '../store/context-store.ts';

/** `words`: without charts; `held`: nothing now, a line in the digest of the minute. */
export type Allowance = 'full' | 'words' | 'held';

/** Groups of a room within a minute that have all of their context; the next ones are a storm. */
const FULL_GROUPS = 5;
/** Critical groups within a minute that have words at least: more threads than this nobody opens. */
const WORDS_GROUPS = 20;
/** The minute that a storm is measured by, and that a digest is of. */
export const MINUTE_MS = 60_000;
/** Names in a digest; the rest is counted. */
const NAMES_SHOWN = 6;
const NAME_MAX_CHARS = 60;

/**
 * What a group may have, by its place among those of the minute before it; the same however often it is asked. One that fires again has
 * its place among those that were given context in the last minute.
 */
export async function allowanceOf(
  group: Pick<AlertGroup, 'key' | 'sinceMs' | 'life'> & { readonly alerts: readonly Alert[] },
  place: ContextPlace,
  contexts: Pick<ContextStore, 'begunBefore' | 'givenSince'>,
  nowMs: number,
): Promise<Allowance> {
  const before =
    group.life.openings === undefined
      ? await contexts.begunBefore(group, place, group.sinceMs - MINUTE_MS)
      : await contexts.givenSince(place, nowMs - MINUTE_MS);
  if (before < FULL_GROUPS) return 'full';
  return before < WORDS_GROUPS && worstSeverity(group.alerts) === 'critical' ? 'words' : 'held';
}

/** What was held back: `Context of 33 alerts held back between 10:44 and 10:45 …: 31 × HostDown, 2 × DiskFull`. */
export function digestMessage(
  held: readonly HeldGroup[],
  fromMs: number,
  { zone, page }: { readonly zone: string; readonly page?: string | undefined },
): Message {
  const counts = new Map<string, number>();
  for (const { alert, count } of held) {
    const name = alertName(alert).slice(0, NAME_MAX_CHARS);
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const names = [...counts].sort(([, a], [, b]) => b - a);
  const shown = names.slice(0, NAMES_SHOWN).map(([name, count]) => `${count} × ${name}`);
  const rest = names.slice(NAMES_SHOWN).reduce((sum, [, count]) => sum + count, 0);
  const listed = [...shown, ...(rest > 0 ? [`${rest} of other names`] : [])].join(', ');
  const span = `${clockTime(fromMs, zone)}–${clockTime(fromMs + MINUTE_MS, zone)} ${zoneWords(fromMs, zone)}`;
  return {
    blocks: [
      {
        kind: 'text',
        lines: [
          [
            { bold: `Context of ${total} ${total === 1 ? 'alert' : 'alerts'} held back` },
            ` (${span}), so that this room stays readable: `,
            { name: listed },
            '. All that fires: ',
            { code: 'alerts' },
            ...(page === undefined ? [] : [' · ', { link: { title: 'all of them', url: page } }]),
          ],
        ],
      },
    ],
  };
}
