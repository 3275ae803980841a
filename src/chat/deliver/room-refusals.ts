/** What a room says for good. */
import type { ErrorCode } from '../../domain/errors.ts';

/** No further try helps against these: whoever posts goes elsewhere, or leaves it. */
export const ROOM_REFUSALS: ReadonlySet<ErrorCode> = new Set(['CHAT_FORBIDDEN', 'CHAT_NO_SUCH_ROOM', 'CONFIG_INVALID']);
