/** Posts words with their picture or file; where that cannot be sent, the words alone, which say so. */
import { BotError, toBotError } from '../../domain/errors.ts';
import type { Attachment, Destination, Message, PostReceipt } from '../../domain/message.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Chat, PostOptions } from '../chat.ts';

/** A cut link is mostly up again after this; then the words go alone, if they can. */
const UPLOAD_AGAIN_MS = 1_000;

/**
 * Posts both in one message.
 *
 * @throws BotError `CHAT_…` when not even the words can be posted
 */
export async function postParts(
  { message, file }: { readonly message: Message; readonly file?: Attachment },
  chat: Chat,
  destination: Destination,
  options: PostOptions,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<PostReceipt> {
  if (!file) return chat.post(message, destination, options, signal);
  const upload = () => uploadFile(file, message, chat, destination, options, signal);
  try {
    return await upload().catch(async (thrown: unknown) => {
      if (signal.aborted || toBotError(thrown).code !== 'CHAT_UNREACHABLE') throw thrown;
      await clock.sleep(UPLOAD_AGAIN_MS, signal);
      return upload();
    });
  } catch (thrown) {
    const error = toBotError(thrown);
    if (signal.aborted || error.code === 'CHAT_AUTH') throw thrown;
    log.warn({ code: error.code, err: thrown }, 'an upload failed');
    const what = file.mediaType === 'image/png' ? 'picture' : 'file';
    const note = `The ${what} could not be sent (${reasonOf(error)}); the numbers are complete.`;
    const blocks: Message['blocks'] = [...message.blocks, { kind: 'text', lines: [[note]] }];
    return chat.post(
      { ...message, blocks },
      destination,
      { idempotencyKey: `${options.idempotencyKey}/words` },
      signal,
    );
  }
}

async function uploadFile(
  file: Attachment,
  message: Message,
  chat: Chat,
  destination: Destination,
  options: PostOptions,
  signal: AbortSignal,
): Promise<PostReceipt> {
  if (!chat.upload) throw new BotError('CHAT_UPLOAD_REJECTED', 'this chat takes no files');
  if (file.bytes.byteLength > chat.limits.maxFileBytes) {
    throw new BotError('CHAT_UPLOAD_REJECTED', 'it is larger than this chat takes');
  }
  return chat.upload(file, message, destination, options, signal);
}

function reasonOf({ code }: BotError): string {
  if (code === 'CHAT_UPLOAD_REJECTED') return 'the chat does not take it';
  if (code === 'CHAT_RATE_LIMITED') return 'the chat asks to slow down';
  if (code === 'CHAT_UNREACHABLE') return 'the chat did not answer';
  return 'an unexpected answer of the chat';
}
