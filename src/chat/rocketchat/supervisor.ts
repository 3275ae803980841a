/** Keeps one connection up for as long as it is wanted: back-off, login, subscription, catch-up, and again. */
import { toBotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createFailureLog } from '../../lib/failure-log.ts';
import type { Log } from '../../lib/log.ts';
import type { OnProgress } from '../chat.ts';
import { catchUp } from './catch-up.ts';
import { type DdpConnection, type DdpTiming, openDdpConnection } from './ddp-connection.ts';
import type { Identity } from './identity.ts';
import type { Receiver } from './receiver.ts';
import type { RestClient } from './rest-client.ts';
import type { Rooms } from './rooms.ts';

/** Intervals of the supervisor, in ms. */
export interface SupervisorTiming {
  /** First wait after a lost connection; doubled each time, with jitter. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  /** A connection that lived this long ends a series of failures. */
  readonly steadyMs: number;
  /** Live messages wait for older ones at most this long; a bot without its role reads 10 rooms a minute. */
  readonly holdMs: number;
  /** Between two words about how far everything is taken; after a crash this much is read again. */
  readonly progressMs: number;
}

/** A restarting server has its bots back within seconds, and is not stormed by them. */
const SUPERVISOR_TIMING: SupervisorTiming = {
  backoffMs: 500,
  backoffMaxMs: 30_000,
  steadyMs: 30_000,
  holdMs: 10_000,
  progressMs: 5_000,
};

/** What the supervisor works with. */
export interface SupervisorDeps {
  readonly url: URL;
  readonly rest: RestClient;
  readonly identity: Identity;
  readonly rooms: Rooms;
  readonly clock: Clock;
  readonly log: Log;
  readonly ddpTiming?: DdpTiming | undefined;
  readonly timing?: SupervisorTiming | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Told about each connection as it comes up, and with `undefined` as it ends. */
  onConnection(connection: DdpConnection | undefined): void;
}

/** How far back questions are looked for. */
export interface CatchUpBounds {
  /** Where to begin the first time, ms since the Unix epoch by the server's clock. */
  readonly sinceMs: () => number;
  /** Questions older than this are not answered after an outage. */
  readonly maxAgeMs: number;
}

/**
 * Runs until `signal` aborts.
 *
 * @throws BotError `CHAT_AUTH` when the server refuses the bot for good
 */
export async function supervise(
  receiver: Receiver,
  { sinceMs, maxAgeMs }: CatchUpBounds,
  deps: SupervisorDeps,
  signal: AbortSignal,
): Promise<void> {
  const { clock, identity, rest, timing = SUPERVISOR_TIMING } = deps;
  const failureLog = createFailureLog('no connection to the chat', 'warn', deps);
  let completeMs: number | undefined;
  let failures = 0;
  while (!signal.aborted) {
    const startMs = clock.now();
    let pauseMs = 0;
    try {
      await identity.get(signal);
      const fromMs = Math.max(completeMs ?? sinceMs(), rest.serverNow() - maxAgeMs);
      completeMs = fromMs;
      completeMs = await runOnce(receiver, fromMs, deps, signal);
      const isSteady = clock.now() - startMs >= timing.steadyMs;
      if (isSteady) failureLog.forget();
      failures = isSteady ? 1 : failures + 1;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = toBotError(thrown);
      if (error.code === 'CHAT_AUTH' && !identity.forget()) throw thrown;
      failures += 1;
      pauseMs = Math.min(timing.backoffMaxMs, error.details.retryAfterMs ?? 0);
      failureLog.tell(thrown, { failures });
    }
    await clock.sleep(Math.max(pauseMs, waitMs(failures, timing)), signal).catch(() => undefined);
  }
}

/** Half of the doubled wait is fixed, half random, so that many bots do not come back at once. */
function waitMs(failures: number, { backoffMs, backoffMaxMs }: SupervisorTiming): number {
  const fullMs = Math.min(backoffMaxMs, backoffMs * 2 ** Math.min(20, Math.max(0, failures - 1)));
  return fullMs * (0.5 + Math.random() / 2);
}

/** One connection from its begin to its end; gives the moment up to which everything was received. */
async function runOnce(receiver: Receiver, fromMs: number, deps: SupervisorDeps, signal: AbortSignal): Promise<number> {
  const { url, rest, identity, clock, log, timing = SUPERVISOR_TIMING } = deps;
  const bot = await identity.get(signal);
  let lastFrameMs = fromMs;
  receiver.hold();
  const connection = await openDdpConnection(
    {
      url,
      token: bot.token,
      userId: bot.userId,
      clock,
      log,
      onMessage: receiver.live,
      onFrame: () => {
        lastFrameMs = rest.serverNow();
      },
      ...(deps.ddpTiming && { timing: deps.ddpTiming }),
    },
    signal,
  );
  const ended = new AbortController();
  const alive = AbortSignal.any([signal, ended.signal]);
  void connection.ended.then(() => ended.abort());
  let gapMs: number | undefined = fromMs;
  const takenMs = () => Math.min(lastFrameMs, gapMs ?? lastFrameMs, receiver.oldestWaitingMs() ?? lastFrameMs);
  try {
    deps.onConnection(connection);
    void tellProgress(takenMs, deps, alive);
    log.info({ host: url.host }, 'connected to the chat');
    const closing = closeGap(receiver, fromMs, deps, alive).then((isClosed) => {
      if (isClosed) gapMs = undefined;
    });
    await Promise.race([closing, clock.sleep(timing.holdMs, alive).catch(() => undefined)]);
    receiver.release();
    const why = await Promise.race([connection.ended, closing.then(() => connection.ended)]);
    if (!signal.aborted) log.warn({ why }, 'the connection to the chat ended');
  } finally {
    ended.abort();
    connection.close();
    deps.onConnection(undefined);
  }
  return Math.min(lastFrameMs, gapMs ?? lastFrameMs, receiver.takeOverflow() ?? lastFrameMs);
}

/** Tells how far everything is taken, whenever that is further than before, until `alive` aborts. */
async function tellProgress(takenMs: () => number, deps: SupervisorDeps, alive: AbortSignal): Promise<void> {
  const { clock, log, onProgress, timing = SUPERVISOR_TIMING } = deps;
  let toldMs = Number.NEGATIVE_INFINITY;
  while (onProgress && !alive.aborted) {
    const toMs = takenMs();
    try {
      if (toMs > toldMs) await onProgress(toMs);
      toldMs = toMs;
    } catch (thrown) {
      if (!alive.aborted) log.warn({ err: thrown }, 'how far the chat was read could not be kept');
    }
    await clock.sleep(timing.progressMs, alive).catch(() => undefined);
  }
}

/** Catches up, again and again while the server fails; false when the connection ended before that worked. */
async function closeGap(
  receiver: Receiver,
  fromMs: number,
  deps: SupervisorDeps,
  alive: AbortSignal,
): Promise<boolean> {
  const { clock, log, timing = SUPERVISOR_TIMING } = deps;
  for (let failures = 1; !alive.aborted; failures += 1) {
    try {
      await catchUp(fromMs, receiver.backlog, deps, alive);
      return true;
    } catch (thrown) {
      if (alive.aborted) return false;
      const error = toBotError(thrown);
      if (error.code === 'CHAT_AUTH') throw thrown;
      log.warn({ code: error.code, err: thrown }, 'catching up failed');
    }
    await clock.sleep(waitMs(failures, timing), alive).catch(() => undefined);
  }
  return false;
}
