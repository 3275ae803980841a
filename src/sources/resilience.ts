/** What protects a source and those who wait for it: a deadline, a bulkhead, one retry, a circuit breaker. */
import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { BotError, type ErrorCode } from '../domain/errors.ts';
import { type Clock, isDeadline, systemClock } from '../lib/clock.ts';
import type { Source } from './source.ts';

/** How a source is protected; what is left out has a default that suits most. */
export interface ResilienceOptions {
  /** What people call it, for sentences: `Graphite`. */
  readonly title: string;
  /** Longest that one call may take, waiting and retry included. */
  readonly timeoutMs: number;
  /** Calls at once; a slow source must not be asked ever more. */
  readonly atOnce?: number;
  /** Calls that may wait for one of those. */
  readonly waiting?: number;
  /** Failures in a row after which it is left alone, and for how long. */
  readonly breakAfter?: number;
  readonly pauseMs?: number;
  /** Longest random wait before the retry, where the source does not say. */
  readonly jitterMs?: number;
  /** The machine's own unless given. */
  readonly clock?: Pick<Clock, 'now'>;
}

/** Four chart questions of a busy room, each of a few requests. */
const AT_ONCE = 8;
/** More than this would only wait for its own deadline. */
const WAITING = 64;
const BREAK_AFTER = 5;
const PAUSE_MS = 10_000;
const JITTER_MS = 250;
/** Failures of the source itself; a wrong question says nothing about its health. */
const UNHEALTHY: readonly ErrorCode[] = ['SOURCE_BACKEND_DOWN', 'SOURCE_OVERLOADED', 'SOURCE_TIMEOUT'];

/**
 * Wraps a source. What is retryable is tried once more, after what `Retry-After` asks when that fits into the deadline;
 * a source that keeps failing is left alone for a while, and the sentence says so. `check` has the deadline alone: it must
 * see the source as it is. Errors of a wrapped source are BotErrors with `details.source`.
 *
 * @param name - its name in the config
 */
export function withResilience(source: Source, name: string, options: ResilienceOptions): Source {
  const guard = createGuard(name, options);
  const { values, annotations, whyEmpty, annotate, dashboardLink, firing, library } = source;
  return {
    request: (block, binding) => source.request(block, binding),
    link: (request, window) => source.link(request, window),
    fetch: (request, window, signal) => guard((inner) => source.fetch(request, window, inner), signal),
    check: (signal) => source.check(signal),
    ...(values && { values: (pattern, signal) => guard((inner) => values.call(source, pattern, inner), signal) }),
    ...(annotations && {
      annotations: (window, filter, signal) =>
        guard((inner) => annotations.call(source, window, filter, inner), signal),
    }),
    // never tried twice: a mark would be there twice
    ...(annotate && { annotate: (mark, signal) => annotate.call(source, mark, signal) }),
    ...(dashboardLink && {
      dashboardLink: (link, window, signal) =>
        guard((inner) => dashboardLink.call(source, link, window, inner), signal),
    }),
    ...(firing && { firing: (told, signal) => guard((inner) => firing.call(source, told, inner), signal) }),
    ...(library && {
      library: {
        noun: library.noun,
        owns: (url) => library.owns(url),
        search: (words, signal) => guard((inner) => library.search(words, inner), signal),
        open: (wanted, signal) => guard((inner) => library.open(wanted, inner), signal),
        import: (wanted, signal) => guard((inner) => library.import(wanted, inner), signal),
      },
    }),
    ...(whyEmpty && {
      whyEmpty: (request, window, signal) => guard((inner) => whyEmpty.call(source, request, window, inner), signal),
    }),
  };
}

type Call<Result> = (signal: AbortSignal) => Promise<Result>;

/** Makes what protects calls to one back end; its errors are BotErrors with `details.source`. */
export function createGuard(name: string, options: ResilienceOptions) {
  const { title, timeoutMs, atOnce = AT_ONCE, waiting = WAITING } = options;
  const { breakAfter = BREAK_AFTER, pauseMs = PAUSE_MS, jitterMs = JITTER_MS, clock = systemClock } = options;
  let lastGoodMs: number | undefined;
  const breaker = circuitBreaker(
    handleWhen((thrown) => isUnhealthy(thrown, timeoutMs)),
    {
      halfOpenAfter: pauseMs,
      breaker: new ConsecutiveBreaker(breakAfter),
    },
  );
  const again = retry(
    handleWhen((thrown) => mayRetry(thrown, timeoutMs)),
    { maxAttempts: 1, backoff: new DelegateBackoff((context) => waitMs(context, jitterMs)) },
  );
  const policy = wrap(timeout(timeoutMs, TimeoutStrategy.Aggressive), bulkhead(atOnce, waiting), again, breaker);

  return async function guard<Result>(call: Call<Result>, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    try {
      const result = await policy.execute(async ({ signal: inner }) => {
        try {
          return await call(inner);
        } catch (thrown) {
          if (thrown instanceof BotError || signal.aborted || !inner.aborted) throw thrown;
          throw timedOut(title, timeoutMs, thrown); // seen by the breaker too
        }
      }, signal);
      lastGoodMs = clock.now();
      return result;
    } catch (thrown) {
      throw dated(named(name, inOurWords(thrown, signal)));
    }
  };

  /** Says of a source that fails how long ago it did not. */
  function dated(thrown: unknown): unknown {
    if (!(thrown instanceof BotError) || lastGoodMs === undefined || !UNHEALTHY.includes(thrown.code)) return thrown;
    const details = { ...thrown.details, lastGoodAgoMs: clock.now() - lastGoodMs };
    return new BotError(thrown.code, thrown.message, details, { cause: thrown });
  }

  function inOurWords(thrown: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return isDeadline(signal.reason) ? timedOut(title, timeoutMs, thrown) : signal.reason;
    if (thrown instanceof TaskCancelledError) return timedOut(title, timeoutMs, thrown);
    if (thrown instanceof BulkheadRejectedError) {
      const message = `Too many questions wait for ${title}; ask again in a moment.`;
      return new BotError('SOURCE_OVERLOADED', message, {}, { cause: thrown });
    }
    if (thrown instanceof BrokenCircuitError) {
      const last = breaker.lastFailure;
      const why = last && 'error' in last && last.error instanceof BotError ? last.error.message : `${title} is down.`;
      const seconds = Math.ceil(pauseMs / 1000);
      const message = `${why} It failed ${breakAfter} times in a row, so it is left alone for ${seconds} s.`;
      return new BotError('SOURCE_BACKEND_DOWN', message, {}, { cause: thrown });
    }
    return thrown;
  }
}

/** A caller with a deadline of its own (marks, lists of names) gives up early, or after waiting here: no fault of the source. */
function isUnhealthy(thrown: unknown, timeoutMs: number): boolean {
  if (!(thrown instanceof BotError) || !UNHEALTHY.includes(thrown.code)) return false;
  const waitedMs = thrown.code === 'SOURCE_TIMEOUT' ? thrown.details.timeoutMs : undefined;
  return typeof waitedMs !== 'number' || waitedMs >= timeoutMs / 2;
}

/** A wait of more than half the deadline leaves no time for the answer. */
function mayRetry(thrown: unknown, timeoutMs: number): boolean {
  return thrown instanceof BotError && thrown.retryable && (thrown.details.retryAfterMs ?? 0) <= timeoutMs / 2;
}

function waitMs({ result }: IRetryBackoffContext<unknown>, jitterMs: number): number {
  const asked = 'error' in result && result.error instanceof BotError ? (result.error.details.retryAfterMs ?? 0) : 0;
  return asked + Math.ceil(Math.random() * jitterMs);
}

function timedOut(title: string, timeoutMs: number, cause: unknown): BotError {
  const seconds = Math.max(0.1, Math.round(timeoutMs / 100) / 10);
  return new BotError('SOURCE_TIMEOUT', `${title} did not answer within ${seconds} s.`, { timeoutMs }, { cause });
}

/** Says which source it was, once. */
function named(name: string, thrown: unknown): unknown {
  if (!(thrown instanceof BotError) || thrown.details.source !== undefined) return thrown;
  return new BotError(
    thrown.code,
    thrown.message,
    { ...thrown.details, source: name },
    { cause: thrown.cause ?? thrown },
  );
}
