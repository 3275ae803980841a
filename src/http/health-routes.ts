/** `/healthz` (this process is alive) and `/readyz` (what it needs is usable). */
import type { FastifyInstance } from 'fastify';
import { toBotError } from '../domain/errors.ts';
import { abortable } from '../lib/abortable.ts';
import { withDeadline } from '../lib/clock.ts';

/** One thing that readiness depends on. */
export interface ReadinessCheck {
  /** `source graphite-eu`, `chat team`, `store`. */
  readonly name: string;
  /** Rejects, or gives sentences about what is wrong. */
  run(signal: AbortSignal): Promise<readonly string[]>;
}

/** An orchestrator asks often and gives up soon. */
const CHECK_TIMEOUT_MS = 3_000;
/** Probes of several replicas and people do not add up to load on the sources. */
const REMEMBER_MS = 5_000;

/** Registers the routes. `/readyz` is 503 while anything is not usable and says what. */
export function healthRoutes(app: FastifyInstance, checks: readonly ReadinessCheck[], nowMs: () => number): void {
  let last: { readonly atMs: number; readonly report: Promise<Record<string, string>> } | undefined;
  app.get('/healthz', async () => ({ service: 'glimpse', status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    if (!last || nowMs() - last.atMs > REMEMBER_MS) last = { atMs: nowMs(), report: runAll(checks) };
    const report = await last.report;
    const isReady = Object.values(report).every((state) => state === 'ok');
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'not ready', checks: report });
  });
}

async function runAll(checks: readonly ReadinessCheck[]): Promise<Record<string, string>> {
  const never = new AbortController().signal;
  const states = await Promise.all(
    checks.map(async ({ name, run }): Promise<[string, string]> => {
      try {
        const signal = withDeadline(CHECK_TIMEOUT_MS, never);
        const problems = await abortable(run(signal), signal); // some cannot be called off
        return [name, problems.length === 0 ? 'ok' : problems.join(' ')];
      } catch (thrown) {
        const { code, message } = toBotError(thrown);
        return [name, code === 'INTERNAL' ? 'did not answer in time' : message];
      }
    }),
  );
  return Object.fromEntries(states);
}
