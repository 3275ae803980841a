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
import { makeAlert } from '../unit/alerts/make.ts';
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

  it('goes on while the next version has already added to the database, and starts on it', async () => {
    const psql = (sql: string) => (started as Rig).command('psql', '-d', 'next', '-c', sql);
    await (started as Rig).command('psql', '-c', 'CREATE DATABASE next');
    const address = url.replace(/\/rig$/, '/next');
    const older = await open(address);
    const answered: string[] = [];
    await older.work(async ({ id }) => void answered.push(id));
    await older.setZone('team/u', 'Asia/Kolkata');
    // the next version: a column in every table, a table, a migration, and a field in a job
    await psql(`DO $$ DECLARE t record; BEGIN
      FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'glimpse' LOOP
        EXECUTE format('ALTER TABLE glimpse.%I ADD COLUMN later_text text', t.tablename);
        EXECUTE format('ALTER TABLE glimpse.%I ADD COLUMN later_json jsonb NOT NULL DEFAULT ''{}''', t.tablename);
      END LOOP; END $$`);
    await psql('CREATE TABLE glimpse.later (key text PRIMARY KEY)');
    await psql(
      `INSERT INTO glimpse_migrations.__drizzle_migrations (hash, created_at) VALUES ('later', 4102444800000)`,
    );
    await older.submit({ ...messageOf('from-older'), later: true } as ChatMessage);
    const restarted = await open(address);
    await restarted.submit(messageOf('from-restarted'));
    await expect.poll(() => [...answered].sort(), { timeout: 30_000 }).toEqual(['from-older', 'from-restarted']);
    for (const store of [older, restarted]) {
      await store.setZone('team/v', 'UTC');
      await store.remember('thread', { text: 'cpu' });
      await store.moveCursor('team', 5);
      expect(await store.takeTold({ alerts: [makeAlert('DiskFull')], changes: [] })).toBeGreaterThanOrEqual(0);
      expect(await store.alerts.open()).toHaveLength(1);
      expect(await store.zoneOf('team/u')).toBe('Asia/Kolkata');
      expect(await store.recall('thread')).toEqual({ text: 'cpu' });
    }
    await Promise.all([older, restarted].map((store) => store.close(0)));
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
