import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { backupRoutes } from '../../../src/http/backup-routes.ts';

it('makes one backup for all who ask while it is made, and a new one for who asks later', async () => {
  const app = fastify();
  const begun: PromiseWithResolvers<Uint8Array>[] = [];
  const next = () => begun[begun.push(Promise.withResolvers<Uint8Array>()) - 1]?.promise ?? Promise.reject();
  backupRoutes(app, { backup: next });
  const both = [app.inject('/api/backup'), app.inject('/api/backup')];
  await expect.poll(() => begun.length).toBe(1);
  begun[0]?.resolve(Uint8Array.of(1, 2));
  expect((await Promise.all(both)).map(({ rawPayload }) => [...rawPayload])).toEqual([
    [1, 2],
    [1, 2],
  ]);
  const later = app.inject('/api/backup');
  await expect.poll(() => begun.length).toBe(2);
  begun[1]?.resolve(Uint8Array.of(3));
  expect([...(await later).rawPayload]).toEqual([3]);
});
