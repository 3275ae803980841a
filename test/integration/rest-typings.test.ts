import { fc, test as propertyTest } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf } from '../doubles/rocketchat/json-schema.ts';
import { restAs } from '../doubles/rocketchat/plain-client.ts';
import { SCHEMAS } from '../doubles/rocketchat/schemas.ts';
import { type RocketChatSimulator, startRocketChat } from '../doubles/rocketchat/simulator.ts';
import {
  faultsBy,
  loadTypings,
  type Typings,
  typingsFolder,
  VALIDATORS,
  validateRequests,
  WITHOUT_TYPINGS,
} from '../doubles/rocketchat/typings.ts';

const folder = typingsFolder();
if (folder === undefined) process.stderr.write(`SKIPPED test/integration/rest-typings.test.ts: ${WITHOUT_TYPINGS}\n`);

/** A right body or query of each endpoint whose check the simulator has. */
const RIGHT: Readonly<Record<string, Record<string, unknown>>> = {
  'chat.postMessage': {
    roomId: 'r',
    text: 'x',
    alias: 'a',
    attachments: [{ color: 'red' }],
    tmid: 't',
    parseUrls: true,
  },
  'chat.sendMessage': { message: { rid: 'r', _id: 'i', msg: 'x', tshow: true, attachments: [{}] }, previewUrls: ['u'] },
  'chat.update': { roomId: 'r', msgId: 'm', text: 'x', previewUrls: ['u'] },
  'chat.delete': { roomId: 'r', msgId: 'm', asUser: true },
  'chat.react': { messageId: 'm', emoji: ':eyes:', shouldReact: true },
  'chat.getMessage': { msgId: 'm' },
  'chat.syncMessages': { roomId: 'r', lastUpdate: '2026-01-01T00:00:00Z', count: '5', type: 'UPDATED', next: '1' },
  'chat.getThreadMessages': { tmid: 't', count: '5', offset: '0', sort: '{}' },
  'chat.getDeletedMessages': { roomId: 'r', since: '2026-01-01T00:00:00.000Z', count: '5' },
  'channels.history': {
    roomId: 'r',
    latest: 'l',
    oldest: 'o',
    inclusive: 'true',
    showThreadMessages: 'false',
    count: '5',
  },
  'groups.history': { roomName: 'r', latest: 'l', oldest: 'o', inclusive: 'true', count: '5' },
  'im.history': { roomId: 'r', latest: 'l', oldest: 'o', inclusive: 'true', count: '5' },
  'im.create': { username: 'u', excludeSelf: true },
  'channels.join': { roomId: 'r', joinCode: 'c' },
  'rooms.join': { roomName: 'r', joinCode: 'c' },
  'rooms.info': { roomId: 'r' },
  'rooms.nameExists': { roomName: 'r' },
  'subscriptions.get': { updatedSince: '2026-01-01T00:00:00Z' },
  'settings.public': { _id: 'Message_MaxAllowedSize', count: '5' },
  'users.info': { username: 'u', fields: '{}' },
};

/** Values that are wrong somewhere; a query has texts only. */
const oddText = fc.constantFrom<unknown>('', 'x', 'true', '12', ' ', '2026-01-01T00:00:00Z');
const odd = fc.oneof(oddText, fc.constantFrom<unknown>(7, true, null, [], ['x'], [7], {}, { a: 1 }));

describe.skipIf(folder === undefined)('the official schemas', () => {
  let typings: Typings;
  beforeAll(async () => {
    typings = await loadTypings(folder as string);
  });

  it('are there for every endpoint that is named', () => {
    for (const name of Object.values(VALIDATORS)) expect([name, typeof typings[name]]).toEqual([name, 'function']);
  });

  it('and a right request of every endpoint that the simulator checks are known here', () => {
    expect(Object.keys(RIGHT).sort()).toEqual(Object.keys(SCHEMAS).sort());
  });

  const endpoints = Object.entries(RIGHT).map(([path, right]) => {
    const method = `GET ${path}` in VALIDATORS ? 'GET' : 'POST';
    return { method, path, right, name: VALIDATORS[`${method} ${path}`] as string };
  });

  it.each(endpoints)('take a right request of $path, and so does the simulator', ({ path, right, name }) => {
    expect(faultsBy(typings, name, right)).toEqual([]);
    expect(faultsOf(SCHEMAS[path]?.schema ?? {}, right)).toEqual([]);
  });

  /** An endpoint's right request with fields left out, one changed, one added. */
  const spoiled = fc.constantFrom(...endpoints).chain(({ method, path, name, right }) => {
    const value = method === 'GET' ? oddText : odd;
    const keys = Object.keys(right);
    return fc
      .record({
        kept: fc.subarray(keys),
        changed: fc.option(fc.tuple(fc.constantFrom(...keys), value)),
        added: fc.option(fc.tuple(fc.constantFrom('unknown', ...keys), value)),
      })
      .map(({ kept, changed, added }) => {
        const fields = new Map<string, unknown>(kept.map((key) => [key, right[key]]));
        for (const change of [changed, added]) if (change !== null) fields.set(...change);
        return { path, name, request: Object.fromEntries(fields) };
      });
  });

  propertyTest.prop([spoiled], { numRuns: 5_000 })(
    'find the same faults in the same words as the simulator does',
    ({ path, name, request }) => {
      const own = faultsOf(SCHEMAS[path]?.schema ?? {}, request);
      expect({ path, request, faults: own }).toEqual({ path, request, faults: faultsBy(typings, name, request) });
    },
  );

  describe('and the simulator', () => {
    let server: RocketChatSimulator;
    beforeAll(async () => {
      server = await startRocketChat({ version: '8.8' });
    });
    afterAll(() => server.close());

    it('agree on what is a right call', async () => {
      const bot = server.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
      const ops = server.rooms.addRoom({ name: 'ops', type: 'c', members: [bot] });
      const rest = restAs(server.url, bot);
      await rest.post('login', { username: 'glimpse', password: bot.password });
      const { body } = await rest.post('chat.postMessage', { roomId: ops.id, text: 'x' });
      const msgId = (body.message as { _id: string })._id;
      await rest.post('chat.update', { roomId: ops.id, msgId, text: 'y' });
      await rest.get('chat.syncMessages', { roomId: ops.id, lastUpdate: '2026-01-01T00:00:00.000Z' });
      const call = JSON.stringify({ msg: 'method', id: '1', method: 'rooms/get', params: [] });
      await rest.post('method.call/rooms:get', { message: call });
      expect(validateRequests(server, typings)).toEqual([]);
    });

    it('agree on what is a wrong one, which is named with its fault', async () => {
      const rest = restAs(server.url, server.users.addUser({ username: 'other' }));
      const answer = await rest.post('chat.react', { messageId: 'm' });
      await rest.post('method.call/x', { message: '{}' });
      const [first, second] = validateRequests(server, typings);
      expect(first).toMatch(/^POST chat\.react: must have required property 'emoji' in \{"messageId":"m"\}/);
      expect(faultsBy(typings, 'isChatReactProps', { messageId: 'm' }).join('\n ')).toBe(answer.body.error);
      expect(second).toMatch(/^POST chat\.react/);
      expect(validateRequests(server, typings).at(-1)).toMatch(
        /^POST method\.call: must have required property 'method'/,
      );
    });

    it('agree on the form of refusals', async () => {
      const rest = restAs(server.url, server.users.addUser({ username: 'third' }));
      const secret = server.rooms.addRoom({ name: 'secret', type: 'p', members: ['glimpse'] });
      const answers = [
        ['validateBadRequestErrorResponse', await rest.post('chat.update', {})],
        ['validateBadRequestErrorResponse', await rest.post('chat.postMessage', { channel: '#nowhere', text: 'x' })],
        ['validateUnauthorizedErrorResponse', await restAs(server.url).get('me')],
        ['validateForbiddenErrorResponse', await rest.form(`rooms.media/${secret.id}`, new FormData())],
      ] as const;
      expect(answers.map(([, { status }]) => status)).toEqual([400, 400, 401, 403]);
      for (const [name, { body }] of answers) expect(faultsBy(typings, name, body)).toEqual([]);
    });
  });
});
