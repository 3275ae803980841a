/** The one error class and its catalogue: every code the bot can report, who must act, and how it looks over HTTP. */

/** Who has to do something about a failure. */
export type Actor = 'asker' | 'operator' | 'backend' | 'platform' | 'us';

interface Entry {
  readonly actor: Actor;
  /** HTTP status of a problem document with this code. */
  readonly status: number;
  /** Whether trying the same thing once more, later, may help. */
  readonly retryable: boolean;
}

const entry = (actor: Actor, status: number, retryable = false): Entry => ({ actor, status, retryable });

/** Every code, in families; `docs/errors.md` has a heading for each and a test compares both ways. */
export const ERROR_CATALOGUE = {
  ASK_UNKNOWN_QUERY: entry('asker', 400),
  ASK_UNKNOWN_VALUE: entry('asker', 400),
  ASK_AMBIGUOUS: entry('asker', 400),
  ASK_MISSING_ARGUMENT: entry('asker', 400),
  ASK_BAD_RANGE: entry('asker', 400),
  ASK_RANGE_TOO_LONG: entry('asker', 400),
  ASK_TOO_MUCH: entry('asker', 400),
  ASK_FORBIDDEN: entry('asker', 403),
  ASK_EMPTY: entry('asker', 400),
  ALERT_UNREADABLE: entry('asker', 400),
  ALERT_TIME_UNREADABLE: entry('operator', 400),
  ALERT_UNAUTHORIZED: entry('asker', 401),
  ALERT_FORBIDDEN: entry('asker', 403),
  ALERT_UNKNOWN_HOOK: entry('asker', 404),
  ALERT_TOO_LARGE: entry('asker', 413),
  ALERT_UNSUPPORTED_TYPE: entry('asker', 415),
  ALERT_NOT_SENT: entry('operator', 502, true),
  CONFIG_INVALID: entry('operator', 500),
  CONFIG_QUERY_INVALID: entry('operator', 500),
  CONFIG_SECRET_UNREADABLE: entry('operator', 500),
  SOURCE_AUTH: entry('operator', 502),
  SOURCE_FORBIDDEN: entry('operator', 502),
  SOURCE_NOT_FOUND: entry('asker', 404),
  SOURCE_NO_DATA: entry('asker', 404),
  SOURCE_BAD_QUERY: entry('operator', 502),
  SOURCE_TOO_MUCH: entry('asker', 502),
  SOURCE_TIMEOUT: entry('backend', 504),
  SOURCE_OVERLOADED: entry('backend', 502, true),
  SOURCE_PARTIAL: entry('backend', 502),
  SOURCE_BACKEND_DOWN: entry('backend', 502, true),
  SOURCE_UNEXPECTED: entry('operator', 502),
  SOURCE_NOT_RECORDED: entry('asker', 404),
  CHAT_UNREACHABLE: entry('platform', 502, true),
  CHAT_RATE_LIMITED: entry('platform', 502, true),
  CHAT_AUTH: entry('operator', 502),
  CHAT_NO_SUCH_ROOM: entry('operator', 502),
  CHAT_FORBIDDEN: entry('operator', 502),
  CHAT_UPLOAD_REJECTED: entry('platform', 502),
  CHAT_TOO_LONG: entry('us', 502),
  CHAT_UNEXPECTED: entry('platform', 502),
  RENDER_TIMEOUT: entry('us', 500),
  RENDER_OVERLOADED: entry('us', 503, true),
  RENDER_FAILED: entry('us', 500),
  SERIES_BROKEN: entry('us', 500),
  STORE_UNAVAILABLE: entry('operator', 503, true),
  STORE_LOCKED: entry('operator', 503),
  STORE_FULL: entry('operator', 503),
  STORE_OTHER_VERSION: entry('operator', 503),
  HTTP_BAD_REQUEST: entry('asker', 400),
  HTTP_NOT_FOUND: entry('asker', 404),
  HTTP_METHOD_NOT_ALLOWED: entry('asker', 405),
  HTTP_FORBIDDEN: entry('asker', 403),
  HTTP_UNAUTHORIZED: entry('asker', 401),
  HTTP_TOO_LARGE: entry('asker', 413),
  HTTP_BAD_MEDIA_TYPE: entry('asker', 415),
  HTTP_RATE_LIMITED: entry('asker', 429, true),
  HTTP_BUSY: entry('us', 503, true),
  LISTEN_UNAVAILABLE: entry('operator', 503),
  INTERNAL: entry('us', 500),
} as const satisfies Record<string, Entry>;

/** A code of {@link ERROR_CATALOGUE}. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** What an error carries beside its sentence; `suggestions` are questions that would work, ready to copy. */
export interface ErrorDetails {
  readonly suggestions?: readonly string[];
  /** Offset, in UTF-16 units, of the first character of the input that was not understood. */
  readonly at?: number;
  readonly source?: string;
  readonly httpStatus?: number;
  /** How long to wait before a retry, where the other side said so. */
  readonly retryAfterMs?: number;
  readonly [key: string]: unknown;
}

/**
 * An error with a code of {@link ERROR_CATALOGUE}. Its message is a sentence for the person who must act: what was
 * tried, what came back, what to do; never a secret, never a URL's query part.
 */
export class BotError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BotError';
    this.code = code;
    this.details = details;
  }

  get actor(): Actor {
    return ERROR_CATALOGUE[this.code].actor;
  }

  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }

  get retryable(): boolean {
    return ERROR_CATALOGUE[this.code].retryable;
  }
}

/** Turns anything thrown into a {@link BotError}; what was none becomes `INTERNAL` with the original as cause. */
export function toBotError(thrown: unknown): BotError {
  if (thrown instanceof BotError) return thrown;
  return new BotError(
    'INTERNAL',
    'Something went wrong inside Glimpse; its log has the details.',
    {},
    { cause: thrown },
  );
}
