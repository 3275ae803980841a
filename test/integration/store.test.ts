/** The store on a real PostgreSQL: the contract, replicas side by side, and a replica that is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../src/chat/chat.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import { Secret } from '../../src/lib/secret.ts';
import { openStore } from '../../src/store/open-store.ts';
import { testStore } from '../contract/store.contract.ts';
import { type Rig, startRig } from './rig.ts';

const started = await startRig('postgres', 15_532);
if (typeof started === 'string') process.stderr.write(`skipped: ${started}\n`);
const url = typeof started === 'string' ? '' : started.url;

const open = (databaseUrl = url) =>
  openStore({ databaseUrl: new Secret(databaseUrl), dataDir: '', log: createLog('silent'), clock: systemClock });

function messageOf(id: string): ChatMessage {
  return {
    id,
    chat: 'team',
    room: 'ops',
    isDirect: false,
    isAddressed: true,
    text: 'cpu',
    sentMs: 1,
    user: { id: 'u', name: 'n' },
  };
}

describe.skipIf(typeof started === 'string')('PostgreSQL', () => {
  afterAll(() => (started as Rig).stop());

  testStore({ name: 'PostgreSQL', open: () => open() });

  it('lets several replicas migrate one new database at once', async () => {
    await (started as Rig).command('psql', '-c', 'CREATE DATABASE fresh');
    const replicas = await Promise.all(Array.from({ length: 4 }, () => open(url.replace(/\/rig$/, '/fresh'))));
    await replicas[0]?.setZone('team/u', 'Asia/Kolkata');
    expect(await replicas[3]?.zoneOf('team/u')).toBe('Asia/Kolkata');
    await Promise.all(replicas.map((replica) => replica.close(0)));
  });

  it('answers a message once when two replicas receive it', async () => {
    const replicas = await Promise.all([open(), open()]);
    const answered: string[] = [];
    for (const replica of replicas) await replica.work(async ({ id }) => void answered.push(id));
    const ids = Array.from({ length: 30 }, (_, index) => `both-${index}`);
    await Promise.all(ids.flatMap((id) => replicas.map((replica) => replica.submit(messageOf(id)))));
    await expect.poll(() => answered.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(30);
    expect([...answered].sort()).toEqual([...ids].sort());
    await Promise.all(replicas.map((replica) => replica.close(0)));
  });

  it('shares one budget between replicas', async () => {
    const replicas = await Promise.all([open(), open()]);
    const takes = await Promise.all(
      Array.from({ length: 24 }, (_, index) => replicas[index % 2]?.budget.take('shared', 10, 60_000)),
    );
    expect(takes.filter((wait) => wait === 0)).toHaveLength(10);
    await Promise.all(replicas.map((replica) => replica.close(0)));
  });

  it('has another replica answer what a killed one had begun', async () => {
    const victim = await startVictim();
    const rescuer = await open();
    const rescued = new Promise<string>((resolve) => void rescuer.work(async ({ id }) => resolve(id)));
    victim.kill('SIGKILL');
    expect(await rescued).toBe('killed-1');
    await rescuer.close(0);
  });

  it('says in words what is wrong with the address', async () => {
    await expect(open('postgresql://rig:wrong@127.0.0.1:15532/rig')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'PostgreSQL cannot be used: it does not accept the user and password of DATABASE_URL.',
    });
    await expect(open('postgresql://rig:rig@127.0.0.1:1/rig')).rejects.toThrow(/refuses connections/);
  });
});

/** A process that takes the message `killed-1` and never finishes it; resolves once it has begun. */
async function startVictim(): Promise<ChildProcess> {
  const code = `
    import { openStore } from ${JSON.stringify(new URL('../../src/store/open-store.ts', import.meta.url).href)};
    import { systemClock } from ${JSON.stringify(new URL('../../src/lib/clock.ts', import.meta.url).href)};
    import { createLog } from ${JSON.stringify(new URL('../../src/lib/log.ts', import.meta.url).href)};
    import { Secret } from ${JSON.stringify(new URL('../../src/lib/secret.ts', import.meta.url).href)};
    const store = await openStore({ databaseUrl: new Secret(process.argv[1]), dataDir: '', log: createLog('silent'), clock: systemClock });
    await store.work(() => new Promise(() => console.log('begun')));
    await store.submit(${JSON.stringify(messageOf('killed-1'))});
  `;
  const victim = spawn(process.execPath, ['--input-type=module', '-e', code, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(victim.stdout, 'data');
  return victim;
}
