import { createRequire } from 'node:module';
import { afterEach, expect, it, vi } from 'vitest';
import { type Flavour, startRocketChat } from '../../doubles/rocketchat/simulator.ts';

type Frame = Record<string, unknown>;

/** What of the official driver is used here; its own types do not hold. */
interface Driver {
  readonly ddp: {
    reopen: () => Promise<void>;
    readonly connection?: { terminate(): void; onclose: unknown; onerror: unknown };
    reopenInterval?: NodeJS.Timeout;
    openTimeout?: NodeJS.Timeout;
    pingTimeout?: NodeJS.Timeout;
    on(event: string, listener: (frame: Frame) => void): void;
    emit(event: string, frame: Frame): void;
  };
  connect(): Promise<unknown>;
  login(credentials: Frame): Promise<Frame>;
  subscribe(topic: string, event: string, ...args: unknown[]): Promise<Frame>;
  methodCall(method: string, ...args: unknown[]): Promise<unknown>;
  onMessage(listener: (message: { msg: string; ts: Date }) => void): void;
}

const { DDPDriver } = createRequire(import.meta.url)('@rocket.chat/sdk/lib/drivers/ddp') as {
  DDPDriver: new (options: Frame) => Driver;
};

/** Longer than any test: the driver must not reconnect by itself. */
const NEVER_MS = 2 ** 31 - 1;

const silent = { debug() {}, info() {}, warn() {}, warning() {}, error() {} };

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function startWorkspace(flavour: Flavour, version = '8.8') {
  const server = await startRocketChat({ flavour, version });
  endings.push(() => server.close());
  const bot = server.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  const ann = server.users.addUser({ username: 'ann' });
  const ops = server.rooms.addRoom({ name: 'ops', type: 'c', members: [bot, ann] });
  return { server, bot, ann, ops, driver: await connectDriver(server.url) };
}

async function connectDriver(url: string): Promise<Driver> {
  const driver = new DDPDriver({ host: url.replace('http://', ''), useSsl: false, logger: silent, reopen: NEVER_MS });
  driver.ddp.reopen = async () => {};
  driver.ddp.on('nosub', (frame) => driver.ddp.emit(String(frame.id), { id: frame.id, error: frame.error }));
  endings.push(() => dispose(driver));
  await driver.connect();
  return driver;
}

function dispose({ ddp }: Driver): void {
  for (const timer of [ddp.reopenInterval, ddp.openTimeout, ddp.pingTimeout]) clearTimeout(timer);
  if (ddp.connection === undefined) return;
  ddp.connection.onclose = null;
  ddp.connection.terminate();
}

it.each(['monolith', 'streamer'] as const)(
  'the official driver connects, logs in and receives (%s)',
  async (flavour) => {
    const { server, bot, ann, ops, driver } = await startWorkspace(flavour);
    expect(await driver.login({ resume: bot.token })).toMatchObject({ id: bot.id, token: bot.token });
    await driver.subscribe('stream-room-messages', '__my_messages__');
    const heard: { msg: string; ts: Date }[] = [];
    driver.onMessage((message) => heard.push(message));
    const said = server.say(ann, ops, 'cpu web01');
    await vi.waitFor(() => expect(heard).toMatchObject([{ msg: 'cpu web01', ts: said.ts }]));
  },
);

it('the official driver logs in by name and password', async () => {
  const { bot, driver } = await startWorkspace('monolith');
  expect(await driver.login({ username: 'glimpse', password: bot.password })).toMatchObject({ id: bot.id });
});

it('the official driver hears refusals of logins, subscriptions and methods', async () => {
  const { server, bot, ann, driver } = await startWorkspace('monolith');
  const secret = server.rooms.addRoom({ name: 'secret', type: 'p', members: [ann] });
  await expect(driver.login({ resume: 'wrong' })).rejects.toMatchObject({ error: 403 });
  await driver.login({ resume: bot.token });
  await expect(driver.subscribe('stream-room-messages', secret.id)).rejects.toMatchObject({ error: 'not-allowed' });
  await expect(driver.methodCall('nonsense')).rejects.toMatchObject({ error: 404 });
});

it('the official driver is told of its end with the code of the server', async () => {
  const { server, bot, driver } = await startWorkspace('monolith');
  await driver.login({ resume: bot.token });
  const closed = new Promise<Frame>((resolve) => driver.ddp.on('close', resolve));
  server.revokeToken(bot);
  expect((await closed).code).toBe(1000);
});
