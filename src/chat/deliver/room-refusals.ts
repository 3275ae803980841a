/** What a room says for good. */
import type { ErrorCode } from '../../domain/errors.ts';

/** What passes with time, or when an operator mends the bot's account: it is waited for. */
export const CHAT_AWAY: ReadonlySet<ErrorCode> = new Set(['CHAT_UNREACHABLE', 'CHAT_RATE_LIMITED', 'CHAT_AUTH']);

/** No further try helps against these: whoever posts goes elsewhere, or leaves it. */
export const ROOM_REFUSALS: ReadonlySet<ErrorCode> = new Set(['CHAT_FORBIDDEN', 'CHAT_NO_SUCH_ROOM', 'CONFIG_INVALID']);
