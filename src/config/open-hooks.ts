/** Hooks that are not safe where others can reach them. Pure. */
import { Secret } from '../lib/secret.ts';
import { mapAt, valueAt } from './check-references.ts';
import type { DataPath } from './fault.ts';
import { GUESSABLE, isGuessable, withoutFinalBreaks } from './fields.ts';

/** One of them: where it stands, and what is wrong. */
export interface OpenHook {
  readonly path: DataPath;
  readonly message: string;
}

const NO_SECRET =
  'has no secret, so nobody could send to it off 127.0.0.1; add `token_file`, or `secret_file` where its sender signs';
const OTHERWISE = "; one that the sender's own system makes may be shorter, as `secret`";

/**
 * Hooks that off loopback refuse whatever is sent, as they have no secret, or take what anybody can guess.
 *
 * @param config - as the file has it with everything filled in, or as it is in force
 */
export function openHooks(config: unknown): readonly OpenHook[] {
  return ['hooks', 'changes'].flatMap((section) =>
    Object.entries(mapAt(config, section)).flatMap(([name, hook]) => {
      const given = (key: string) => valueAt(hook, key);
      if (['token', 'secret', 'password'].every((key) => given(key) === undefined))
        return [{ path: [section, name], message: NO_SECRET }];
      return ['token', 'password']
        .filter((key) => isOpen(given(key)))
        .map((key) => ({ path: [section, name, key], message: `${GUESSABLE}${OTHERWISE}` }));
    }),
  );
}

function isOpen(given: unknown): boolean {
  const text = given instanceof Secret ? given.reveal() : given;
  return typeof text === 'string' && isGuessable(withoutFinalBreaks(text));
}
