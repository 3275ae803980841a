import { afterEach, describe, expect, it } from 'vitest';
import { openRealtime, restAs } from '../../doubles/rocketchat/plain-client.ts';
import { startRocketChat } from '../../doubles/rocketchat/simulator.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

type Answer = { message: { _id: string; [field: string]: unknown }; file: { _id: string } };

/** Uploads a picture in the way that the version has. */
async function upload(rest: ReturnType<typeof restAs>, version: string, rid: string, tmid: string) {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(10)], { type: 'image/png' }), 'chart.png');
  if (version === '6.9') {
    form.append('tmid', tmid);
    form.append('msg', 'the chart');
    return (await rest.form(`rooms.upload/${rid}`, form)).body as unknown as Answer;
  }
  const { file } = (await rest.form(`rooms.media/${rid}`, form)).body as unknown as Answer;
  const path = `rooms.mediaConfirm/${rid}/${file._id}`;
  return (await rest.post(path, { tmid, msg: 'the chart' })).body as unknown as Answer;
}

const servers = ['6.9', '6.13', '7.5', '8.3', '8.8'].flatMap((version) =>
  (['monolith', 'streamer'] as const).map((flavour) => ({ version, flavour })),
);

describe.each(servers)('a server of $version as $flavour', ({ version, flavour }) => {
  it('carries a question and its answer: heard, receipted, typed at, answered, drawn, edited', async () => {
    const server = await startRocketChat({ version, flavour });
    open.push(server);
    const bot = server.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
    const ann = server.users.addUser({ username: 'ann' });
    const ops = server.rooms.addRoom({ name: 'ops', type: 'c', members: [bot, ann] });
    const rest = restAs(server.url, bot);
    const login = await restAs(server.url).post('login', { username: 'glimpse', password: bot.password });
    const { authToken } = login.body.data as { authToken: string };
    const socket = await openRealtime(server.url);
    open.push(socket);
    await socket.login(authToken);
    await socket.subscribe('s1', 'stream-room-messages', '__my_messages__', { useCollection: false, args: [] });

    const asked = server.say(ann, ops, '@glimpse cpu web01');
    const frame = await socket.next(({ msg }) => msg === 'changed');
    const [heard] = (frame.fields as { args: { _id: string; mentions: { _id: string }[] }[] }).args;
    expect(heard).toMatchObject({ _id: asked._id, mentions: [{ _id: bot.id }] });

    await rest.post('chat.react', { messageId: asked._id, emoji: ':eyes:', shouldReact: true });
    await socket.call('stream-notify-room', `${ops.id}/user-activity`, 'glimpse', ['user-typing'], {});
    const words = { rid: ops.id, tmid: asked._id, _id: 'answerofthebot123', msg: 'drawing …' };
    const answer = (await rest.post('chat.sendMessage', { message: words })).body as unknown as Answer;
    const chart = await upload(rest, version, ops.id, asked._id);
    await rest.post('chat.update', { roomId: ops.id, msgId: answer.message._id, text: '42 % busy' });
    await socket.settle();

    expect(server.messages(ops)).toMatchObject([
      { _id: asked._id, tcount: 2, reactions: { ':eyes:': { usernames: ['glimpse'] } } },
      { _id: 'answerofthebot123', tmid: asked._id, msg: '42 % busy', editedBy: { username: 'glimpse' } },
      { _id: chart.message._id, tmid: asked._id, msg: 'the chart', attachments: [{ title: 'chart.png' }] },
    ]);
    expect(server.activities).toEqual([{ rid: ops.id, args: ['glimpse', ['user-typing'], {}] }]);
    const ids = socket.events('stream-room-messages').map(([message]) => (message as { _id: string })._id);
    expect(ids).toEqual([
      asked._id, // said
      asked._id, // the reaction
      'answerofthebot123',
      asked._id, // a reply more
      chart.message._id,
      asked._id, // and another
      'answerofthebot123', // the edit
    ]);
    expect(server.requests.filter(({ status }) => status !== 200)).toEqual([]);
  });
});
