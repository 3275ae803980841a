/** Patterns over known names: `web*`, `db0?`, `web{01,02}`. Linear, so that no pattern can be made slow. */

/** Alternatives that braces may stand for; a bound for what is typed. */
const MAX_ALTERNATIVES = 64;

/** Whether a word is a pattern rather than a name. */
export function isGlob(word: string): boolean {
  return /[*?]/.test(word) || /\{[^{}]*,[^{}]*\}/.test(word);
}

/** The names that a pattern fits, in their order; compares without case. */
export function matchGlob(pattern: string, names: readonly string[]): readonly string[] {
  const alternatives = expandBraces(pattern.toLowerCase());
  return names.filter((name) => alternatives.some((alternative) => fits(alternative, name.toLowerCase())));
}

function expandBraces(pattern: string): readonly string[] {
  let open = [pattern];
  for (;;) {
    const next: string[] = [];
    let hasChanged = false;
    for (const one of open) {
      const braces = /\{([^{}]*)\}/.exec(one);
      if (!braces) {
        next.push(one);
        continue;
      }
      hasChanged = true;
      const [before, after] = [one.slice(0, braces.index), one.slice(braces.index + braces[0].length)];
      for (const choice of (braces[1] ?? '').split(',')) next.push(before + choice + after);
    }
    open = next.slice(0, MAX_ALTERNATIVES);
    if (!hasChanged) return open;
  }
}

/** Two pointers and one place to go back to: the last star. */
function fits(pattern: string, name: string): boolean {
  let [at, place] = [0, 0];
  let [star, starPlace] = [-1, 0];
  while (place < name.length) {
    const char = pattern[at];
    if (char === '*') {
      [star, starPlace] = [at, place];
      at += 1;
    } else if (char === '?' || char === name[place]) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      starPlace += 1;
      [at, place] = [star + 1, starPlace];
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
