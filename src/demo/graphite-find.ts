/** Patterns of metric names: `*`, `?`, `[0-9]`, `{a,b}` in any node, matched without regular expressions. Pure. */
import { refused } from './graphite-error.ts';
import type { MetricNode } from './metric-tree.ts';

/** Alternatives that the braces of one node may stand for together; `{a,b}{c,d}` is four. */
const ALTERNATIVES_MAX = 500;
/** Nodes that one pattern may match. */
const MATCHES_MAX = 5_000;

/** A node that a pattern matched. */
export interface FoundNode {
  /** Dotted, from the root. */
  readonly path: string;
  readonly name: string;
  readonly node: MetricNode;
}

/** Finds all nodes a pattern matches, sorted by path. @throws GraphiteError when it stands for too many */
export function findNodes(root: MetricNode, pattern: string): readonly FoundNode[] {
  let level: FoundNode[] = [{ path: '', name: '', node: root }];
  for (const part of splitNodes(pattern)) {
    const alternatives = expandBraces(part);
    level = level.flatMap((parent) => matchingChildren(parent, alternatives));
    if (level.length > MATCHES_MAX) throw refused(`"${pattern}" matches more than ${MATCHES_MAX} names`);
    if (level.length === 0) break;
  }
  return level.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function matchingChildren({ path, node }: FoundNode, alternatives: readonly string[]): FoundNode[] {
  const found: FoundNode[] = [];
  const add = (name: string, child: MetricNode) =>
    found.push({ path: path === '' ? name : `${path}.${name}`, name, node: child });
  const globs = alternatives.filter((alternative) => /[*?[]/.test(alternative));
  if (globs.length > 0) {
    const isNamed = new Set(alternatives);
    for (const [name, child] of node.children) {
      if (isNamed.has(name) || globs.some((glob) => matchesGlob(glob, name))) add(name, child);
    }
    return found;
  }
  for (const name of new Set(alternatives)) {
    const child = node.children.get(name);
    if (child) add(name, child);
  }
  return found;
}

/** Splits at dots that are not inside braces. */
function splitNodes(pattern: string): string[] {
  const nodes: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern[at];
    if (char === '{') depth += 1;
    else if (char === '}') depth = Math.max(0, depth - 1);
    else if (char === '.' && depth === 0) {
      nodes.push(pattern.slice(start, at));
      start = at + 1;
    }
  }
  return [...nodes, pattern.slice(start)];
}

/** Gives the globs that a node with `{a,b}` stands for; braces do not nest in Graphite. */
function expandBraces(node: string): readonly string[] {
  let results = [''];
  for (const part of node.split(/(\{[^{}]*\})/)) {
    const choices = part.startsWith('{') && part.endsWith('}') ? part.slice(1, -1).split(',') : [part];
    results = results.flatMap((before) => choices.map((choice) => before + choice));
    if (results.length > ALTERNATIVES_MAX) throw refused(`braces stand for more than ${ALTERNATIVES_MAX} names`);
  }
  return results;
}

/** Whether a glob of one node matches a name; case counts. O(length of both), no backtracking beyond the last `*`. */
export function matchesGlob(glob: string, name: string): boolean {
  const tokens = glob.match(/\[[^\]]+\]|[\s\S]/g) ?? [];
  let [token, at, starToken, starAt] = [0, 0, -1, 0];
  while (at < name.length) {
    if (tokens[token] === '*') {
      [starToken, starAt] = [token, at];
      token += 1;
    } else if (token < tokens.length && matchesOne(tokens[token] as string, name[at] as string)) {
      token += 1;
      at += 1;
    } else if (starToken >= 0) {
      starAt += 1;
      [token, at] = [starToken + 1, starAt];
    } else return false;
  }
  while (tokens[token] === '*') token += 1;
  return token === tokens.length;
}

function matchesOne(token: string, char: string): boolean {
  if (token === '?') return true;
  if (token.length === 1) return token === char;
  const isNegated = token[1] === '!';
  const body = token.slice(isNegated ? 2 : 1, -1);
  return isInClass(body, char) !== isNegated;
}

function isInClass(body: string, char: string): boolean {
  for (let at = 0; at < body.length; at += 1) {
    const isRange = body[at + 1] === '-' && at + 2 < body.length;
    if (!isRange && body[at] === char) return true;
    if (isRange) {
      if (char >= (body[at] as string) && char <= (body[at + 2] as string)) return true;
      at += 2;
    }
  }
  return false;
}
