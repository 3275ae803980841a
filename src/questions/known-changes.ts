/** What was changed, as far as anybody knows: what was told, and the deploys that sources keep as marks. */
import { isMark, isSameChange, type MarkedDeploys } from '../context/marked-deploys.ts';
import type { ChangeEvent } from '../domain/alert.ts';
import type { AlertRecord } from './record.ts';

/** Where it is looked for. */
export interface ChangeSources {
  readonly record: Pick<AlertRecord, 'changes'>;
  /** Deploys that sources have; what fails is a sentence. */
  marked(window: { readonly fromMs: number; readonly toMs: number }): Promise<MarkedDeploys>;
}

/** Words that say nothing of what was changed. */
const PLAIN = new Set(['deploy', 'deployed', 'deployment', 'release', 'released', 'new', 'version', 'the']);

/** Those of a window, the newest first, each once; what could not be had is in `missing`. Throws BotError `STORE_…`. */
export async function knownChanges(
  window: { readonly fromMs: number; readonly toMs: number },
  { record, marked }: ChangeSources,
): Promise<MarkedDeploys> {
  const [told, { changes: marks, missing }] = await Promise.all([record.changes(window), marked(window)]);
  const distinct = [...told];
  for (const mark of marks) if (!distinct.some((other) => isAgain(mark, other))) distinct.push(mark);
  return { changes: distinct.toSorted((a, b) => +b.startsAt - +a.startsAt), missing };
}

/** Two services that are deployed at one time are two changes. */
function isAgain(mark: ChangeEvent, other: ChangeEvent): boolean {
  if (!isSameChange(mark, other)) return false;
  const [own, others] = [wordsOf(mark), wordsOf(other)];
  return own.size === 0 || (isMark(other) && others.size === 0) || [...own].some((word) => others.has(word));
}

function wordsOf({ title, tags, attributes }: ChangeEvent): ReadonlySet<string> {
  const said = [title, ...tags, ...Object.values(attributes)].join(' ').toLowerCase();
  return new Set((said.match(/[\p{L}\p{N}._-]+/gu) ?? []).filter((word) => !PLAIN.has(word)));
}
