/** `/healthz` (this process is alive) and `/readyz` (what it needs is usable). */
import type { FastifyInstance } from 'fastify';
import { type ErrorCode, toBotError } from '../domain/errors.ts';
import { abortable } from '../lib/abortable.ts';
import { withDeadline } from '../lib/clock.ts';
import { isLate, whyFailed } from '../lib/why-failed.ts';
import { callerOf } from './callers.ts';

/** One thing that readiness depends on. */
export interface ReadinessCheck {
  readonly kind: 'source' | 'chat' | 'store';
  /** Its name in the config; there is one store. */
  readonly name?: string;
  /** Rejects, or gives sentences about what is wrong. */
  run(signal: AbortSignal): Promise<readonly string[]>;
}

/** An orchestrator asks often and gives up soon. */
const CHECK_TIMEOUT_MS = 3_000;
/** Probes of several replicas and people do not add up to load on the sources. */
const REMEMBER_MS = 5_000;

/** The state of one thing. */
export interface Health extends Pick<ReadinessCheck, 'kind' | 'name'> {
  /** `ok`, else what is wrong. */
  readonly state: string;
  /** Of what is wrong, where it has one. */
  readonly code?: ErrorCode;
}

/** Gives the state of everything, no older than `maxAgeMs`: the last seconds unless given. */
export type HealthReport = (maxAgeMs?: number) => Promise<readonly Health[]>;

/**
 * Makes a report that asks again when its last answer is old; whoever asks meanwhile shares it.
 *
 * @param note - told each new answer
 */
export function createHealthReport(
  checks: readonly ReadinessCheck[],
  nowMs: () => number,
  note: (all: readonly Health[]) => void = () => undefined,
): HealthReport {
  let last: { readonly atMs: number; readonly report: Promise<readonly Health[]> } | undefined;
  return (maxAgeMs = REMEMBER_MS) => {
    if (!last || nowMs() - last.atMs > maxAgeMs) {
      const report = Promise.all(checks.map((check) => runCheck(check)));
      last = { atMs: nowMs(), report };
      void report.then(note);
    }
    return last.report;
  };
}

/** Registers the routes. `/readyz` is 503 while anything is not usable and says what; words, which may name addresses, to those who are known. */
export function healthRoutes(app: FastifyInstance, report: HealthReport): void {
  app.get('/healthz', async () => ({ service: 'glimpse', status: 'ok' }));
  app.get('/readyz', async (request, reply) => {
    const all = await report();
    const isReady = all.every(({ state }) => state === 'ok');
    const isKnown = callerOf(request).kind !== 'unknown';
    const checks = Object.fromEntries(
      all.map(({ kind, name, state, code = 'not usable' }) => [
        name === undefined ? kind : `${kind} ${name}`,
        isKnown || state === 'ok' ? state : code,
      ]),
    );
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'not ready', checks });
  });
}

async function runCheck({ kind, name, run }: ReadinessCheck): Promise<Health> {
  const about = { kind, ...(name !== undefined && { name }) };
  try {
    const signal = withDeadline(CHECK_TIMEOUT_MS, new AbortController().signal);
    const problems = await abortable(run(signal), signal); // some cannot be called off
    return { ...about, state: problems.length === 0 ? 'ok' : problems.join(' ') };
  } catch (thrown) {
    const code = isLate(thrown) ? {} : { code: toBotError(thrown).code };
    return { ...about, state: whyFailed(thrown, 'did not answer in time'), ...code };
  }
}
