/** The start-up step of the compose file against the simulated server: what is missing is made, what is there is left. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type SetupPlan, setUpRocketChat } from '../../../deploy/rocketchat-setup.ts';
import { type RocketChatSimulator, startRocketChat } from '../../doubles/rocketchat/simulator.ts';

const ADMIN = { username: 'admin', password: 'the-password-of-the-admin' };
const BOT = { username: 'glimpse', password: 'the-password-of-the-bot' };
const signal = AbortSignal.timeout(25_000);

async function startServer(version = '8.8'): Promise<RocketChatSimulator> {
  const server = await startRocketChat({ version });
  onTestFinished(() => server.close());
  server.users.addUser({ ...ADMIN, roles: ['admin', 'user'] });
  return server;
}

function planFor({ url }: { readonly url: string }, more: Partial<SetupPlan> = {}) {
  const said: string[] = [];
  const plan = {
    url,
    admin: ADMIN,
    bot: BOT,
    rooms: ['ops', 'glimpse-ops'],
    waitMs: 5_000,
    say: (line: string) => void said.push(line),
  };
  return { said, plan: { ...plan, ...more } };
}

const botOf = ({ world }: RocketChatSimulator) =>
  [...world.users.values()].find(({ username }) => username === 'glimpse');
const membersOf = ({ world }: RocketChatSimulator, name: string) =>
  [...([...world.rooms.values()].find((room) => room.name === name)?.members.keys() ?? [])].map(
    (id) => world.users.get(id)?.username,
  );

describe.each(['6.13', '7.5', '8.8'])('on Rocket.Chat %s', (version) => {
  it('makes the account and the rooms, and does nothing the second time', async () => {
    const server = await startServer(version);
    const first = planFor(server);
    await setUpRocketChat(first.plan, signal);
    expect(first.said).toEqual(['made the account glimpse', 'made the room ops', 'made the room glimpse-ops']);
    expect(botOf(server)?.roles).toEqual(['bot', 'user']);
    expect(membersOf(server, 'ops')).toEqual(['admin', 'glimpse']);
    const second = planFor(server);
    await setUpRocketChat(second.plan, signal);
    expect(second.said).toEqual([]);
  });
});

it('mends an account that lacks a role, has another password, and is in no room', async () => {
  const server = await startServer();
  server.users.addUser({ username: 'glimpse', roles: ['user', 'livechat-agent'], password: 'another' });
  server.rooms.addRoom({ name: 'ops', type: 'c', members: ['admin'] });
  const { said, plan } = planFor(server);
  await setUpRocketChat(plan, signal);
  expect(said).toEqual([
    'gave glimpse the role bot, its password',
    'brought glimpse into ops',
    'made the room glimpse-ops',
  ]);
  expect(botOf(server)).toMatchObject({ roles: ['user', 'livechat-agent', 'bot'], password: BOT.password });
});

it('gives the role bot back what somebody took from it, and leaves other roles their rights', async () => {
  const server = await startServer();
  server.world.permissions.get('bot')?.delete('api-bypass-rate-limit');
  const { said, plan } = planFor(server);
  await setUpRocketChat(plan, signal);
  expect(said).toContain('gave the role bot api-bypass-rate-limit');
  expect(server.world.permissions.get('bot')?.has('api-bypass-rate-limit')).toBe(true);
  expect(server.world.permissions.get('admin')?.has('api-bypass-rate-limit')).toBe(true);
});

it('waits for a server that is still starting', async () => {
  const server = await startServer();
  let hasStarted: () => void = () => undefined;
  server.refuseConnections(
    new Promise<void>((done) => {
      hasStarted = done;
    }),
  );
  setTimeout(() => hasStarted(), 300);
  const { said, plan } = planFor(server, { waitMs: 20_000 });
  await setUpRocketChat(plan, signal);
  expect(said).toContain('made the account glimpse');
});

it('waits for the end of a window when its calls are limited', async () => {
  const server = await startServer();
  server.rateLimitNext('users.create', 1, 1_100);
  const { said, plan } = planFor(server);
  await setUpRocketChat(plan, signal);
  expect(said).toContain('made the account glimpse');
});

describe('says what to do', () => {
  it('when the server does not come up', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((ready) => closed.once('listening', ready));
    const { port } = closed.address() as AddressInfo;
    await new Promise((done) => closed.close(done));
    const { plan } = planFor({ url: `http://127.0.0.1:${port}` }, { waitMs: 1 });
    await expect(setUpRocketChat(plan, signal)).rejects.toThrow(/did not answer within 0 s: .*ECONNREFUSED/);
  });

  it('when the administrator has another password, without saying either', async () => {
    const server = await startServer();
    const { plan } = planFor(server, { admin: { ...ADMIN, password: 'old' } });
    const failure = await setUpRocketChat(plan, signal).catch((error: Error) => error.message);
    expect(failure).toMatch(/does not let admin in \(HTTP 401, .*\): .* only at its first start; .* write the new one/);
    expect(failure).not.toContain(ADMIN.password);
  });

  it('when the account that is given may do nothing', async () => {
    const server = await startServer();
    server.users.addUser({ username: 'ana', password: 'ana-has-one' });
    const { plan } = planFor(server, { admin: { username: 'ana', password: 'ana-has-one' } });
    await expect(setUpRocketChat(plan, signal)).rejects.toThrow(/refused POST users.create: HTTP 403, unauthorized/);
  });
});
