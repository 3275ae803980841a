/** How a question went, for whoever counts. */
import { type ErrorCode, toBotError } from '../domain/errors.ts';

/** One question that is over. */
export interface Asked {
  /** Where it was asked: name of a chat, `http`, `terminal`. */
  readonly surface: string;
  readonly outcome: 'answered' | 'no_data' | 'said' | 'passed_over' | 'refused' | 'failed';
  /** The saved query that it asked; absent where nothing of the catalogue was asked. */
  readonly query?: string;
  /** Of a refusal or failure. */
  readonly code?: ErrorCode;
  readonly understandMs?: number;
  readonly fetchMs?: number;
}

/** As much of a reply as is counted. */
type Counted =
  | { readonly kind: 'none' | 'message' }
  | { readonly kind: 'answer'; readonly answer: { readonly empty?: unknown } };

/** What is told of each question. */
export type OnAsked = (asked: Asked) => void;

/**
 * Does what `answer` does, and tells how it went.
 *
 * @param answer - calls what it is given when it has understood, with the saved query that is asked
 */
export async function tellAsked<Reply extends Counted>(
  surface: string,
  answer: (understood: (query: string | undefined) => void) => Promise<Reply>,
  onAsked: OnAsked | undefined,
): Promise<Reply> {
  if (!onAsked) return answer(() => undefined);
  const begunMs = performance.now();
  let understood: { readonly atMs: number; readonly query: string | undefined } | undefined;
  const tell = (outcome: Asked['outcome'], code?: ErrorCode) => {
    const { atMs, query } = understood ?? {};
    const times =
      atMs === undefined ? {} : { understandMs: rounded(atMs - begunMs), fetchMs: rounded(performance.now() - atMs) };
    onAsked({ surface, outcome, ...(query !== undefined && { query }), ...(code !== undefined && { code }), ...times });
  };
  try {
    const reply = await answer((query) => {
      understood = { atMs: performance.now(), query };
    });
    tell(outcomeOf(reply));
    return reply;
  } catch (thrown) {
    const { code, actor } = toBotError(thrown);
    // a caller that went away is neither
    if (!(thrown instanceof DOMException)) tell(actor === 'asker' ? 'refused' : 'failed', code);
    throw thrown;
  }
}

function outcomeOf(reply: Counted): Asked['outcome'] {
  if (reply.kind === 'answer') return reply.answer.empty ? 'no_data' : 'answered';
  return reply.kind === 'none' ? 'passed_over' : 'said';
}

/** To a tenth of a millisecond: more is noise in a log. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
