/** What an answer that is no data is made into, and the words for it that all back ends have in common. Pure. */
import { BotError, type ErrorCode } from '../domain/errors.ts';
import { type HttpReply, retryAfterMs } from './http-client.ts';

/** The error for a reply, with its status and how long to wait, where it says that. */
export function replyFailure(
  code: ErrorCode,
  message: string,
  { status, headers }: HttpReply,
  nowMs: number,
): BotError {
  const wait = retryAfterMs(headers, nowMs);
  return new BotError(code, message, { httpStatus: status, ...(wait !== undefined && { retryAfterMs: wait }) });
}

/** The sentence for a code, where the back end has nothing of its own to say. */
export function failureWords(
  title: string,
  code: ErrorCode,
  { status, contentType }: Pick<HttpReply, 'status' | 'contentType'>,
): string {
  switch (code) {
    case 'SOURCE_AUTH':
      return status === 401
        ? `${title} does not accept my login (401).`
        : `${title} sent a login page instead of data (${status}); it needs other credentials.`;
    case 'SOURCE_FORBIDDEN':
      return `${title} does not let my login read this (403).`;
    case 'SOURCE_TIMEOUT':
      return `${title} gave up on this query (it timed out there); a shorter window or fewer series may work.`;
    case 'SOURCE_OVERLOADED':
      return `${title} is overloaded (${status}).`;
    case 'SOURCE_BACKEND_DOWN':
      return `${title} cannot be reached behind its proxy (${status}).`;
    default:
      if (contentType.startsWith('image/')) return `${title} sent a picture instead of data.`;
      return status < 300 ? `${title} sent something that is no JSON.` : `${title} failed inside (${status}).`;
  }
}
