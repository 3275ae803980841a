import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../doubles/rocketchat/manual-clock.ts';
import { restAs } from '../../doubles/rocketchat/plain-client.ts';
import { type RocketChatOptions, startRocketChat } from '../../doubles/rocketchat/simulator.ts';
import { sha256 } from '../../doubles/rocketchat/world.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A server with a bot (calls `rest`), a person, and a public room. */
async function startWorkspace(options: RocketChatOptions = {}) {
  const server = await startRocketChat(options);
  open.push(server);
  const bot = server.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  const ann = server.users.addUser({ username: 'ann', name: 'Ann', utcOffset: 1 });
  const ops = server.rooms.addRoom({ name: 'ops', type: 'c', members: [bot, ann] });
  return { server, bot, ann, ops, rest: restAs(server.url, bot), restOfAnn: restAs(server.url, ann) };
}

const VERSIONS = ['6.9', '6.13', '7.5', '8.3', '8.8'] as const;

describe('the way in', () => {
  it.each(VERSIONS)('tells its version %s to anybody', async (version) => {
    const { server } = await startWorkspace({ version });
    const { status, body, headers } = await restAs(server.url).get('/api/info');
    expect([status, body]).toEqual([200, { version, success: true }]);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('wants both headers and a token that belongs to the id', async () => {
    const { server, bot, ann } = await startWorkspace();
    const said = 'You must be logged in to do this.';
    for (const who of [
      undefined,
      { id: bot.id, token: 'wrong' },
      { id: ann.id, token: bot.token },
      { ...bot, id: '' },
    ]) {
      const { status, body } = await restAs(server.url, who).get('me');
      expect([status, body]).toEqual([401, { success: false, error: said, status: 'error', message: said }]);
    }
  });

  it('said less to strangers in 6.x', async () => {
    const { server } = await startWorkspace({ version: '6.9' });
    const { body } = await restAs(server.url).get('me');
    expect(body).toEqual({ status: 'error', message: 'You must be logged in to do this.' });
  });

  it.each([
    ['the password', (password: string) => password],
    ['its digest', (password: string) => ({ digest: sha256(password), algorithm: 'sha-256' })],
  ])('logs in by %s', async (_, secretOf) => {
    const { server, bot } = await startWorkspace();
    const { status, body } = await restAs(server.url).post('login', {
      user: 'glimpse',
      password: secretOf(bot.password),
    });
    const data = body.data as { userId: string; authToken: string; me: { username: string } };
    expect([status, body.status, body.success]).toEqual([200, 'success', true]);
    expect([data.userId, data.me.username]).toEqual([bot.id, 'glimpse']);
    const rest = restAs(server.url, { id: data.userId, token: data.authToken });
    expect((await rest.get('me')).body).toMatchObject({ _id: bot.id, roles: ['bot', 'user'], success: true });
    await rest.post('logout', {});
    expect((await rest.get('me')).status).toBe(401);
  });

  it.each([
    [{ user: 'glimpse', password: 'wrong' }, 401, { status: 'error', error: 403, message: 'Incorrect password' }],
    [{ user: 'nobody', password: 'wrong' }, 401, { status: 'error', error: 'Unauthorized', message: 'Unauthorized' }],
    [{ user: 'glimpse' }, 500, {}],
  ])('refuses the login %j', async (credentials, status, body) => {
    const { server } = await startWorkspace();
    const answer = await restAs(server.url).post('login', credentials);
    expect(answer).toMatchObject({ status, body: { success: false, ...body } });
  });

  it.each([
    ['8.8', 'GET', 404, 'text/plain; charset=UTF-8', '404 Not Found'],
    ['8.8', 'POST', 404, 'text/plain; charset=UTF-8', '404 Not Found'],
    ['7.5', 'POST', 405, 'text/html; charset=utf-8', ''],
    ['7.5', 'GET', 200, 'text/html; charset=utf-8', expect.stringContaining('<!DOCTYPE html>')],
  ])('answers an unknown endpoint of %s by %s with %i', async (version, method, status, type, text) => {
    const { rest } = await startWorkspace({ version });
    const answer = await rest.raw('chat.nonsense', { method });
    expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([status, type, text]);
  });
});

describe('checks and limits', () => {
  it.each([
    ['8.8', [400, 400]],
    ['7.5', [400, 429]],
  ])('checks a body and counts the call in the order of %s', async (version, statuses) => {
    const { server, ann } = await startWorkspace({ version, limits: { callsPerMinute: 1 } });
    const rest = restAs(server.url, ann);
    const answers = [await rest.post('chat.react', {}), await rest.post('chat.react', {})];
    expect(answers.map(({ status }) => status)).toEqual(statuses);
  });

  it('asks for the login before anything else', async () => {
    const { server } = await startWorkspace();
    expect((await restAs(server.url).post('chat.react', {})).status).toBe(401);
  });

  it('limits a person to ten calls a minute of one route, in fixed windows', async () => {
    const clock = createManualClock();
    const { restOfAnn } = await startWorkspace({ clock });
    await clock.advance(45_000);
    for (let left = 9; left >= 0; left -= 1) {
      const { status, headers } = await restOfAnn.get('me');
      expect([status, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual([
        200,
        '10',
        `${left}`,
      ]);
    }
    const { status, headers, body } = await restOfAnn.get('me');
    expect(status).toBe(429);
    expect(Number(headers.get('x-ratelimit-reset'))).toBe(clock.now() + 15_000);
    expect(headers.get('retry-after')).toBeNull();
    expect(body).toEqual({
      success: false,
      error:
        'Error, too many requests. Please slow down. You must wait 15 seconds before trying this endpoint again. [error-too-many-requests]',
    });
    expect((await restOfAnn.get('rooms.get')).status).toBe(200);
    await clock.advance(15_001);
    expect((await restOfAnn.get('me')).status).toBe(200);
  });

  it('counts by address, not by person, and lets bots through uncounted', async () => {
    const { server, bot, restOfAnn } = await startWorkspace({ limits: { callsPerMinute: 1 } });
    const bob = server.users.addUser({ username: 'bob' });
    expect((await restOfAnn.get('me')).status).toBe(200);
    expect((await restAs(server.url, bob).get('me')).status).toBe(429);
    const { status, headers } = await restAs(server.url, bot).get('me');
    expect([status, headers.get('x-ratelimit-limit')]).toEqual([200, null]);
  });

  it('limits chat.sendMessage to five a second, but for those who may send many', async () => {
    const { ops, rest, restOfAnn } = await startWorkspace({ clock: createManualClock() });
    const send = (by: typeof rest) => by.post('chat.sendMessage', { message: { rid: ops.id, msg: 'x' } });
    const statuses = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await send(restOfAnn)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    expect((await send(rest)).status).toBe(200);
  });

  it.each([
    [
      'chat.postMessage',
      {},
      'invalid-params',
      /must have required property 'roomId'.*must match exactly one schema in oneOf/s,
    ],
    ['chat.postMessage', { roomId: 'r', txt: 'x' }, 'invalid-params', /must NOT have additional properties/],
    ['chat.postMessage', { channel: '#ops', tmid: 't' }, 'invalid-params', /must NOT have additional properties/],
    ['chat.sendMessage', { message: { rid: 'r', attachments: 'x' } }, 'invalid-params', /^must be array$/],
    ['chat.update', { roomId: 'r' }, 'invalid-params', /must have required property 'msgId'/],
  ])('8.8 refuses %s with %j', async (path, body, errorType, error) => {
    const { rest } = await startWorkspace({ version: '8.8' });
    const answer = await rest.post(path, body);
    expect(answer).toMatchObject({
      status: 400,
      body: { success: false, errorType, error: expect.stringMatching(error) },
    });
  });

  it('tells a bad query by another type than a bad body', async () => {
    const { rest } = await startWorkspace({ version: '8.8' });
    const { status, body } = await rest.get('chat.getMessage', { id: 'x' });
    expect([status, body]).toEqual([
      400,
      { success: false, errorType: 'error-invalid-params', error: "must have required property 'msgId'" },
    ]);
  });

  it('7.5 puts the code behind the faults', async () => {
    const { rest } = await startWorkspace({ version: '7.5' });
    const { body } = await rest.get('chat.getMessage', {});
    expect(body.error).toBe("must have required property 'msgId' [invalid-params]");
  });

  it.each([
    ['7.3', 200],
    ['7.4', 400],
  ])('minds unknown keys of chat.postMessage from 7.4 on (%s)', async (version, status) => {
    const { rest, ops } = await startWorkspace({ version });
    expect((await rest.post('chat.postMessage', { roomId: ops.id, text: 'x', unknown: 1 })).status).toBe(status);
  });

  it('takes a body that is no JSON for an empty one', async () => {
    const { rest } = await startWorkspace({ version: '6.9' });
    const { status, body } = await rest.post('chat.update', '{');
    expect([status, body.error]).toEqual([400, 'No message found with the id of "undefined".']);
  });
});

describe('chat.postMessage', () => {
  it('posts into a room, a channel by name, and a direct room', async () => {
    const { server, rest, ops, ann, bot } = await startWorkspace({ clock: createManualClock() });
    const lobby = server.rooms.addRoom({ name: 'lobby', type: 'c', members: [ann] });
    const { body } = await rest.post('chat.postMessage', { roomId: ops.id, text: ' one ', alias: 'Chart' });
    expect(body).toMatchObject({
      success: true,
      ts: Date.UTC(2026, 10, 25, 12),
      channel: ops.id,
      message: {
        rid: ops.id,
        msg: 'one',
        alias: 'Chart',
        groupable: false,
        ts: '2026-11-25T12:00:00.000Z',
        u: { _id: bot.id },
      },
    });
    expect((await rest.post('chat.postMessage', { channel: '#lobby', text: 'two' })).body.channel).toBe('#lobby');
    expect(server.messages(lobby).map(({ t, msg }) => [t, msg])).toEqual([
      ['uj', 'glimpse'],
      [undefined, 'two'],
    ]);
    await rest.post('chat.postMessage', { channel: '@ann', text: 'three' });
    expect(server.messages(server.rooms.addDirect(ann, bot))).toMatchObject([{ msg: 'three' }]);
    const { status, body: refused } = await rest.post('chat.postMessage', { channel: '#nowhere', text: 'x' });
    expect([status, refused]).toEqual([
      400,
      { success: false, error: '[invalid-channel]', errorType: 'invalid-channel' },
    ]);
  });

  it('counts the length of texts and of attachments in UTF-16 units', async () => {
    const { rest, ops } = await startWorkspace();
    const post = (more: object) => rest.post('chat.postMessage', { roomId: ops.id, ...more });
    expect((await post({ text: '😀'.repeat(2500) })).status).toBe(200);
    const refused = { status: 400, body: { success: false, error: 'error-message-size-exceeded' } };
    expect(await post({ text: `${'😀'.repeat(2500)}x` })).toMatchObject(refused);
    expect((await post({ attachments: [{ text: 'x'.repeat(5001) }] })).body).toEqual(refused.body);
  });

  it.each([
    [{ fields: [{ title: 'CPU', value: '' }] }, 'Invalid attachment field, title and value is required'],
    [{ fields: [{ title: 'CPU', value: 0 }] }, 'Invalid attachment field, title and value is required'],
    [{ title_link: '/relative' }, 'Invalid href value provided'],
    [{ image_url: 'javascript:alert(1)' }, 'Invalid href value provided'],
    [{ color: 7 }, 'Match error: Expected string, got number in field color'],
    [{ collapsed: 'no' }, 'Match error: Expected boolean, got string in field collapsed'],
    [{ actions: [{ type: 'button', url: 'ftp://x' }] }, 'Invalid href value provided'],
  ])('refuses the attachment %j', async (attachment, error) => {
    const { rest, ops } = await startWorkspace();
    const { status, body } = await rest.post('chat.postMessage', { roomId: ops.id, attachments: [attachment] });
    expect([status, body]).toEqual([400, { success: false, error }]);
  });

  it('takes buttons, files of its own as pictures, and keys that it does not know', async () => {
    const { server, rest, ops } = await startWorkspace();
    const actions = [{ type: 'button', text: '6h', msg: 'cpu web01 6h', msg_in_chat_window: true }];
    const attachment = { actions, image_url: '/file-upload/x/chart.png', image_alt: 'CPU', unknown: 1, msg: ' text ' };
    const { body } = await rest.post('chat.postMessage', { roomId: ops.id, attachments: [attachment] });
    const { msg: _, ...kept } = attachment;
    expect(server.message((body.message as { _id: string })._id)?.attachments).toEqual([{ ...kept, text: 'text' }]);
  });

  it('lets nobody speak under another name without the right to', async () => {
    const { restOfAnn, ops } = await startWorkspace();
    const { status, body } = await restOfAnn.post('chat.postMessage', { roomId: ops.id, text: 'x', alias: 'Root' });
    expect([status, body]).toEqual([400, { success: false, error: 'Not enough permission' }]);
  });

  it.each(['all', 'here'])('refuses a whole message with @%s from one who may not', async (name) => {
    const { server, ops } = await startWorkspace();
    const plain = server.users.addUser({ username: 'plain', roles: ['bot'] });
    const rest = restAs(server.url, plain);
    const answer = await rest.post('chat.postMessage', { roomId: ops.id, text: `hello @${name}` });
    expect(answer).toMatchObject({
      status: 400,
      body: {
        errorType: 'error-action-not-allowed',
        error: 'Notify all in this room not allowed [error-action-not-allowed]',
      },
    });
    expect((await rest.post('chat.postMessage', { roomId: ops.id, text: `hello @\u200b${name}` })).status).toBe(200);
  });

  it.each([
    ['7.5', 400],
    ['8.8', 200],
  ])('seeks mentions in code as %s does', async (version, status) => {
    const { server, ops } = await startWorkspace({ version });
    const rest = restAs(server.url, server.users.addUser({ username: 'plain', roles: ['bot'] }));
    const text = '```\nlog line @all\n```';
    expect((await rest.post('chat.postMessage', { roomId: ops.id, text })).status).toBe(status);
  });

  it('has a word for every room that takes nothing', async () => {
    const { server, rest, bot, ann } = await startWorkspace();
    const rooms = {
      room_is_archived: server.rooms.addRoom({ name: 'old', type: 'p', members: [bot], archived: true }),
      "You can't send messages because the room is readonly.": server.rooms.addRoom({
        name: 'news',
        type: 'p',
        members: [bot],
        readOnly: true,
      }),
      'error-not-allowed': server.rooms.addRoom({ name: 'secret', type: 'p', members: [ann] }),
      You_have_been_muted: server.rooms.addRoom({ name: 'quiet', type: 'p', members: [bot] }),
    };
    server.rooms.mute(bot, 'quiet');
    for (const [error, { id }] of Object.entries(rooms)) {
      const { status, body } = await rest.post('chat.postMessage', { roomId: id, text: 'x' });
      expect([status, body]).toEqual([400, { success: false, error }]);
    }
  });
});

describe('chat.sendMessage', () => {
  it('keeps an id that is given and refuses it the second time, without a second message', async () => {
    const { server, rest, ops } = await startWorkspace();
    const message = { _id: 'givenbytheclient1', rid: ops.id, msg: 'once' };
    expect((await rest.post('chat.sendMessage', { message })).body).toMatchObject({ message: { _id: message._id } });
    const again = await rest.post('chat.sendMessage', { message });
    expect(again).toMatchObject({ status: 400, body: { success: false } });
    expect(again.body.errorType).toBeUndefined();
    expect(server.messages(ops)).toHaveLength(1);
    expect((await rest.get('chat.getMessage', { msgId: message._id })).body).toMatchObject({
      message: { msg: 'once' },
    });
    expect((await rest.get('chat.getMessage', { msgId: 'nowhere' })).body).toEqual({ success: false });
  });

  it('puts a reply into the thread of the root and the room of the parent', async () => {
    const { server, rest, ops, ann } = await startWorkspace();
    const other = server.rooms.addRoom({ name: 'other', type: 'c', members: [ann] });
    const root = server.say(ann, ops, 'root');
    const reply = server.say(ann, ops, 'reply', { tmid: root._id });
    const { body } = await rest.post('chat.sendMessage', { message: { rid: other.id, tmid: reply._id, msg: 'deep' } });
    expect(body).toMatchObject({ message: { rid: ops.id, tmid: root._id } });
    expect(server.message(root._id)).toMatchObject({ tcount: 2 });
    const thread = await rest.get('chat.getThreadMessages', { tmid: root._id });
    expect(thread.body).toMatchObject({ messages: [{ msg: 'reply' }, { msg: 'deep' }], count: 2, total: 2 });
  });

  it('refuses emptiness, lengths, clocks that are off, and system types', async () => {
    const { rest, ops } = await startWorkspace();
    const typeOf = async (message: object) => {
      const { status, body } = await rest.post('chat.sendMessage', { message: { rid: ops.id, ...message } });
      return [status, body.errorType ?? body.error];
    };
    expect(await typeOf({})).toEqual([400, 'error-invalid-message']);
    expect(await typeOf({ msg: 'x'.repeat(5001) })).toEqual([400, 'error-message-size-exceeded']);
    expect(await typeOf({ msg: 'x', ts: '2001-01-01T00:00:00Z' })).toEqual([400, 'error-message-ts-out-of-sync']);
    expect(await typeOf({ msg: 'x', t: 'uj' })).toEqual([400, "Cannot send system messages using 'chat.sendMessage'"]);
    expect(await typeOf({ msg: 'x', customFields: { key: 1 } })).toEqual([400, 'Custom fields not enabled']);
    expect(await typeOf({ rid: 'nowhere', msg: 'x' })).toEqual([400, 'error-invalid-room']);
    expect(await typeOf({ msg: 'nul\0byte' })).toEqual([200, undefined]);
  });
});

describe('changing what was said', () => {
  it('edits own messages, and does nothing for the same text', async () => {
    const clock = createManualClock();
    const { server, rest, ops, bot, ann } = await startWorkspace({ clock });
    const { _id } = server.say(bot, ops, 'before');
    await clock.advance(1_000);
    const edit = (msgId: string, text: string) => rest.post('chat.update', { roomId: ops.id, msgId, text });
    const same = (await edit(_id, 'before')).body.message as Record<string, unknown>;
    expect([same.msg, same.editedAt]).toEqual(['before', undefined]);
    expect((await edit(_id, 'after')).body).toMatchObject({
      message: { msg: 'after', editedAt: '2026-11-25T12:00:01.000Z', editedBy: { username: 'glimpse' } },
    });
    const foreign = server.say(ann, ops, 'hers');
    expect((await edit(foreign._id, 'x')).body.errorType).toBe('error-action-not-allowed');
    expect((await edit('nowhere', 'x')).body.error).toBe('No message found with the id of "nowhere".');
    const wrongRoom = await rest.post('chat.update', { roomId: 'elsewhere', msgId: _id, text: 'x' });
    expect(wrongRoom.body.error).toBe('The room id provided does not match where the message is from.');
  });

  it('ends the time to edit where the server has one, but not for bots', async () => {
    const clock = createManualClock();
    const settings = { Message_AllowEditing_BlockEditInMinutes: 5 };
    const { server, rest, restOfAnn, ops, bot, ann } = await startWorkspace({ clock, settings });
    const mine = server.say(bot, ops, 'x');
    const hers = server.say(ann, ops, 'x');
    await clock.advance(300_000);
    const body = { roomId: ops.id, text: 'y' };
    expect((await restOfAnn.post('chat.update', { ...body, msgId: hers._id })).body.errorType).toBe(
      'error-message-editing-blocked',
    );
    expect((await rest.post('chat.update', { ...body, msgId: mine._id })).status).toBe(200);
  });

  it('edits the description of a picture in place of the text', async () => {
    const { server, rest, ops, bot } = await startWorkspace();
    const { _id } = server.say(bot, ops, 'words', { attachments: [{ description: 'old' }] });
    await rest.post('chat.update', { roomId: ops.id, msgId: _id, text: 'new' });
    expect(server.message(_id)).toMatchObject({ msg: 'words', attachments: [{ description: 'new' }] });
  });

  it('sets, toggles and takes back reactions, by names only', async () => {
    const { server, rest, ops, ann } = await startWorkspace();
    const { _id: messageId } = server.say(ann, ops, 'x');
    const react = (more: object) => rest.post('chat.react', { messageId, ...more });
    const shown = () => server.message(messageId)?.reactions;
    await react({ emoji: ':eyes:', shouldReact: true });
    await react({ emoji: 'eyes', shouldReact: true });
    expect(shown()).toEqual({ ':eyes:': { usernames: ['glimpse'] } });
    await react({ emoji: ':eyes:' });
    expect(shown()).toBeUndefined();
    expect((await react({ emoji: '👀' })).body).toMatchObject({ errorType: 'error-not-allowed' });
    const unknown = await rest.post('chat.react', { messageId: 'nowhere', emoji: ':eyes:' });
    expect(unknown.body.errorType).toBe('error-message-not-found');
  });

  it('deletes what one may delete', async () => {
    const { server, rest, ops, bot, ann } = await startWorkspace({ clock: createManualClock() });
    const own = server.say(bot, ops, 'x');
    const hers = server.say(ann, ops, 'x');
    const { body } = await rest.post('chat.delete', { roomId: ops.id, msgId: own._id });
    expect(body).toMatchObject({ _id: own._id, ts: `${Date.UTC(2026, 10, 25, 12)}`, message: { rid: ops.id } });
    expect(server.message(own._id)).toBeUndefined();
    const refused = await rest.post('chat.delete', { roomId: ops.id, msgId: hers._id });
    expect(refused.body.errorType).toBe('error-action-not-allowed');
    const gone = await rest.get('chat.getDeletedMessages', { roomId: ops.id, since: '2026-11-25T11:00:00.000Z' });
    expect(gone.body).toMatchObject({ messages: [{ _id: own._id }], total: 1 });
  });
});

describe('catching up', () => {
  /** Four messages a minute apart, the first edited after the last; minutes count from `startMs`. */
  async function startTalk() {
    const clock = createManualClock();
    const workspace = await startWorkspace({ clock });
    const { server, ops, ann } = workspace;
    const startMs = clock.now();
    const said = [];
    for (const text of ['zero', 'one', 'two', 'three']) {
      said.push(server.say(ann, ops, text));
      await clock.advance(60_000);
    }
    const [zero, , two] = said as [(typeof said)[0], unknown, (typeof said)[0]];
    server.edit(ann, zero, 'zero, edited');
    server.remove(ann, two);
    const at = (minute: number) => new Date(startMs + minute * 60_000).toISOString();
    const sync = (query: Record<string, string>) =>
      workspace.rest.get('chat.syncMessages', { roomId: ops.id, ...query });
    return { ...workspace, startMs, at, sync };
  }

  const textsOf = (messages: unknown) => (messages as { msg: string }[]).map(({ msg }) => msg);

  it('gives all that changed since a time, the newest first, edits of old ones and deletions too', async () => {
    const { sync, at } = await startTalk();
    const { result } = (await sync({ lastUpdate: at(1) })).body as { result: Record<string, unknown> };
    expect(textsOf(result.updated)).toEqual(['three', 'zero, edited']);
    expect(result.deleted).toMatchObject([{ _deletedAt: at(4) }]);
  });

  it('gives pages by cursor, the oldest change first', async () => {
    const { sync, startMs } = await startTalk();
    const first = (await sync({ type: 'UPDATED', next: `${startMs + 1}`, count: '1' })).body.result as Record<
      string,
      unknown
    >;
    expect(textsOf(first.updated)).toEqual(['one']);
    expect(first.cursor).toEqual({ next: `${startMs + 60_000}`, previous: `${startMs + 60_000}` });
    const { next } = first.cursor as { next: string };
    const rest = (await sync({ type: 'UPDATED', next, count: '5' })).body.result as Record<string, unknown>;
    expect(textsOf(rest.updated)).toEqual(['three', 'zero, edited']);
    expect(rest.cursor).toMatchObject({ next: null });
    const gone = (await sync({ type: 'DELETED', next: '1' })).body.result as Record<string, unknown>;
    expect([gone.updated, gone.deleted]).toMatchObject([[], [{ _id: expect.any(String) }]]);
    expect((await sync({ type: 'UPDATED' })).body.result).toEqual({ updated: [], deleted: [] });
  });

  it.each([
    [{}, 'error-param-required'],
    [{ lastUpdate: 'yesterday' }, 'error-lastUpdate-param-invalid'],
    [{ type: 'UPDATED', next: '1', previous: '2' }, 'error-cursor-conflict'],
    [{ type: 'UPDATED', next: '1', lastUpdate: '2026-01-01T00:00:00Z' }, 'error-cursor-and-lastUpdate-conflict'],
    [{ next: '1', lastUpdate: '2026-01-01T00:00:00Z' }, 'error-type-param-required'],
  ])('refuses %j as %s', async (query, errorType) => {
    const { sync } = await startTalk();
    expect(await sync(query as Record<string, string>)).toMatchObject({ status: 400, body: { errorType } });
  });

  it('gives the history of each kind of room by its own endpoint, without replies unless asked', async () => {
    const { server, rest, ops, bot, ann, at } = await startTalk();
    const den = server.rooms.addRoom({ name: 'den', type: 'p', members: [bot, ann] });
    const root = server.say(ann, den, 'root');
    server.say(ann, den, 'reply', { tmid: root._id });
    const history = async (kind: string, query: Record<string, string>) =>
      textsOf((await rest.get(`${kind}.history`, query)).body.messages);
    expect(await history('channels', { roomId: ops.id })).toEqual(['three', 'one', 'zero, edited']);
    expect(await history('channels', { roomId: ops.id, oldest: at(1) })).toEqual(['three']);
    expect(await history('channels', { roomId: ops.id, oldest: at(1), inclusive: 'true' })).toEqual(['three', 'one']);
    expect(await history('channels', { roomId: ops.id, latest: at(3), count: '1' })).toEqual(['one']);
    expect(await history('groups', { roomId: den.id })).toEqual(['root']);
    expect(await history('groups', { roomId: den.id, showThreadMessages: 'true' })).toEqual(['reply', 'root']);
    expect((await rest.get('channels.history', { roomId: den.id })).body.errorType).toBe('error-room-not-found');
    expect((await rest.get('channels.history', { roomId: ops.id, inclusive: '1' })).status).toBe(400);
  });

  it('says which rooms moved since a time', async () => {
    const { rest, server, bot, ops, ann, at } = await startTalk();
    server.rooms.addRoom({ name: 'quiet', type: 'p', members: [bot, ann] });
    const namesOf = (body: unknown) => (body as { update: { name: string }[] }).update.map(({ name }) => name);
    expect(namesOf((await rest.get('subscriptions.get')).body)).toEqual(['ops', 'quiet']);
    expect(namesOf((await rest.get('subscriptions.get', { updatedSince: at(9) })).body)).toEqual([]);
    const { body } = await rest.get('rooms.get', { updatedSince: at(2) });
    expect(body).toMatchObject({ update: [{ _id: ops.id, lm: at(3), lastMessage: { msg: 'three' } }, {}], remove: [] });
    expect((await rest.get('rooms.get', { updatedSince: 'x' })).body.errorType).toBe(
      'error-updatedSince-param-invalid',
    );
  });
});

describe('looking things up', () => {
  it('knows rooms by id and by name, and has a word for each that it does not show', async () => {
    const { server, rest, ops, ann } = await startWorkspace();
    expect((await rest.get('rooms.info', { roomName: 'ops' })).body).toMatchObject({ room: { _id: ops.id, t: 'c' } });
    expect((await rest.get('channels.info', { roomId: ops.id })).body).toMatchObject({ channel: { name: 'ops' } });
    expect((await rest.get('rooms.info', { roomName: 'nowhere' })).body.errorType).toBe('error-room-not-found');
    const secret = server.rooms.addRoom({ name: 'secret', type: 'p', members: [ann] });
    expect((await rest.get('rooms.info', { roomId: secret.id })).body).toMatchObject({ error: 'not-allowed' });
    server.rooms.archive(ops);
    expect((await rest.get('rooms.info', { roomId: ops.id })).body.errorType).toBe('error-room-archived');
    expect((await rest.get('rooms.nameExists', { roomName: 'secret' })).body.exists).toBe(true);
  });

  it('knows people, tells bots by their type, and shows roles only to those who may see them', async () => {
    const { server, rest, restOfAnn, bot, ann } = await startWorkspace();
    const boss = server.users.addUser({ username: 'boss', roles: ['admin'] });
    const seen = async (by: typeof rest, query: Record<string, string>) =>
      (await by.get('users.info', query)).body.user;
    expect(await seen(rest, { username: 'ann' })).toEqual({
      _id: ann.id,
      username: 'ann',
      name: 'Ann',
      type: 'user',
      active: true,
      status: 'offline',
      utcOffset: 1,
    });
    expect(await seen(restOfAnn, { userId: bot.id })).not.toHaveProperty('roles');
    expect(await seen(restAs(server.url, boss), { userId: bot.id })).toMatchObject({
      type: 'bot',
      roles: ['bot', 'user'],
    });
    expect((await rest.get('users.info', { username: 'nobody' })).body).toEqual({
      success: false,
      error: 'User not found.',
    });
  });

  it('shows a setting by its name, but not on the first page of all', async () => {
    const { server } = await startWorkspace({ settings: { Message_MaxAllowedSize: 1234 } });
    const rest = restAs(server.url);
    const { body } = await rest.get('settings.public', { _id: 'Message_MaxAllowedSize' });
    expect(body).toMatchObject({ settings: [{ _id: 'Message_MaxAllowedSize', value: 1234 }], count: 1, total: 1 });
    const page = (await rest.get('settings.public')).body as unknown as { settings: { _id: string }[]; total: number };
    expect(page.settings).toHaveLength(50);
    expect(page.settings.some(({ _id }) => _id === 'Message_MaxAllowedSize')).toBe(false);
    expect(page.total).toBeGreaterThan(50);
  });

  it('opens the same direct room twice, joins public rooms, and lists who may do what', async () => {
    const { server, rest, ann } = await startWorkspace();
    const rid = async () => ((await rest.post('im.create', { username: 'ann' })).body.room as { rid: string }).rid;
    expect(await rid()).toBe(await rid());
    expect((await rest.post('im.create', { username: 'nobody' })).body.errorType).toBe('error-invalid-user');
    const lobby = server.rooms.addRoom({ name: 'lobby', type: 'c', members: [ann] });
    await rest.post('rooms.join', { roomId: lobby.id });
    expect((await rest.get('rooms.isMember', { roomId: lobby.id, username: 'glimpse' })).body.isMember).toBe(true);
    const { update } = (await rest.get('permissions.listAll')).body as unknown as { update: { _id: string }[] };
    expect(update).toContainEqual(expect.objectContaining({ _id: 'api-bypass-rate-limit', roles: ['bot', 'admin'] }));
  });

  it('runs methods over REST, with their errors inside a success', async () => {
    const { rest, ops } = await startWorkspace();
    const run = async (method: string, params: unknown[]) => {
      const message = JSON.stringify({ msg: 'method', id: '1', method, params });
      const { body } = await rest.post(`method.call/${method}`, { message });
      return JSON.parse(String(body.message)) as Record<string, unknown>;
    };
    expect(await run('getRoomIdByNameOrId', ['ops'])).toEqual({ msg: 'result', id: '1', result: ops.id });
    expect(await run('nonsense', [])).toMatchObject({ msg: 'result', id: '1', error: { error: 404 } });
  });
});

describe('incoming webhooks', () => {
  it('post as an integration under their alias, JSON or form', async () => {
    const { server, ops } = await startWorkspace();
    const { id, path } = server.addIntegration({ room: ops, alias: 'Alertmanager' });
    const stranger = restAs(server.url);
    const attachments = [{ title: 'HighCpu', color: 'danger' }];
    expect((await stranger.post(path, { text: 'one', attachments })).body).toEqual({ success: true });
    const payload = new URLSearchParams({ payload: JSON.stringify({ text: 'two', username: 'Grafana' }) });
    await stranger.raw(path, { method: 'POST', body: payload });
    expect(server.messages(ops)).toMatchObject([
      { msg: 'one', alias: 'Alertmanager', bot: { i: id }, attachments },
      { msg: 'two', alias: 'Grafana', bot: { i: id } },
    ]);
    expect((await stranger.post(path, { text: 'x', channel: '#other' })).body.error).toBe(
      'overriding destination channel is disabled for this integration',
    );
    expect((await stranger.post(`${path}x`, { text: 'x' })).status).toBe(404);
  });

  it('are limited to ten a minute each, whoever calls', async () => {
    const clock = createManualClock();
    const { server, ops } = await startWorkspace({ clock });
    const hooks = ['one', 'other'].map((alias) => server.addIntegration({ room: ops, alias }).path) as [string, string];
    const stranger = restAs(server.url);
    for (let count = 0; count < 10; count += 1) expect((await stranger.post(hooks[0], { text: 'x' })).status).toBe(200);
    expect((await stranger.post(hooks[0], { text: 'x' })).status).toBe(429);
    expect((await stranger.post(hooks[1], { text: 'x' })).status).toBe(200);
    await clock.advance(60_001);
    expect((await stranger.post(hooks[0], { text: 'x' })).status).toBe(200);
  });
});
