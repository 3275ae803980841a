/** Raw questions: `graphite: sumSeries(servers.*.cpu.user) 3h`, where the operator allows them. */
import { BotError } from '../domain/errors.ts';
import type { Output } from '../domain/question.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { makeUnit } from '../domain/unit.ts';
import type { Source } from '../sources/source.ts';
import type { ValuesOf } from './known-values.ts';
import type { Parts } from './parts.ts';
import { readParts, type Vocabulary } from './read-parts.ts';
import { code, list } from './say.ts';
import { tokenize } from './tokens.ts';
import { RAW_LANGUAGES } from './words.ts';

/** What a raw question needs to know of a source. */
export interface RawSource {
  readonly name: string;
  readonly kind: string;
  /** What raw questions to it may begin with, the usual one first: `promql`, `prometheus`. */
  readonly rawPrefixes: readonly string[];
  readonly env?: string;
  readonly allowsRaw: boolean;
  readonly isDemo: boolean;
  /** The block of a definition that an expression stands for; left out, the block is the expression itself. */
  rawBlock?(expression: string, prefix: string): unknown;
  /** What a question with that block gets that asks for no output of its own; absent: a chart. */
  rawOutput?(block: unknown): Output | undefined;
  /** What it keeps by itself. */
  readonly source?: Pick<Source, 'library'>;
}

/** A raw question, taken apart. */
export interface RawQuestion {
  /** Its prefix as the source has it: `graphite`, `promql`. */
  readonly kind: string;
  readonly expression: string;
  /** Time, looks and the rest, from behind the expression. */
  readonly parts: Parts;
}

/** So many words behind an expression may be time and looks. */
const MAX_TRAILING_WORDS = 24;
/** As `cpu` and most packs have it. */
const RAW_RANGE_TEXT = '1h';
/** Raw questions are for people who know what they ask; the design's largest window. */
const RAW_MAX_RANGE_MS = 90 * 86_400_000;

/** The prefix that a text begins with, if any. */
export function rawPrefixOf(text: string, prefixes: readonly string[]): string | undefined {
  const start = text.replace(/^[\s`]+/, '').toLowerCase();
  return prefixes.find((prefix) => start.startsWith(`${prefix.toLowerCase()}:`));
}

/**
 * Refuses a raw question in a language that no source here speaks.
 *
 * @throws BotError `ASK_FORBIDDEN`
 */
export function refuseUnspokenLanguage(text: string): void {
  const language = /^[\s`]*([a-z]{2,20}):/i.exec(text)?.[1]?.toLowerCase();
  if (language === undefined || !RAW_LANGUAGES.has(language)) return;
  throw new BotError('ASK_FORBIDDEN', `No source here speaks ${code(`${language}:`)}. The operator may add one.`, {
    suggestions: ['queries'],
  });
}

/**
 * Splits a raw question into expression and what is asked of it: the longest tail that is nothing but time, looks,
 * comparison and source, outside brackets and quotes.
 *
 * @throws BotError `ASK_EMPTY` without an expression, `ASK_BAD_RANGE` where the tail has a time that can be none
 */
export function readRaw(text: string, kind: string, vocabulary: Vocabulary): RawQuestion {
  const all = text.replace(/[\u201C\u201D\u201E]/g, '"').replace(/^[\s`]+|[\s`]+$/g, '');
  const body = all.slice(kind.length + 1).trim();
  const blank: Vocabulary = { ...vocabulary, isQuery: () => false };
  let refusal: BotError | undefined;
  const starts = isAllTail(body, blank) ? [] : tailStarts(body);
  for (const start of starts) {
    const parts = tailParts(body.slice(start), blank);
    if (parts instanceof BotError) refusal ??= parts;
    else if (parts) return { kind, expression: body.slice(0, start).trim(), parts };
  }
  // `a.b 25:00`: no shorter tail is a time, so this one was meant as one.
  if (refusal) throw refusal;
  if (isNeverClosed(body)) {
    throw new BotError('ASK_UNKNOWN_VALUE', `A bracket or a quote of ${code(body)} is never closed.`);
  }
  if (body === '' || isAllTail(body, blank)) {
    throw new BotError('ASK_EMPTY', `What shall I ask? Behind ${code(`${kind}:`)} comes an expression and a time.`);
  }
  return { kind, expression: body, parts: readParts([], blank) };
}

/** Nothing but time, looks and source: `graphite: on demo 1h`. */
function isAllTail(body: string, vocabulary: Vocabulary): boolean {
  const parts = tailParts(body, vocabulary);
  return parts !== undefined && !(parts instanceof BotError);
}

function tailParts(tail: string, vocabulary: Vocabulary): Parts | BotError | undefined {
  const parts = partsOrRefusal(tail, vocabulary);
  if (parts instanceof BotError) return parts;
  const isPlain = parts.named.length + parts.notes.length === 0 && !parts.ranking && parts.per === undefined;
  return isPlain && parts.words.every((word) => parts.soft.has(word)) ? parts : undefined;
}

function partsOrRefusal(tail: string, vocabulary: Vocabulary): Parts | BotError {
  try {
    return readParts(tokenize(tail), vocabulary);
  } catch (thrown) {
    if (thrown instanceof BotError) return thrown;
    throw thrown;
  }
}

function isNeverClosed(body: string): boolean {
  const plain = body.replace(/"[^"]*"|'[^']*'/g, '');
  const count = (marks: RegExp) => plain.match(marks)?.length ?? 0;
  return plain.includes('"') || count(/[([{]/g) > count(/[)\]}]/g);
}

/** Places between words where a tail may begin, the longest tail first; never inside brackets or quotes. */
function tailStarts(body: string): readonly number[] {
  const starts: number[] = [];
  let depth = 0;
  let quote = '';
  for (let index = 0; index < body.length; index += 1) {
    const char = body[index] as string;
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if ('([{'.includes(char)) depth += 1;
    else if (')]}'.includes(char)) depth -= 1;
    else if (depth <= 0 && /\s/.test(char) && /\S/.test(body[index + 1] ?? ' ')) starts.push(index + 1);
  }
  return starts.slice(-MAX_TRAILING_WORDS);
}

/** What choosing a source for an expression works with. */
export interface RawDeps {
  readonly sources: readonly RawSource[];
  readonly valuesOf: ValuesOf;
}

/**
 * The source that a raw question is for: the one that was named, else the only one that may be asked, else the only
 * one that knows where the expression's paths begin, else the only one that is no demo.
 *
 * @throws BotError `ASK_FORBIDDEN` where no source of the kind allows it, `ASK_AMBIGUOUS` when several do
 */
export async function rawSource(
  { kind, expression, parts }: RawQuestion,
  { sources, valuesOf }: RawDeps,
  text: string,
  signal: AbortSignal,
): Promise<RawSource> {
  const { scope } = parts;
  const meant = sources.filter(
    (source) =>
      source.rawPrefixes.includes(kind) && (!scope || (scope.kind === 'env' ? source.env : source.name) === scope.name),
  );
  const allowed = meant.filter(({ allowsRaw }) => allowsRaw);
  if (allowed.length === 0) throw notAllowed(kind, meant);
  const knowing = allowed.length === 1 ? allowed : await sourcesKnowing(expression, allowed, valuesOf, signal);
  const likely = knowing.length > 0 ? knowing : allowed;
  const own = likely.filter(({ isDemo }) => !isDemo);
  const [source, other] = own.length > 0 ? own : likely;
  if (source && !other) return source;
  const scopes = [...own, ...likely.filter(({ isDemo }) => isDemo)].map(({ name }) => `on ${name}`);
  const sentence = `Several sources answer ${code(`${kind}:`)}. Say which: ${list(scopes.map(code), 'or')}.`;
  throw new BotError('ASK_AMBIGUOUS', sentence, { suggestions: scopes.map((one) => `${text} ${one}`) });
}

/** So many beginnings of paths are looked up. */
const MAX_ROOTS = 3;

async function sourcesKnowing(
  expression: string,
  sources: readonly RawSource[],
  valuesOf: ValuesOf,
  signal: AbortSignal,
): Promise<readonly RawSource[]> {
  const plain = expression.replace(/"[^"]*"|'[^']*'/g, '');
  const roots = [...plain.matchAll(/(?<![\w.])([A-Za-z_][\w-]{0,63})\.[\w*?{[]/g)].map((match) => match[1] ?? '');
  const patterns = [...new Set(roots)].slice(0, MAX_ROOTS).map((root) => `${root}.*`);
  if (patterns.length === 0) return sources;
  const isKnown = await Promise.all(
    sources.map(async ({ name }) => {
      const lists = await Promise.all(patterns.map((pattern) => valuesOf(name, pattern, signal).catch(() => [])));
      return lists.every((values) => values.length > 0);
    }),
  );
  signal.throwIfAborted();
  return sources.filter((_, index) => isKnown[index]);
}

/** Makes the definition that a raw question stands for. */
export function rawQuery({ kind, expression }: RawQuestion, source: RawSource): SavedQuery {
  const block = source.rawBlock ? source.rawBlock(expression, kind) : expression;
  const output = source.rawOutput?.(block);
  return {
    id: `${kind}:`,
    pack: '',
    sourceName: source.name,
    kind: source.kind,
    ...(source.env !== undefined && { env: source.env }),
    block,
    // A definition's title is a template, an expression is not.
    title: expression.replaceAll('${', () => '$${'),
    aliases: [],
    examples: [],
    tags: [],
    parameters: [],
    unit: makeUnit('none'),
    ...(output !== undefined && { output }),
    looks: {},
    consolidate: 'average',
    measure: 'mean',
    worst: 'high',
    thresholds: [],
    rangeText: RAW_RANGE_TEXT,
    maxRangeMs: RAW_MAX_RANGE_MS,
    overlays: [],
    links: [],
    isDemo: source.isDemo,
    origin: 'question',
  };
}

function notAllowed(kind: string, sources: readonly RawSource[]): BotError {
  const names = sources.map(({ name }) => code(name));
  const where = names.length === 0 ? `no source answers ${code(`${kind}:`)}` : `${list(names)} does not take them`;
  return new BotError(
    'ASK_FORBIDDEN',
    `Raw questions are not allowed here: ${where}. The operator may allow them with \`raw: true\` at the source in glimpse.yaml.`,
    { suggestions: ['queries'] },
  );
}
