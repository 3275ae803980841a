import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { testStore } from './store.contract.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'glimpse-store-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const open = () => openStore({ dataDir, log: createLog('silent'), clock: systemClock });

testStore({ name: 'PGlite', open });

it('lets nobody else open its folder while it is open', async () => {
  const store = await open();
  await expect(open()).rejects.toMatchObject({ code: 'STORE_LOCKED', message: expect.stringContaining(dataDir) });
  await store.close(0);
  await (await open()).close(0);
});
