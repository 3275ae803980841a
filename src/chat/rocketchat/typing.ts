/** "is typing": said over the live connection, so it costs no REST call. */
import type { Clock } from '../../lib/clock.ts';
import type { ChatMessage } from '../chat.ts';
import type { DdpConnection } from './ddp-connection.ts';

/** Clients forget it after about 15 s. */
const RENEW_MS = 5_000;
/** An answer that takes longer has failed; nobody types for ever. */
const MAX_MS = 5 * 60_000;
/** The server allows 40 such calls in 40 s on a connection. */
const MAX_AT_ONCE = 5;

/** Shows typing until the returned function is called. */
export type Typing = (message: ChatMessage, signal: AbortSignal) => () => void;

/** Makes it; `nameOf` gives the bot's name as the server checks it: the username, or the name where those are shown. */
export function createTyping(
  connection: () => DdpConnection | undefined,
  nameOf: () => string | undefined,
  clock: Clock,
): Typing {
  let running = 0;

  function say({ room, threadId }: ChatMessage, activities: readonly string[]): void {
    const name = nameOf();
    if (name === undefined) return;
    const extra = threadId === undefined ? {} : { tmid: threadId };
    // Nothing depends on it: a refusal or a broken link is not worth a word.
    connection()
      ?.call('stream-notify-room', [`${room}/user-activity`, name, activities, extra])
      .catch(() => undefined);
  }

  return (message, signal) => {
    if (running >= MAX_AT_ONCE) return () => {};
    running += 1;
    const stop = new AbortController();
    const until = AbortSignal.any([signal, stop.signal]);
    const renew = async () => {
      const endMs = clock.now() + MAX_MS;
      try {
        while (!until.aborted && clock.now() < endMs) {
          say(message, ['user-typing']);
          await clock.sleep(RENEW_MS, until);
        }
      } catch {
        // stopped while it slept
      }
      running -= 1;
      say(message, []);
    };
    void renew();
    return () => stop.abort();
  };
}
