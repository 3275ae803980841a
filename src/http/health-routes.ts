/** `/healthz` (this process is alive) and `/readyz` (what it needs is usable). */
import type { FastifyInstance } from 'fastify';
import { abortable } from '../lib/abortable.ts';
import { withDeadline } from '../lib/clock.ts';
import { whyFailed } from '../lib/why-failed.ts';

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
}

/** Gives the state of everything, as it was within the last seconds. */
export type HealthReport = () => Promise<readonly Health[]>;

/** Makes a report that asks again when its last answer is old; whoever asks meanwhile shares it. */
export function createHealthReport(checks: readonly ReadinessCheck[], nowMs: () => number): HealthReport {
  let last: { readonly atMs: number; readonly report: Promise<readonly Health[]> } | undefined;
  return () => {
    if (!last || nowMs() - last.atMs > REMEMBER_MS) {
      last = { atMs: nowMs(), report: Promise.all(checks.map((check) => runCheck(check))) };
    }
    return last.report;
  };
}

/** Registers the routes. `/readyz` is 503 while anything is not usable and says what. */
export function healthRoutes(app: FastifyInstance, report: HealthReport): void {
  app.get('/healthz', async () => ({ service: 'glimpse', status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const all = await report();
    const isReady = all.every(({ state }) => state === 'ok');
    const checks = Object.fromEntries(
      all.map(({ kind, name, state }) => [name === undefined ? kind : `${kind} ${name}`, state]),
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
    return { ...about, state: whyFailed(thrown, 'did not answer in time') };
  }
}
