/** The window in ES|QL: Discover fills in `?_tstart` and `?_tend` itself, a server knows nothing of them. Pure. */
import type { FetchWindow } from '../source.ts';

/** What holds text and no syntax, then the two names. */
const PIECES = /"""[\s\S]*?"""|"(?:\\[\s\S]|[^"\\])*"|`[^`]*`|\/\/[^\n]*|\/\*[\s\S]*?\*\/|\?_t(?:start|end)\b/g;

/** The query with both ends of the window in place of their names. */
export function withTimes(esql: string, { fromMs, toMs }: Pick<FetchWindow, 'fromMs' | 'toMs'>): string {
  const time = (ms: number) => `TO_DATETIME("${new Date(ms).toISOString()}")`;
  return esql.replace(PIECES, (piece) => {
    if (!piece.startsWith('?')) return piece;
    return time(piece === '?_tstart' ? fromMs : toMs);
  });
}
