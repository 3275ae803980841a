import { afterEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../doubles/rocketchat/manual-clock.ts';
import { restAs } from '../../doubles/rocketchat/plain-client.ts';
import { type RocketChatOptions, startRocketChat } from '../../doubles/rocketchat/simulator.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function startWorkspace(options: RocketChatOptions = {}) {
  const server = await startRocketChat(options);
  open.push(server);
  const bot = server.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  const ann = server.users.addUser({ username: 'ann' });
  const ops = server.rooms.addRoom({ name: 'ops', type: 'c', members: [bot, ann] });
  return { server, bot, ann, ops, rest: restAs(server.url, bot), restOfAnn: restAs(server.url, ann) };
}

/** The beginning of a PNG of 1800 by 800: signature and header, which is all that the server looks at. */
const PNG = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
  Buffer.from('IHDR'),
  Buffer.from([0, 0, 0x07, 0x08, 0, 0, 0x03, 0x20, 8, 6, 0, 0, 0, 13, 10, 45, 45]),
]);

function form(
  { field = 'file', type = 'image/png', data = PNG as Uint8Array<ArrayBuffer>, ...texts } = {},
  files = 1,
): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(texts as Record<string, string>)) made.append(name, value);
  for (let count = 0; count < files; count += 1) made.append(field, new Blob([data], { type }), 'cpu web01.png');
  return made;
}

type Body = { file: { _id: string; url: string }; message: Record<string, unknown> };

describe('rooms.media and rooms.mediaConfirm', () => {
  it.each(['6.13', '7.5', '8.3', '8.8'])(
    'take a picture in two steps and post it at the second (%s)',
    async (version) => {
      const { server, rest, ops } = await startWorkspace({ version });
      const taken = (await rest.form(`rooms.media/${ops.id}`, form())).body as unknown as Body;
      expect(taken).toEqual({
        file: { _id: taken.file._id, url: `/file-upload/${taken.file._id}/cpu%20web01.png` },
        success: true,
      });
      expect(server.messages(ops)).toEqual([]);
      const path = `rooms.mediaConfirm/${ops.id}/${taken.file._id}`;
      const { message } = (await rest.post(path, { msg: 'cpu of web01', description: 'busy' })).body as unknown as Body;
      const [attachment] = message.attachments as Record<string, unknown>[];
      expect(message).toMatchObject({
        rid: ops.id,
        msg: 'cpu of web01',
        groupable: false,
        file: { _id: taken.file._id },
      });
      expect(attachment).toMatchObject({
        title: 'cpu web01.png',
        type: 'file',
        description: 'busy',
        title_link: taken.file.url,
        title_link_download: true,
        image_type: 'image/png',
        image_size: PNG.length,
        image_dimensions: { width: 480, height: 213 },
        fileId: taken.file._id,
      });
      expect(attachment?.image_url).not.toBe(taken.file.url);
      expect(message.files).toHaveLength(2);
      expect(server.files.get(taken.file._id)?.data).toEqual(PNG);
      expect(server.messages(ops)).toHaveLength(1);
    },
  );

  it('answers a thread, and takes a name, an emoji and fields in JSON', async () => {
    const { server, rest, ops, ann } = await startWorkspace({ settings: { Message_CustomFields_Enabled: true } });
    const root = server.say(ann, ops, 'cpu web01');
    const { file } = (await rest.form(`rooms.media/${ops.id}`, form())).body as unknown as Body;
    const beside = { tmid: root._id, emoji: ':chart:', customFields: '{"a":1}', fileName: 'other.png' };
    const { message } = (await rest.post(`rooms.mediaConfirm/${ops.id}/${file._id}`, beside)).body as unknown as Body;
    expect(message).toMatchObject({
      tmid: root._id,
      emoji: ':chart:',
      customFields: { a: 1 },
      file: { name: 'other.png' },
    });
  });

  it('refuse what they do not know, and files that are not the caller’s, not the room’s or too old', async () => {
    const clock = createManualClock();
    const { server, rest, restOfAnn, ops, ann, bot } = await startWorkspace({ clock });
    const other = server.rooms.addRoom({ name: 'other', type: 'c', members: [ann, bot] });
    const { file } = (await rest.form(`rooms.media/${ops.id}`, form())).body as unknown as Body;
    const confirm = async (by: typeof rest, room: { id: string }, id: string, body: object = {}) =>
      (await by.post(`rooms.mediaConfirm/${room.id}/${id}`, body)).body;
    const invalid = { success: false, error: '[invalid-file]', errorType: 'invalid-file' };
    expect(await confirm(rest, ops, 'nowhere')).toEqual(invalid);
    expect(await confirm(restOfAnn, ops, file._id)).toEqual(invalid);
    expect(await confirm(rest, other, file._id)).toEqual(invalid);
    expect((await confirm(rest, ops, file._id, { attachments: [] })).error).toBe(
      'Match error: Unknown key in field attachments',
    );
    expect((await confirm(rest, ops, file._id, { groupable: 'no' })).error).toBe(
      'Match error: Expected boolean, got string in field groupable',
    );
    expect((await confirm(rest, ops, file._id, { description: 'x'.repeat(5001) })).errorType).toBe(
      'error-message-size-exceeded',
    );
    await clock.advance(24 * 3_600_000);
    expect(await confirm(rest, ops, file._id)).toEqual(invalid);
    expect(server.messages(ops)).toEqual([]);
  });

  it('do not exist in 6.9', async () => {
    const { rest, ops } = await startWorkspace({ version: '6.9' });
    expect((await rest.form(`rooms.media/${ops.id}`, form())).status).toBe(405);
  });

  it('are for those who may see the room', async () => {
    const { server, rest, ann } = await startWorkspace();
    const secret = server.rooms.addRoom({ name: 'secret', type: 'p', members: [ann] });
    const { status, body } = await rest.form(`rooms.media/${secret.id}`, form());
    expect([status, body]).toEqual([403, { success: false, error: 'unauthorized' }]);
  });
});

describe('rooms.upload', () => {
  it.each(['6.9', '6.13', '7.5'])('takes and posts a picture in one step (%s)', async (version) => {
    const { server, rest, ops } = await startWorkspace({ version });
    const texts = { msg: 'cpu of web01', description: 'busy' };
    const { message } = (await rest.form(`rooms.upload/${ops.id}`, form(texts as never))).body as unknown as Body;
    expect(message).toMatchObject({
      msg: 'cpu of web01',
      attachments: [{ description: 'busy', image_type: 'image/png' }],
    });
    expect(server.messages(ops)).toHaveLength(1);
  });

  it('has no booleans: a form has texts only', async () => {
    const { rest, ops } = await startWorkspace({ version: '7.5' });
    const { body } = await rest.form(`rooms.upload/${ops.id}`, form({ groupable: 'true' } as never));
    expect(body.error).toBe('Match error: Expected boolean, got string in field groupable');
  });

  it.each(['8.0', '8.8'])('is gone in %s', async (version) => {
    const { rest, ops } = await startWorkspace({ version });
    expect((await rest.form(`rooms.upload/${ops.id}`, form())).status).toBe(404);
  });
});

describe.each([
  ['rooms.upload', '6.9'],
  ['rooms.media', '8.8'],
])('the form of %s (%s)', (path, version) => {
  it.each([
    ['another field name', form({ field: 'files' }), 'invalid-field'],
    ['no file', form({ msg: 'x' } as never, 0), 'error-no-file'],
    ['two files', form({}, 2), 'error-too-many-files'],
    ['an SVG', form({ type: 'image/svg+xml' }), 'error-invalid-file-type'],
    ['too much', form({ data: new Uint8Array(1_001) }), 'error-file-too-large'],
  ])('with %s is refused', async (_, body, errorType) => {
    const { server, rest, ops } = await startWorkspace({ version, settings: { FileUpload_MaxFileSize: 1_000 } });
    expect(await rest.form(`${path}/${ops.id}`, body)).toMatchObject({
      status: 400,
      body: { success: false, errorType },
    });
    expect(server.files.size).toBe(0);
  });

  it('of exactly the greatest size is taken', async () => {
    const { rest, ops } = await startWorkspace({ version, settings: { FileUpload_MaxFileSize: 1_000 } });
    expect((await rest.form(`${path}/${ops.id}`, form({ data: new Uint8Array(1_000) }))).status).toBe(200);
  });

  it.each([
    ['no boundary', 'multipart/form-data', '--x\r\n'],
    [
      'no end',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
    ],
    [
      'bare newlines',
      'multipart/form-data; boundary=x',
      '--x\nContent-Disposition: form-data; name="file"\n\nabc\n--x--',
    ],
    [
      'a longer boundary than said',
      'multipart/form-data; boundary=x',
      '--xabContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc\r\n--x--\r\n',
    ],
    ['no name', 'multipart/form-data; boundary=x', '--x\r\nContent-Type: text/plain\r\n\r\nabc\r\n--x--\r\n'],
    ['another type', 'application/json', '{}'],
  ])('with %s is refused as malformed', async (_, type, body) => {
    const { rest, ops } = await startWorkspace({ version });
    const init = { method: 'POST', headers: { 'Content-Type': type }, body };
    const answer = await rest.raw(`${path}/${ops.id}`, init);
    expect(answer).toMatchObject({ status: 400, body: { errorType: 'error-upload-failed' } });
  });
});

describe('files', () => {
  it('go to those who are logged in, by headers, query or cookie, and to nobody else', async () => {
    const { server, rest, restOfAnn, ops, ann } = await startWorkspace();
    const { file } = (await rest.form(`rooms.media/${ops.id}`, form())).body as unknown as Body;
    const stranger = restAs(server.url);
    expect((await restOfAnn.get(file.url)).text).toBe(PNG.toString('utf8'));
    expect((await stranger.get(file.url)).status).toBe(403);
    expect((await stranger.get(file.url, { rc_uid: ann.id, rc_token: ann.token })).status).toBe(200);
    const cookie = `rc_uid=${ann.id}; rc_token=${ann.token}`;
    const { status, headers } = await stranger.raw(file.url, { headers: { cookie } });
    expect([status, headers.get('content-type')]).toEqual([200, 'image/png']);
    expect((await rest.get('/file-upload/nowhere/x.png')).status).toBe(404);
  });

  it('that were never confirmed are gone after a day', async () => {
    const clock = createManualClock();
    const { rest, ops } = await startWorkspace({ clock });
    const { file } = (await rest.form(`rooms.media/${ops.id}`, form())).body as unknown as Body;
    await clock.advance(24 * 3_600_000);
    expect((await rest.get(file.url)).status).toBe(404);
  });
});
