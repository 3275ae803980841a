/** A chat whose posts are counted and timed. */
import type { Chat } from '../chat/chat.ts';
import type { Metrics } from './metrics.ts';
import { timed } from './timed.ts';

type Watched = Pick<Metrics, 'chatSeconds' | 'chatFailures' | 'failures' | 'stageSeconds'>;

/** Wraps a chat of that name and kind. */
export function observeChat(chat: Chat, name: string, kind: string, metrics: Watched): Chat {
  const watch = <Result>(operation: string, work: () => Promise<Result>): Promise<Result> =>
    timed(work, (seconds, code) => {
      metrics.chatSeconds.observe({ chat: name, operation }, seconds);
      if (operation === 'upload') metrics.stageSeconds.observe({ stage: 'upload' }, seconds);
      if (code === undefined) return;
      metrics.chatFailures.inc({ chat: name, code });
      metrics.failures.inc({ code, kind });
    });
  const { upload, update } = chat;
  const watched: Partial<Chat> = {
    post: (message, destination, options, signal) =>
      watch('post', () => chat.post(message, destination, options, signal)),
    ...(upload && {
      upload: (file, message, destination, options, signal) =>
        watch('upload', () => upload.call(chat, file, message, destination, options, signal)),
    }),
    ...(update && {
      update: (receipt, message, signal) => watch('update', () => update.call(chat, receipt, message, signal)),
    }),
  };
  // what is not timed (state, receipts, what a platform adds) stays the chat's own
  return new Proxy(chat, {
    get: (target, key) => watched[key as keyof Chat] ?? Reflect.get(target, key, target),
  });
}
