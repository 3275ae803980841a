/** Questions to try, at hand: finding them asks the sources what there is, and a page waits for no source. */
import { abortable } from '../../lib/abortable.ts';
import { type Clock, withDeadline } from '../../lib/clock.ts';

/** Gives them as they were last found; none where that takes long for the first time. */
export type Examples = () => Promise<readonly string[]>;

/** What there is changes seldom. */
const FRESH_MS = 60_000;
/** The first page of a bot that has just begun may find it measuring still; later ones never wait. */
const PATIENCE_MS = 3_000;
const FIND_TIMEOUT_MS = 10_000;

/** Finds them when they are asked for, and again in the background when they are old. */
export function keepExamples(
  find: (signal: AbortSignal) => Promise<readonly string[]>,
  clock: Pick<Clock, 'now'>,
): Examples {
  let known: readonly string[] | undefined;
  let foundMs = Number.NEGATIVE_INFINITY;
  let finding: Promise<readonly string[]> | undefined;

  function refresh(): Promise<readonly string[]> {
    finding ??= find(AbortSignal.timeout(FIND_TIMEOUT_MS))
      .then((found) => {
        known = found;
        // none yet is no answer to keep
        if (found.length > 0) foundMs = clock.now();
        return found;
      })
      .catch(() => known ?? [])
      .finally(() => {
        finding = undefined;
      });
    return finding;
  }

  return async () => {
    const fresh = clock.now() - foundMs < FRESH_MS ? undefined : refresh();
    if (!fresh || (known && known.length > 0)) return known ?? [];
    return abortable(fresh, withDeadline(PATIENCE_MS)).catch(() => []);
  };
}
