/**
 * How graphite-web reads a target: the longest valid beginning counts, the rest is dropped without a word, and a call that
 * does not parse becomes a path of its name. Written from the rules of its grammar, apart from the bot's own parser, so
 * that the one can be held against the other.
 */

/** What was read. */
export type Parsed =
  | { readonly path: string }
  | { readonly call: string; readonly args: readonly Parsed[]; readonly kwargs: Readonly<Record<string, Parsed>> }
  | { readonly string: string }
  | { readonly number: number }
  | { readonly word: string };

interface At<Node> {
  readonly node: Node;
  readonly end: number;
}

/** The target and where reading ended; `undefined` when not even a beginning is valid (graphite-web answers 500). */
export function readLikeGraphiteWeb(text: string): At<Parsed> | undefined {
  return expression(text, blanks(text, 0));
}

function blanks(text: string, at: number): number {
  let end = at;
  while (end < text.length && ' \t\n\r'.includes(text[end] as string)) end += 1;
  return end;
}

function expression(text: string, at: number): At<Parsed> | undefined {
  let found = call(text, at) ?? path(text, at);
  while (found) {
    const pipe = blanks(text, found.end);
    if (text[pipe] !== '|') break;
    const next = call(text, blanks(text, pipe + 1));
    if (!next || !('call' in next.node)) break;
    found = { node: { ...next.node, args: [found.node, ...next.node.args] }, end: next.end };
  }
  return found;
}

function call(text: string, at: number): At<Parsed> | undefined {
  const name = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(at))?.[0];
  if (name === undefined) return undefined;
  let end = blanks(text, at + name.length);
  if (text[end] !== '(') return undefined;
  end = blanks(text, end + 1);
  const args: Parsed[] = [];
  const kwargs: Record<string, Parsed> = {};
  if (text[end] === ')') return { node: { call: name, args, kwargs }, end: end + 1 };
  for (;;) {
    const keyword = /^([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(text.slice(end));
    const found = argument(text, keyword ? blanks(text, end + keyword[0].length) : end);
    if (!found || (!keyword && Object.keys(kwargs).length > 0)) return undefined;
    if (keyword) kwargs[keyword[1] as string] = found.node;
    else args.push(found.node);
    end = blanks(text, found.end);
    if (text[end] === ')') return { node: { call: name, args, kwargs }, end: end + 1 };
    if (text[end] !== ',') return undefined;
    end = blanks(text, end + 1);
  }
}

function argument(text: string, at: number): At<Parsed> | undefined {
  const rest = text.slice(at);
  const word = /^(?:true|false|none)(?![A-Za-z0-9_$])/i.exec(rest)?.[0];
  if (word !== undefined) return { node: { word: word.toLowerCase() }, end: at + word.length };
  const number = /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?=\s*[,)])/i.exec(rest)?.[0];
  if (number !== undefined) return { node: { number: Number(number) }, end: at + number.length };
  const string = /^(?:"([^"\n]*)"|'([^'\n]*)')/.exec(rest);
  if (string) return { node: { string: string[1] ?? string[2] ?? '' }, end: at + string[0].length };
  const infinity = /^inf(?![A-Za-z0-9_$])/i.exec(rest)?.[0];
  if (infinity !== undefined) return { node: { word: 'inf' }, end: at + infinity.length };
  return expression(text, at);
}

const NOT_IN_PATHS = `(){},.'"\\|`;

function isPathChar(char: string | undefined): boolean {
  return char !== undefined && char > ' ' && char <= '~' && !NOT_IN_PATHS.includes(char);
}

function path(text: string, at: number): At<Parsed> | undefined {
  let end = element(text, at);
  if (end === at) return undefined;
  for (;;) {
    if (text[end] !== '.') break;
    const next = element(text, end + 1);
    if (next === end + 1) break;
    end = next;
  }
  return { node: { path: text.slice(at, end) }, end };
}

/** One node of a path: plain characters and `{a,b}`; where it ends. */
function element(text: string, at: number): number {
  let end = at;
  for (;;) {
    if (isPathChar(text[end])) end += 1;
    else if (text[end] === '{') {
      const close = /^\{[^(){}.'"\\| ]+\}/.exec(text.slice(end))?.[0];
      if (close === undefined || /\{,|,,|,\}/.test(close)) return end;
      end += close.length;
    } else return end;
  }
}
