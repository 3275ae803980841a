/** Regular expressions of operators on text of strangers: RE2's, whose time grows with the text and never explodes. */
import { RE2JS, RE2JSException } from 're2js';

/** A compiled expression. */
export interface SafePattern {
  /** Its named groups. */
  readonly names: readonly string[];
  /** The named groups of each place where it fits, first to last; those that took no part are left out. */
  matches(text: string): readonly Readonly<Record<string, string>>[];
  fits(text: string): boolean;
}

/** Longer ones are programs. */
const PATTERN_MAX_CHARS = 1_000;
/** States of the compiled one: a text is run through at most so many at once. */
const PROGRAM_MAX = 3_000;
/** What is looked at; a match further down is no alert's. */
const TEXT_MAX_CHARS = 8_000;
/** Matches in one text. */
const MATCHES_MAX = 50;

/**
 * Compiles an expression in RE2's syntax; `^` and `$` stand for the ends of lines.
 *
 * @throws SyntaxError whose message says what is wrong, as the end of a sentence: `has no closing bracket …`
 */
export function compilePattern(text: string): SafePattern {
  if (text.length > PATTERN_MAX_CHARS) throw new SyntaxError(`is longer than ${PATTERN_MAX_CHARS} characters`);
  const compiled = compiledOf(text);
  if (compiled.programSize() > PROGRAM_MAX) throw new SyntaxError('is too large; repeat less in it');
  if (compiled.test('')) throw new SyntaxError('fits an empty text, and so every message; say what must be there');
  const groups = Object.entries(compiled.namedGroups());
  return {
    names: groups.map(([name]) => name),
    fits: (subject) => compiled.test(subject.slice(0, TEXT_MAX_CHARS)),
    matches(subject) {
      const found: Readonly<Record<string, string>>[] = [];
      const matcher = compiled.matcher(subject.slice(0, TEXT_MAX_CHARS));
      while (found.length < MATCHES_MAX && matcher.find()) {
        const values = groups.flatMap(([name]) => {
          const value = matcher.group(name);
          return value === null ? [] : [[name, value] as const];
        });
        found.push(Object.fromEntries(values));
      }
      return found;
    },
  };
}

function compiledOf(text: string): RE2JS {
  try {
    return RE2JS.compile(text, RE2JS.MULTILINE);
  } catch (cause) {
    if (!(cause instanceof RE2JSException)) throw cause;
    const why = cause.message.replace(/^error parsing regexp: /, '');
    throw new SyntaxError(`is no expression of RE2 (https://github.com/google/re2/wiki/Syntax): ${why}`, { cause });
  }
}
