/** Why a text is no JSON. */

/** Longest that the words of the parser may be: they repeat a piece of the text. */
const FAULT_MAX_CHARS = 120;

/** Says in one short line, with the place where there is one, why `JSON.parse` threw; a text nested thousands deep is a RangeError. */
export function jsonFault(thrown: unknown): string {
  if (!(thrown instanceof SyntaxError)) return 'nested too deep';
  return thrown.message.replace(/[\s\p{Cc}]+/gu, ' ').slice(0, FAULT_MAX_CHARS);
}
