/** Alerts that other integrations post in a room, as timelines: their context follows below that post, once, and ends with it. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { grafanaPost } from '../contract/sighted/posts.ts';
import { minutesAgo, openScene, type Started, stopAll } from './alert-scene.ts';

// bots that start, and jobs that are found by polling, on machines that have much else to do
vi.setConfig({ testTimeout: 90_000 });

const started: Started = [];
afterAll(() => stopAll(started));

async function setScene(setting: { readonly yaml?: string; readonly startIso?: string } = {}) {
  const chatKeys = ', rooms: { quiet: { enrichAlerts: false } }';
  const routes = '[{ match: { team: shop }, chat: team, room: shop }, { chat: team, room: ops }]';
  const scene = await openScene({ ...setting, chatKeys, routes }, started);
  const { chat, soon } = scene;
  const robot = chat.users.addUser({ username: 'robot', roles: ['bot', 'user'] });
  const isConnected = () =>
    vi.waitFor(() => expect(chat.connections.some(({ isOpen }) => isOpen)).toBe(true), { timeout: 20_000 });
  await isConnected();
  /** A room of its own for a test: only the first alerts of a minute have all of their context. */
  const inRoom = (name: string) => {
    const room = chat.rooms.addRoom({ name, type: 'c', members: ['glimpse', 'ana', robot] });
    const said = () => chat.messages(room).filter(({ u, bot: mark }) => u.username === 'glimpse' && !mark);
    const below = (id: string) => said().filter(({ tmid }) => tmid === id);
    const integration = (alias: string, content: { text?: string; attachments?: readonly Record<string, unknown>[] }) =>
      chat.integrationMessage({ room, alias, ...content });
    /** What was posted before this was read before this has its context. */
    const last = async () => {
      const marker = integration('Uptime Kuma', { text: `[Marker ${Math.random()}] [🔴 Down] the last` });
      await soon(() => below(marker._id).length).toBeGreaterThan(0);
    };
    return { room, said, posts: () => said().filter(({ tmid }) => tmid === undefined), below, integration, last };
  };
  const start = async () => {
    await scene.start();
    await isConnected();
  };
  return { ...scene, start, inRoom, robot };
}

const LABELS = { alertname: 'HighErrorRate', service: 'checkout', severity: 'critical' };

const grafana = (state: 'Firing' | 'Resolved', more: Readonly<Record<string, string>>) =>
  grafanaPost(state, { ...LABELS, ...more });

const PATTERNS = `queries: []
alertPatterns:
  - { name: Backups, match: '^(?<status>FAILED|OK): (?<job>\\S+) on (?<host>\\S+)', from: "backup*", labels: { severity: critical } }`;

describe('an alert that another integration posts', () => {
  let scene: Awaited<ReturnType<typeof setScene>>;
  beforeAll(async () => {
    scene = await setScene({ yaml: PATTERNS });
    scene.inRoom('ops');
    // a change that is of everywhere: there is something to say of every alert
    await scene.post('/changes/generic', { title: 'network maintenance', startsAt: minutesAgo(2) });
    const deploy = { service: 'checkout', version: '4.12.0', actor: 'dana', startsAt: minutesAgo(3) };
    await scene.post('/changes/generic', deploy);
  }, 90_000);

  it('has its context below that post, is known to questions, and ends there', async () => {
    const { soon, ask, inRoom } = scene;
    const { integration, below, posts, last } = inRoom('one');
    const labels = { host: 'web01' };
    const message = integration('Grafana', grafana('Firing', labels));
    await soon(() => below(message._id).length).toBe(1);
    expect(below(message._id)[0]?.msg).toMatch(
      /^\*\d\d:\d\d deploy\* checkout 4\.12\.0 by dana, \d.min before the start/u,
    );
    expect(await ask('alerts web01')).toMatch(
      /^1 critical alert fires about `web01`\n🔴 critical HighErrorRate · checkout/u,
    );

    // Grafana says it again after some hours: nothing new
    const again = integration('Grafana', grafana('Firing', labels));
    const over = integration('Grafana', grafana('Resolved', labels));
    await soon(() => below(message._id).length).toBe(2);
    expect(below(message._id)[1]?.msg).toMatch(/^\*Over\* after /);
    expect(await ask('alerts web01')).toMatch(/^Nothing about/);
    await last();
    expect([below(again._id), below(over._id)]).toEqual([[], []]);
    // no route brings it anywhere: it is there
    expect(posts()).toEqual([]);
  });

  it('is of a bot or a webhook; what a person types is none', async () => {
    const { chat, soon, robot, inRoom } = scene;
    const { room, integration, below, last } = inRoom('two');
    const typed = chat.say('ana', room, '** PROBLEM Service Alert: web01/HTTP is CRITICAL **');
    const byBot = chat.say(robot, room, '** PROBLEM Service Alert: web02/HTTP is CRITICAL **');
    const unknown = integration('Grafana', { text: 'Have a nice day' });
    await soon(() => below(byBot._id).length).toBe(1);
    await last();
    expect([below(typed._id), below(unknown._id)]).toEqual([[], []]);
  });

  it('has none in a room where that is switched off', async () => {
    const { chat, soon, ask, inRoom } = scene;
    const { room, integration, below, said } = inRoom('quiet');
    const message = integration('Grafana', grafana('Firing', { host: 'web03' }));
    const question = chat.say('ana', room, '@glimpse alerts');
    await soon(() => below(question._id).length).toBe(1);
    expect(below(message._id)).toEqual([]);
    expect(said().length).toBe(1);
    expect(await ask('alerts web03')).toMatch(/^Nothing about/);
  });

  it('is over when its post is edited into the end, as newer Alertmanagers do', async () => {
    const { chat, soon, robot, inRoom } = scene;
    const { room, below } = inRoom('three');
    const message = chat.say(robot, room, '[FIRING:2] NodeDown (web eu-1 critical)');
    await soon(() => below(message._id).length).toBe(1);
    chat.edit(robot, message, '[FIRING:3] NodeDown (web eu-1 critical)');
    chat.edit(robot, message, '[RESOLVED] NodeDown (web eu-1)');
    await soon(() => below(message._id).length).toBe(2);
    expect(below(message._id)[1]?.msg).toMatch(/^\*Over\*/);
  });

  it('is recognised by a pattern of the config too', async () => {
    const { soon, ask, inRoom } = scene;
    const { integration, below } = inRoom('four');
    const message = integration('backup-bot', { text: 'FAILED: nightly on db01' });
    await soon(() => below(message._id).length).toBe(1);
    expect(await ask('alerts db01')).toMatch(/🔴 critical Backups · nightly · db01/u);
    integration('backup-bot', { text: 'OK: nightly on db01' });
    await soon(() => below(message._id).length).toBe(2);
  });

  it('cannot make the bot say more than names', async () => {
    const { soon, post, inRoom } = scene;
    const { integration, below } = inRoom('five');
    const evil = '@all [x](http://evil.example) ```\n@here <!channel> | *bold*';
    await post('/changes/generic', { service: 'hostile', version: evil, startsAt: minutesAgo(3) });
    const labels = { alertname: evil.replaceAll('\n', ' '), service: 'hostile', host: evil };
    const message = integration('Grafana', grafana('Firing', labels));
    await soon(() => below(message._id).length).toBe(1);
    const text = below(message._id)[0]?.msg ?? '';
    expect(text).toContain('hostile');
    expect(text).not.toMatch(/@(?:all|here)\b/);
    expect(text).not.toContain('](http://evil.example)');
  });

  const hook = (name: string, room: 'shop' | 'ops') => ({
    title: '5xx above 5 %',
    key: name,
    severity: 'critical',
    labels: { ...LABELS, alertname: name, ...(room === 'shop' && { team: 'shop' }) },
    startsAt: minutesAgo(1),
  });

  it('is one with what a hook tells after it: nothing is posted and nothing gathered twice', async () => {
    const { soon, post, ask, inRoom } = scene;
    const { integration, below, posts, last } = inRoom('shop');
    const message = integration('Grafana', grafana('Firing', { alertname: 'PostedFirst' }));
    await soon(() => below(message._id).length).toBe(1);
    await post('/hooks/generic', hook('PostedFirst', 'shop'));
    await last();
    expect(await ask('alerts PostedFirst')).toMatch(/^1 critical alert fires/);
    expect(posts()).toEqual([]);
    expect(below(message._id).length).toBe(1);
    await post('/hooks/generic', { ...hook('PostedFirst', 'shop'), status: 'resolved', endsAt: minutesAgo(0) });
    await soon(() => below(message._id).length).toBe(2);
    expect(below(message._id)[1]?.msg).toMatch(/^\*Over\*/);
  });

  it('is one with what a hook told before it', async () => {
    const { soon, post, ask, chat } = scene;
    await post('/hooks/generic', hook('ToldFirst', 'ops'));
    const inOps = () => chat.messages('ops').filter(({ u, bot: mark }) => u.username === 'glimpse' && !mark);
    const own = () => inOps().find(({ tmid, msg }) => tmid === undefined && msg.includes('ToldFirst'));
    const below = (id: string) => inOps().filter(({ tmid }) => tmid === id);
    await soon(() => own() && below(own()?._id ?? '').length).toBe(1);
    const message = chat.integrationMessage({
      room: 'ops',
      alias: 'Grafana',
      ...grafana('Firing', { alertname: 'ToldFirst' }),
    });
    // the hook's sender tells no ends
    chat.integrationMessage({ room: 'ops', alias: 'Grafana', ...grafana('Resolved', { alertname: 'ToldFirst' }) });
    await soon(() => own()?.msg ?? '').toMatch(/RESOLVED/);
    expect(await ask('alerts ToldFirst')).toMatch(/^Nothing about/);
    expect(below(message._id)).toEqual([]);
  });

  it('has its context once, although the bot was away when it was posted and dies after it', async () => {
    const { soon, stop, start, inRoom } = scene;
    const { integration, below, last } = inRoom('six');
    await stop();
    const message = integration('Grafana', grafana('Firing', { alertname: 'WhileAway' }));
    await start();
    await soon(() => below(message._id).length).toBe(1);
    await stop();
    await start();
    await last();
    expect(below(message._id).length).toBe(1);
  });
});

it('asks Prometheus for what a post of Alertmanager leaves out, and draws what it judges by', async () => {
  const hour = new Date();
  hour.setUTCMinutes(30, 0, 0);
  const { chat, inRoom, soon, ask } = await setScene({
    yaml: 'queries: [{ pack: demo }]',
    startIso: hour.toISOString(),
  });
  const { integration, below } = inRoom('ops');
  const message = integration('Alertmanager', {
    attachments: [
      {
        title: '[FIRING:1] HighErrorRate (checkout critical)',
        title_link: 'http://alertmanager.example:9093/#/alerts?receiver=ops',
        text: '',
        color: 'danger',
      },
    ],
  });
  const pictures = () => [...chat.files.values()].filter(({ name }) => !name.startsWith('thumb-'));
  await soon(() => pictures().length).toBeGreaterThan(0);
  await soon(() => below(message._id).some(({ msg }) => /HighErrorRate · checkout/.test(msg))).toBe(true);
  expect(await ask('alerts')).toMatch(/🔴 critical HighErrorRate · checkout/u);
});
