/** What the server's refusals mean, as codes and sentences. */
import { BotError, type ErrorCode } from '../../domain/errors.ts';

/** Where a refusal came from. */
export interface RefusalContext {
  readonly host: string;
  readonly path: string;
  /** After a 429: how long to wait. */
  readonly waitMs: number;
}

/**
 * By `errorType` or, where servers give none, by the text: plain failures have only that. The first that matches.
 * The texts are those of Rocket.Chat 5 to 8.
 */
const REFUSALS: readonly (readonly [pattern: RegExp, code: ErrorCode, meaning: string])[] = [
  [
    /error-invalid-room|error-room-not-found|invalid-channel|room-does-not-exist/,
    'CHAT_NO_SUCH_ROOM',
    'there is no such room, or the bot is not in it: invite the bot',
  ],
  [/room_is_archived|error-room-archived/, 'CHAT_FORBIDDEN', 'the room is archived'],
  [/room_is_blocked/, 'CHAT_FORBIDDEN', 'the room is blocked'],
  [/readonly/, 'CHAT_FORBIDDEN', 'the room is read-only: give the bot the right post-readonly there'],
  [/You_have_been_muted/, 'CHAT_FORBIDDEN', 'the bot is muted in this room'],
  [/error-message-size-exceeded/, 'CHAT_TOO_LONG', 'the message is longer than the server allows'],
  [
    /error-file-too-large|error-size-exceeded|file-too-large|error-invalid-file-size/,
    'CHAT_UPLOAD_REJECTED',
    'the file is larger than the server allows',
  ],
  [
    /invalid-file|error-no-file|invalid-field|error-too-many-files|error-file-upload-disabled|File type is not accepted|error-invalid-file-type/i,
    'CHAT_UPLOAD_REJECTED',
    'the server does not take this file',
  ],
  [
    /error-not-allowed|error-action-not-allowed|not-authorized|unauthorized|Not enough permission|error-message-editing-blocked/i,
    'CHAT_FORBIDDEN',
    'the bot may not do this',
  ],
];

/** An answer that is no success as the error to throw. */
export function explainRefusal(
  status: number,
  body: Readonly<Record<string, unknown>> | undefined,
  { host, path, waitMs }: RefusalContext,
): BotError {
  const route = path.split('/')[0] as string;
  const error = typeof body?.error === 'string' ? body.error : String(body?.message ?? '');
  const errorType = typeof body?.errorType === 'string' ? body.errorType : undefined;
  const details = { httpStatus: status, ...(errorType && { errorType }), ...(error && { error: error.slice(0, 300) }) };
  if (status === 401) {
    return new BotError(
      'CHAT_AUTH',
      `${host} does not accept the bot's login: make a new token for it; one in a token_file is taken within a minute, else start the bot again.`,
      details,
    );
  }
  if (status === 429) {
    const sentence = `${host} asks to slow down (${route}); the role bot lifts its limit.`;
    return new BotError('CHAT_RATE_LIMITED', sentence, { ...details, retryAfterMs: waitMs });
  }
  if (status >= 300 && status < 400) {
    return new BotError('CHAT_UNEXPECTED', `${host} redirects ${route}: is the url of this chat right?`, details);
  }
  if (status >= 500) return new BotError('CHAT_UNREACHABLE', `${host} failed (${status}) at ${route}.`, details);
  if (status === 413) return new BotError('CHAT_UPLOAD_REJECTED', `${host} says the file is too large.`, details);
  const known = REFUSALS.find(([pattern]) => pattern.test(`${errorType ?? ''} ${error}`));
  if (known) return new BotError(known[1], `${host} refused ${route}: ${known[2]}.`, details);
  if (status === 403) return new BotError('CHAT_FORBIDDEN', `${host} refused ${route}: the bot may not.`, details);
  return new BotError('CHAT_UNEXPECTED', `${host} refused ${route} (${status}).`, details);
}

/** What the HTTP client throws, which speaks of sources, as a failure of the chat. */
export function explainTransport(thrown: unknown, host: string): unknown {
  if (!(thrown instanceof BotError)) return thrown;
  const { details } = thrown;
  if (thrown.code === 'SOURCE_TOO_MUCH') {
    return new BotError('CHAT_UNEXPECTED', `${host} sent more than I read at once.`, details, { cause: thrown });
  }
  return new BotError('CHAT_UNREACHABLE', thrown.message, details, { cause: thrown });
}

/** Whether a failure leaves open if the server did what was asked. */
export function isAmbiguous(thrown: unknown): boolean {
  return !(thrown instanceof BotError) || thrown.code === 'CHAT_UNREACHABLE' || thrown.code === 'CHAT_UNEXPECTED';
}
