/** Who is called for alerts in a Rocket.Chat that cuts its answers: timelines against the simulated server. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openTimelines } from './alert-timeline.ts';
import { makeBot, startServer } from './rocketchat-harness.ts';

// stores that open on machines that have much else to do
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let timelines: Awaited<ReturnType<typeof openTimelines>>;
beforeAll(async () => {
  timelines = await openTimelines();
});
afterAll(() => timelines.close());

const YAML = `
routes: [{ chat: team, room: ops }]
owners: { people: [{ match: { host: web* }, mention: ana }, { match: { host: db* }, mention: bob }] }
`;

async function start() {
  const { server, bot, ops } = await startServer();
  server.users.addUser({ username: 'bob', name: 'Bob' });
  const timeline = await timelines.start(YAML, { team: makeBot(server.url, bot) });
  const texts = () => server.messages(ops).flatMap(({ msg }) => (msg ? [msg] : []));
  const tell = (host: string, fields: object = {}) =>
    timeline.hear('generic', {
      id: host,
      title: `${host} is down`,
      groupKey: 'Down',
      severity: 'critical',
      labels: { alertname: 'Down', host },
      ...fields,
    });
  return {
    ...timeline,
    texts,
    fire: (host: string) => tell(host),
    end: (host: string) => tell(host, { status: 'ok' }),
    /** The answers to the next request, and to its second try, are lost on their way; what it asked for is done. */
    cut: (path: 'chat.sendMessage' | 'chat.update') => {
      // whoever edits again looks first, and finds it done
      if (path === 'chat.update') return server.truncateNext(path, 'json');
      for (let tries = 0; tries < 2; tries += 1) server.truncateNext(path, 'reset');
    },
    calls: (name: string) => texts().filter((text) => text.includes(`@${name}`)),
  };
}

const AWAY = 6_000;

it('calls once for each time that it fires, though nobody heard that the post, and that its end, arrived', async () => {
  const { fire, end, pass, cut, texts, calls } = await start();
  cut('chat.sendMessage');
  await fire('web01');
  expect(calls('ana').length).toBe(1);
  cut('chat.update');
  await end('web01');
  await pass(AWAY);
  expect(texts()).toEqual([expect.stringMatching(/RESOLVED[\s\S]*\n@ana$/u)]);
  await fire('web01');
  await pass(AWAY);
  expect(texts()).toEqual([
    expect.stringMatching(/^🔴 \*CRITICAL\*[\s\S]*\n@ana$/u),
    expect.stringMatching(/fires again[\s\S]*\n@ana$/u),
  ]);
});

it('calls again for what fires again when nobody heard that the edit of its end arrived', async () => {
  const { fire, end, pass, cut, texts, calls } = await start();
  await fire('web01');
  cut('chat.update');
  await end('web01');
  expect(texts()).toEqual([expect.stringContaining('RESOLVED')]);
  await fire('web01');
  await pass(AWAY);
  expect(texts()).toEqual([expect.stringContaining('CRITICAL'), expect.stringContaining('fires again')]);
  expect(calls('ana').length).toBe(2);
});

it('calls for the next time too, when nobody heard that the line of this one arrived before it was over', async () => {
  const { fire, end, pass, cut, texts } = await start();
  await fire('web01');
  await end('web01');
  await pass(AWAY);
  cut('chat.sendMessage');
  await fire('web01');
  await end('web01');
  await pass(AWAY);
  await fire('web01');
  await pass(AWAY);
  expect(texts().slice(1)).toEqual([
    expect.stringMatching(/the 2nd time[\s\S]*\n@ana$/u),
    expect.stringMatching(/the 3rd time[\s\S]*\n@ana$/u),
  ]);
});

it('leaves in the post who was called in it, though it is over before anybody knows that it is there', async () => {
  const { fire, end, pass, cut, texts, calls } = await start();
  cut('chat.sendMessage');
  await fire('web01');
  await end('web01');
  await fire('db01');
  await pass(AWAY);
  // an edit would not have called Bob
  expect(texts()).toEqual([
    expect.stringMatching(/db01[\s\S]*\n@ana$/u),
    expect.stringMatching(/db01 · firing since[\s\S]*\n@bob$/u),
  ]);
  await fire('web01');
  await pass(AWAY);
  expect([calls('ana').length, calls('bob').length]).toEqual([1, 1]);
});
