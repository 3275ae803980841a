/** One live connection: greeted, logged in, subscribed to the bot's messages, watched; it ends once and for all. */
import { BotError } from '../../domain/errors.ts';
import { type Clock, withDeadline } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createDdpSocket, type DdpSocket, type Frame } from './ddp-socket.ts';

/** Deadlines and intervals of a connection, in ms. */
export interface DdpTiming {
  /** For the greeting, and again for login, subscription and each call. */
  readonly answerMs: number;
  /** Silence after which we ask whether the server is there; servers ping after 15 or 30 s. */
  readonly pingAfterMs: number;
  /** Silence after which the link counts as dead. */
  readonly deadAfterMs: number;
}

/** Half-open links are found within 40 s, as fast as the server finds a dead client. */
const DDP_TIMING: DdpTiming = { answerMs: 10_000, pingAfterMs: 20_000, deadAfterMs: 40_000 };

/** What a connection is made from. */
export interface DdpOptions {
  /** The server's address with a final slash. */
  readonly url: URL;
  readonly token: string;
  readonly userId: string;
  /** Called for each event of `__my_messages__`: the message and the room's facts, unread. */
  onMessage(message: unknown, room: unknown): void;
  /** Called for every frame: the link is alive and everything before it has arrived. */
  onFrame?(): void;
  readonly clock: Clock;
  readonly log: Log;
  readonly timing?: DdpTiming;
}

/** A connection on which messages arrive. */
export interface DdpConnection {
  /** Resolves with the reason when the connection has ended, whoever ended it. */
  readonly ended: Promise<string>;
  /** Calls a method; rejects when the link breaks or the server refuses. */
  call(method: string, params: readonly unknown[]): Promise<unknown>;
  close(): void;
}

const SUBSCRIPTION = 'my-messages';

/**
 * Connects, logs in and subscribes.
 *
 * @throws BotError `CHAT_AUTH` when the token is refused (no retry helps), `CHAT_UNREACHABLE` or `CHAT_RATE_LIMITED`
 *   otherwise, the signal's reason when it aborts
 */
export async function openDdpConnection(options: DdpOptions, signal: AbortSignal): Promise<DdpConnection> {
  signal.throwIfAborted();
  const { url, clock, log, timing = DDP_TIMING } = options;
  const stop = new AbortController();
  const ended = Promise.withResolvers<string>();
  let lastInboundMs = clock.now();
  const end = (why: string) => {
    stop.abort(new BotError('CHAT_UNREACHABLE', `The connection to ${url.host} ended (${why}).`));
    socket.dispose();
    ended.resolve(why);
  };
  const socket: DdpSocket = createDdpSocket(url, {
    onFrame(frame) {
      lastInboundMs = clock.now();
      options.onFrame?.();
      if (frame.msg === 'failed') return end('the server speaks another version of the protocol');
      if (frame.msg === 'nosub' && frame.id === SUBSCRIPTION) return end('the server ended the subscription');
      const args = messageArgs(frame);
      if (args) options.onMessage(args[0], args[1]);
    },
    onClose: end,
    onFault: (thrown) => log.warn({ err: thrown }, 'a frame could not be read'),
  });
  const onAbort = () => end('stopped');
  signal.addEventListener('abort', onAbort, { once: true });
  void ended.promise.then(() => signal.removeEventListener('abort', onAbort));
  try {
    await raceAnswer(socket.open(), stop.signal, timing.answerMs);
    await login(socket, options, stop.signal, timing.answerMs);
    await subscribe(socket, stop.signal, timing.answerMs);
  } catch (thrown) {
    end('it could not be set up');
    signal.throwIfAborted();
    throw asError(thrown, url.host);
  }
  void watch(socket, () => clock.now() - lastInboundMs, end, clock, timing, stop.signal);
  let calls = 0;
  return {
    ended: ended.promise,
    async call(method, params) {
      calls += 1;
      const answer = socket.request({ msg: 'method', id: `call-${calls}`, method, params });
      try {
        return (await raceAnswer(answer, stop.signal, timing.answerMs)).result;
      } catch (thrown) {
        throw asError(thrown, url.host);
      }
    },
    close: () => end('closed'),
  };
}

/** The arguments of a `__my_messages__` event; `changed` frames all carry the literal id `id`. */
function messageArgs(frame: Frame): readonly unknown[] | undefined {
  if (frame.collection !== 'stream-room-messages' || frame.msg !== 'changed') return undefined;
  const fields = frame.fields as { eventName?: unknown; args?: unknown } | undefined;
  return fields?.eventName === '__my_messages__' && Array.isArray(fields.args) ? fields.args : undefined;
}

async function login(socket: DdpSocket, options: DdpOptions, stop: AbortSignal, answerMs: number): Promise<void> {
  const params = [{ resume: options.token }];
  const request = socket.request({ msg: 'method', id: 'login', method: 'login', params });
  const answer = await raceAnswer(request, stop, answerMs).catch((thrown: unknown) => {
    throw refused(thrown, options.url.host);
  });
  const userId = (answer.result as { id?: unknown } | undefined)?.id;
  if (userId !== undefined && userId !== options.userId) {
    throw new BotError('CHAT_AUTH', `The token for ${options.url.host} belongs to another user than userId says.`);
  }
}

/** A 403 is final: the token was revoked or has expired, asking again in a loop only locks the account. */
function refused(thrown: unknown, host: string): unknown {
  const { error, reason } = thrown as { error?: unknown; reason?: unknown };
  if (thrown instanceof Error || Number(error) !== 403) return thrown;
  const detail = typeof reason === 'string' ? ` (${reason})` : '';
  return new BotError(
    'CHAT_AUTH',
    `${host} refused the bot's login${detail}. Make a new personal access token: one in a token_file is taken within a minute, else start the bot again.`,
  );
}

async function subscribe(socket: DdpSocket, stop: AbortSignal, answerMs: number): Promise<void> {
  const params = ['__my_messages__', { useCollection: false, args: [] }];
  await raceAnswer(
    socket.request({ msg: 'sub', id: SUBSCRIPTION, name: 'stream-room-messages', params }),
    stop,
    answerMs,
  );
}

/** Waits for an answer, but not longer than the link lives or `answerMs`. */
async function raceAnswer<Answer>(answer: Promise<Answer>, stop: AbortSignal, answerMs: number): Promise<Answer> {
  const deadline = withDeadline(answerMs, stop);
  const failed = Promise.withResolvers<never>();
  const onAbort = () => failed.reject(stop.aborted ? stop.reason : silent());
  if (deadline.aborted) onAbort();
  deadline.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([answer, failed.promise]);
  } finally {
    deadline.removeEventListener('abort', onAbort);
    answer.catch(() => undefined); // it may still fail after the race is over
  }
}

function silent(): BotError {
  return new BotError('CHAT_UNREACHABLE', 'The chat server did not answer in time.');
}

/** An error object of the protocol as a BotError; `details.retryAfterMs` where the server said when. */
function asError(thrown: unknown, host: string): Error {
  if (thrown instanceof Error) return thrown;
  const { error, reason, message, details } = thrown as Record<string, unknown>;
  const resetMs = Number((details as { timeToReset?: unknown } | undefined)?.timeToReset);
  const what = `${host} answered ${String(reason ?? message ?? error)}.`;
  if (error === 'too-many-requests') {
    return new BotError('CHAT_RATE_LIMITED', what, Number.isFinite(resetMs) ? { retryAfterMs: resetMs } : {});
  }
  return new BotError('CHAT_UNEXPECTED', what, { error });
}

/** Asks a silent server whether it is there, and ends a link that stays silent. */
async function watch(
  socket: DdpSocket,
  silenceMs: () => number,
  end: (why: string) => void,
  clock: Clock,
  { pingAfterMs, deadAfterMs }: DdpTiming,
  stop: AbortSignal,
): Promise<void> {
  try {
    while (!stop.aborted) {
      if (silenceMs() >= deadAfterMs) return end(`nothing came for ${Math.round(silenceMs() / 1000)} s`);
      if (silenceMs() >= pingAfterMs) socket.send({ msg: 'ping', id: 'watch' });
      await clock.sleep(pingAfterMs / 2, stop);
    }
  } catch {
    // stopped: the connection has ended
  }
}
