import { expect, it } from 'vitest';
import { z } from 'zod';
import { createRestClient } from '../../../../src/chat/rocketchat/rest-client.ts';
import { createLocalRateBudget } from '../../../../src/lib/rate-budget.ts';
import { createFakeClock } from '../../../doubles/fake-clock.ts';
import { startHttpBackend } from '../../../doubles/http-backend.ts';

const NOON = Date.UTC(2026, 10, 25, 12);

it("follows the server's clock, and its own again once that was set right", async () => {
  const clock = createFakeClock(NOON);
  let serverMs = NOON + 300_000;
  const { url } = await startHttpBackend(() => ({
    headers: { date: new Date(serverMs).toUTCString() },
    body: '{"success":true}',
  }));
  const rest = createRestClient({ url: new URL(`${url}/`), clock, budget: createLocalRateBudget(clock) });
  const call = () => rest.call({ path: 'me', schema: z.object({}) }, AbortSignal.timeout(5_000));
  await call();
  expect(rest.serverNow()).toBe(NOON + 300_000);
  serverMs = NOON + 1_000; // what a header of whole seconds and the way may make
  await call();
  expect(rest.serverNow()).toBe(NOON);
});
