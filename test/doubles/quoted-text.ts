/** Splits queries of several languages into what stands in quotes and what does not, as their servers do; for tests alone. */

/** What was found. */
export interface Literals {
  /** The text without its strings, comments and expressions, each of them a square. */
  readonly outside: string;
  /** Values of strings, decoded. */
  readonly texts: readonly string[];
  /** Regular expressions between slashes, as they stand. */
  readonly regexes: readonly string[];
}

interface Reading {
  readonly quotes: string;
  /** A backslash escapes in strings. */
  readonly backslash: boolean;
  /** A doubled quote is one. */
  readonly doubled: boolean;
  readonly regex: boolean;
  readonly comment?: string;
}

const READINGS: Readonly<Record<string, Reading>> = {
  lucene: { quotes: '"', backslash: true, doubled: false, regex: true },
  esql: { quotes: '"', backslash: true, doubled: false, regex: false, comment: '//' },
  influxql: { quotes: `"'`, backslash: true, doubled: false, regex: true, comment: '--' },
  flux: { quotes: '"', backslash: true, doubled: false, regex: true, comment: '//' },
  sql: { quotes: `"'`, backslash: false, doubled: true, regex: false, comment: '--' },
  logql: { quotes: '"`', backslash: true, doubled: false, regex: false, comment: '#' },
};

/** Reads a query. A string that does not end counts as outside, so that a break-out is seen. */
export function literalsIn(text: string, language: string): Literals {
  const reading = READINGS[language];
  if (!reading) throw new Error(`no reading of ${language}`);
  const texts: string[] = [];
  const regexes: string[] = [];
  let outside = '';
  let at = 0;
  while (at < text.length) {
    const char = text[at] as string;
    if (reading.comment !== undefined && text.startsWith(reading.comment, at)) {
      const end = text.indexOf('\n', at);
      outside += '■';
      at = end === -1 ? text.length : end;
    } else if (reading.quotes.includes(char)) {
      const [value, end] = readString(text, at, char, reading);
      if (language === 'flux' && /(?<!\\)\$\{(?!host\})/.test(text.slice(at, end))) outside += '!interpolation!';
      texts.push(value);
      outside += '□';
      at = end;
    } else if (reading.regex && char === '/' && /[\s:~(=]$/.test(outside)) {
      const end = endOfRegex(text, at + 1);
      regexes.push(text.slice(at + 1, end));
      outside += '◇';
      at = end + 1;
    } else {
      outside += char;
      at += 1;
    }
  }
  return { outside, texts, regexes };
}

function readString(text: string, start: number, quote: string, reading: Reading): readonly [string, number] {
  let value = '';
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at] as string;
    if (char === '\\' && reading.backslash && quote !== '`') {
      const next = text[at + 1] ?? '';
      value += { n: '\n', r: '\r', t: '\t' }[next] ?? next;
      at += 1;
    } else if (char === quote && reading.doubled && text[at + 1] === quote) {
      value += quote;
      at += 1;
    } else if (char === quote) return [value, at + 1];
    else value += char;
  }
  return [`${value}…open`, text.length];
}

function endOfRegex(text: string, start: number): number {
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '/') return at;
  }
  return text.length;
}
