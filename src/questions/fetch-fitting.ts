/** Reads a source for a picture, more coarsely where an answer was too large. */
import { BotError } from '../domain/errors.ts';
import type { Frame } from '../domain/frame.ts';
import type { FetchWindow, Source, SourceRequest } from '../sources/source.ts';

/** One for each px of the plot, however many series share it. */
export const SERIES_MIN_POINTS = 800;

/**
 * Asks once more for as few points as a picture needs, where an answer was too large: a definition with a wildcard may stand
 * for hundreds of series, and nobody knows before. Throws as `Source.fetch`.
 */
export async function fetchFitting(
  source: Source,
  request: SourceRequest,
  window: FetchWindow,
  signal: AbortSignal,
): Promise<Frame[]> {
  try {
    return await source.fetch(request, window, signal);
  } catch (thrown) {
    const isLarge = thrown instanceof BotError && thrown.code === 'SOURCE_TOO_MUCH' && 'maxBytes' in thrown.details;
    if (!isLarge || window.maxPoints <= SERIES_MIN_POINTS) throw thrown;
    return source.fetch(request, { ...window, maxPoints: SERIES_MIN_POINTS }, signal);
  }
}
