/** Fires an alert of the demo fleet on demand; present only where there are demo data. */
import type { FastifyInstance } from 'fastify';
import { alertOnDemand, ON_DEMAND_MS } from '../demo/story-alerts.ts';
import type { Told } from '../domain/alert.ts';
import type { Clock } from '../lib/clock.ts';

/** What was fired. */
export interface FiredAlert {
  readonly fingerprint: string;
  readonly title: string;
  /** ISO 8601. */
  readonly startsAt: string;
  /** When it is over by itself, ISO 8601. */
  readonly endsAt: string;
}

/** What the route works with. */
export interface DemoAlertDeps {
  takeTold(told: Told): Promise<unknown>;
  /** Address of the bot, with a final slash. */
  readonly baseUrl: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** Registers `POST /api/demo/alert`. */
export function demoAlertRoutes(app: FastifyInstance, { takeTold, baseUrl, clock }: DemoAlertDeps): void {
  app.post('/api/demo/alert', async (_request, reply) => {
    const nowMs = clock.now();
    const told = alertOnDemand(nowMs, baseUrl);
    await takeTold(told);
    const [alert] = told.alerts;
    const fired: FiredAlert = {
      fingerprint: alert?.fingerprint ?? '',
      title: alert?.title ?? '',
      startsAt: alert?.startsAt.toISOString() ?? '',
      endsAt: new Date(nowMs + ON_DEMAND_MS).toISOString(),
    };
    return reply.code(202).send(fired);
  });
}
