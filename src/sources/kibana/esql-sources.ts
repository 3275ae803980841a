/** Which indices an ES|QL query reads. Pure. */

/** Commands that bring rows of other indices in. */
const JOINS = /\|\s*(?:enrich|lookup|(?:inner|left|right|full|semi)?\s*join|fork|fuse)\b/i;

/** The index expressions behind `FROM` or `TS`; `undefined` where they are not all that is read, or cannot be told. */
export function sourcesOf(esql: string): readonly string[] | undefined {
  const plain = withoutStrings(esql);
  if (plain === undefined || JOINS.test(plain)) return undefined;
  const [, list] = /^\s*(?:from|ts)\s+([^|()[\]]+?)(?:\s+metadata\s+[\w\s,.]+)?\s*(?:\||$)/i.exec(plain) ?? [];
  const names = list?.split(',').map((name) => name.trim()) ?? [];
  return names.length > 0 && names.every((name) => /^[^\s"`/\\]+$/.test(name)) ? names : undefined;
}

/** Without comments, and strings as empty ones; `undefined` where one has no end, or a quoted name stands for an index. */
function withoutStrings(esql: string): string | undefined {
  const plain = esql.replace(/"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (one) =>
    one.startsWith('/') ? ' ' : '""',
  );
  return plain.replaceAll('""', '').includes('"') ? undefined : plain;
}

/** Whether an index expression is one of these patterns, or falls under one: `logs-nginx-*` under `logs-*`. */
export function isCovered(index: string, patterns: readonly string[]): boolean {
  // an exclusion takes away
  if (index.startsWith('-')) return true;
  const all = patterns.flatMap((pattern) => pattern.split(',').map((one) => one.trim()));
  return all.some((pattern) => pattern !== '' && !pattern.startsWith('-') && isUnder(index, pattern));
}

/** A star of the index stands for itself, so that only stars of the pattern can cover it. */
function isUnder(index: string, pattern: string): boolean {
  const parts = pattern.split('*');
  let at = 0;
  for (const [place, part] of parts.entries()) {
    const isLast = place === parts.length - 1;
    const found =
      place === 0 ? (index.startsWith(part) ? 0 : -1) : isLast ? lastPlace(index, part, at) : index.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at === index.length;
}

function lastPlace(index: string, part: string, from: number): number {
  const at = index.length - part.length;
  return at >= from && index.endsWith(part) ? at : -1;
}
