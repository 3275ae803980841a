/** Faults in files that people write: where, what is wrong, what would be right; and how many become one error. */
import { BotError, type ErrorCode } from '../domain/errors.ts';

/** Where something stands in a file; both count from 1. */
export interface Position {
  readonly line: number;
  /** In UTF-16 units, as editors count. */
  readonly column: number;
}

/** A path into data: keys and list indexes. */
export type DataPath = readonly (string | number)[];

/** One fault. In the environment, which has no lines, both numbers are 0. */
export interface Fault extends Position {
  readonly file: string;
  /** `sources.graphite-eu.url`; empty for a fault of the whole file. */
  readonly path: string;
  /** What is wrong; what would be right. */
  readonly message: string;
  /** Set where it is another than that of the whole error. */
  readonly code?: ErrorCode;
}

/** Named as the file of faults in environment variables. */
export const ENVIRONMENT = 'environment';

/** A message that lists more than this helps nobody; the rest is counted. */
const LISTED_MAX = 50;

/** `file:line:column: path: what is wrong; what would be right`, as editors and terminals make it a link. */
export function formatFault({ file, line, column, path, message }: Fault): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return `${place}: ${path === '' ? '' : `${path}: `}${message}`;
}

/** Faults in the order of files and lines, each once. */
export function sortFaults(faults: readonly Fault[]): readonly Fault[] {
  const byText = new Map(faults.map((fault) => [formatFault(fault), fault]));
  return [...byText.values()].sort(
    (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.path, b.path),
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * Makes one error of all faults: its message lists them, `details.faults` has them whole.
 *
 * @param what - `the configuration`, `the saved queries`
 */
export function faultsError(code: ErrorCode, faults: readonly Fault[], what: string): BotError {
  const sorted = sortFaults(faults);
  const lines = [`${countOf(sorted.length, 'fault')} in ${what}:`, ...faultLines(sorted)];
  const own = sorted[0]?.code;
  const shared = own && sorted.every((fault) => fault.code === own) ? own : code;
  return new BotError(shared, lines.join('\n'), { faults: sorted });
}

/** One line each, of so many as help; the rest is counted. */
export function faultLines(faults: readonly Fault[]): readonly string[] {
  const listed = faults.slice(0, LISTED_MAX).map((fault) => `  ${formatFault(fault)}`);
  const rest = faults.length - listed.length;
  return rest > 0 ? [...listed, `  … and ${rest} more`] : listed;
}

/** `1 fault`, `3 faults`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const PLAIN_KEY = /^[\p{L}\p{N}_$-]+$/u;

/** Writes a path as people do: `routes[0].chat`, `sources["my graphite"].url`. */
export function formatPath(path: DataPath): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      if (!PLAIN_KEY.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join('');
}
