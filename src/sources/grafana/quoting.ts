/** Where in a query a value stands: in which quotes, in a regular expression or bare. Pure. */

/** What a query is written in. `words` is text without a grammar: legends, names of fields. */
export type Language =
  | 'promql'
  | 'logql'
  | 'graphite'
  | 'lucene'
  | 'esql'
  | 'influxql'
  | 'flux'
  | 'influx-part'
  | 'sql'
  | 'words'
  | 'unknown';

/** Where a reference stands. */
export interface Place {
  /** The quote that is open there; nothing where the text is bare. */
  readonly quote?: string;
  /** Whether the string, or what is between slashes, is a regular expression. */
  readonly isRegex: boolean;
  /** In a comment: what stands there does nothing. */
  readonly isComment: boolean;
  /** What stands before it in the same string, or before the string: the last characters. */
  readonly before: string;
  /** Whether something stands in the query that dialects read differently: quotes may not be where they seem. */
  readonly isUnsure: boolean;
}

interface Grammar {
  readonly quotes: string;
  /** Quotes in which a backslash escapes. */
  readonly escaping: string;
  /** Whether a doubled quote stands for itself. */
  readonly doubles: boolean;
  /** Whether `/…/` where a value is expected is a regular expression. */
  readonly slashes: boolean;
  /** What begins a comment that ends with the line. */
  readonly comment?: RegExp;
  /** Whether `/* … *\/` is a comment. */
  readonly blocks?: boolean;
  /** What some dialects take for a comment, a quote or an escape. */
  readonly doubtful?: RegExp;
}

const GRAMMARS: Readonly<Record<Language, Grammar>> = {
  promql: { quotes: `"'\``, escaping: `"'`, doubles: false, slashes: false, comment: /^#/ },
  logql: { quotes: '"`', escaping: '"', doubles: false, slashes: false, comment: /^#/ },
  graphite: { quotes: `"'`, escaping: '', doubles: false, slashes: false },
  lucene: { quotes: '"', escaping: '"', doubles: false, slashes: true },
  esql: { quotes: '"`', escaping: '"', doubles: false, slashes: false, comment: /^\/\//, blocks: true },
  influxql: { quotes: `"'`, escaping: `"'`, doubles: false, slashes: true, comment: /^--/, blocks: true },
  flux: { quotes: '"', escaping: '"', doubles: false, slashes: true, comment: /^\/\// },
  'influx-part': { quotes: '', escaping: '', doubles: false, slashes: true },
  sql: {
    quotes: `"'\``,
    escaping: '',
    doubles: true,
    slashes: false,
    comment: /^--/,
    blocks: true,
    doubtful: /\\|#|\$\$|\$\w+\$|\[/,
  },
  words: { quotes: '', escaping: '', doubles: false, slashes: false },
  unknown: { quotes: '', escaping: '', doubles: false, slashes: false },
};

/** Operators before a string that make it a regular expression. */
const REGEX_BEFORE: Readonly<Partial<Record<Language, RegExp>>> = {
  promql: /(?:=~|!~)\s*$/,
  logql: /(?:=~|!~|\|~)\s*$/,
  esql: /\br?like\s*\(?\s*$/i,
  sql: /(?:~\*?|\bregexp(?:\s+binary)?|\brlike|\bsimilar\s+to)\s*$/i,
};

/** What may stand before a slash that begins an expression, and no division. */
const SLASH_BEFORE = /(?:^|[\s:(,~=!])$/;

/** How much of what stands before a string is looked at. */
const BEFORE_CHARS = 60;

/**
 * The places of references, in their order.
 *
 * @param text - the query
 * @param references - where each begins and ends in `text`, in order; what stands in them is not looked at
 */
export function placesOf(
  text: string,
  language: Language,
  references: readonly (readonly [from: number, to: number])[],
): readonly Place[] {
  const grammar = GRAMMARS[language];
  const rest = references.reduceRight((left, [from, to]) => `${left.slice(0, from)}x${left.slice(to)}`, text);
  const isUnsure = grammar.doubtful?.test(rest) ?? false;
  const places: Place[] = [];
  let scan: Scan = { at: 0, quote: '', isRegex: false, isComment: false, openedAt: 0 };
  for (const [from, to] of references) {
    while (scan.at < from) scan = step(text, scan, language, grammar);
    const { quote, isComment, openedAt } = scan;
    const before = text.slice(Math.max(0, from - BEFORE_CHARS), from);
    const inQuote = text.slice(openedAt, from);
    const isTagRegex = language === 'graphite' && quote !== '' && inQuote.includes('=~');
    places.push({
      ...(quote !== '' && { quote }),
      isRegex: quote !== '' && (scan.isRegex || isTagRegex),
      isComment,
      before: quote === '' ? before : text.slice(Math.max(0, openedAt - BEFORE_CHARS), openedAt),
      isUnsure,
    });
    scan = { ...scan, at: to };
  }
  return places;
}

interface Scan {
  readonly at: number;
  readonly quote: string;
  readonly isRegex: boolean;
  readonly isComment: boolean;
  /** Offset of the quote. */
  readonly openedAt: number;
}

/** Reads one token's beginning or end, or one character. */
function step(text: string, scan: Scan, language: Language, grammar: Grammar): Scan {
  const { at, quote } = scan;
  const char = text[at] as string;
  if (scan.isComment) return { ...scan, at: at + 1, isComment: char !== '\n' };
  if (quote !== '') return stepInQuote(text, scan, grammar);
  const two = text.slice(at, at + 2);
  if (grammar.blocks && two === '/*') {
    const end = text.indexOf('*/', at + 2);
    return { ...scan, at: end === -1 ? text.length : end + 2 };
  }
  if (grammar.comment?.test(two)) return { ...scan, at: at + 1, isComment: true };
  if (grammar.quotes.includes(char)) {
    const before = text.slice(Math.max(0, at - BEFORE_CHARS), at);
    return { ...scan, at: at + 1, quote: char, openedAt: at, isRegex: REGEX_BEFORE[language]?.test(before) ?? false };
  }
  if (char === '\\' && language === 'lucene') return { ...scan, at: at + 2 };
  const isSlash = char === '/' && grammar.slashes && SLASH_BEFORE.test(text.slice(Math.max(0, at - 1), at));
  return isSlash ? { ...scan, at: at + 1, quote: '/', openedAt: at, isRegex: true } : { ...scan, at: at + 1 };
}

function stepInQuote(text: string, scan: Scan, grammar: Grammar): Scan {
  const { at, quote } = scan;
  const char = text[at];
  if (char === '\\' && (grammar.escaping.includes(quote) || quote === '/')) return { ...scan, at: at + 2 };
  if (char !== quote) return { ...scan, at: at + 1 };
  if (grammar.doubles && text[at + 1] === quote) return { ...scan, at: at + 2 };
  return { ...scan, at: at + 1, quote: '' };
}
