/** "Did you mean": the names nearest to a word that was mistyped. Pure. */

/** Longer words are no typos of anything; a bound, since the distance costs length × length. */
const WORD_MAX_CHARS = 64;

/** The beginning of a name (`warn` for `warning`, or the reverse) counts as near it from this length on. */
const BEGINNING_MIN_CHARS = 3;

/**
 * The candidates that `word` is likely to be a typo of, nearest first; compares without case.
 *
 * @param count - at most so many
 */
export function nearest(word: string, candidates: Iterable<string>, count = 3): readonly string[] {
  const wanted = word.toLowerCase();
  if (wanted.length === 0 || wanted.length > WORD_MAX_CHARS) return [];
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  const found: { readonly name: string; readonly distance: number }[] = [];
  for (const name of new Set(candidates)) {
    const other = name.toLowerCase();
    if (other.length > WORD_MAX_CHARS) continue;
    const isBeginning = startsWith(other, wanted) || startsWith(wanted, other);
    if (!isBeginning && Math.abs(other.length - wanted.length) > allowed) continue;
    const distance = isBeginning ? allowed : editDistance(wanted, other);
    if (distance <= allowed) found.push({ name, distance });
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return found.slice(0, count).map(({ name }) => name);
}

function startsWith(name: string, beginning: string): boolean {
  return beginning.length >= BEGINNING_MIN_CHARS && name.startsWith(beginning);
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSame = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
