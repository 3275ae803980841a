/** What follows an alert, as timelines: words first, then their context in the thread, a last line when it is over; and what is asked about it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { minutesAgo, openScene, type Started, stopAll } from './alert-scene.ts';

// bots that start, and jobs that are found by polling, on machines that have much else to do
vi.setConfig({ testTimeout: 90_000 });

const started: Started = [];
afterEach(() => stopAll(started));

/** A rate of the demo fleet that belongs to an alert, and lines of a server that hangs. */
const OURS = `
checkout-rate:
  title: Requests of \${service}
  source: demo
  parameters: { service: { values: services.* } }
  graphite: services.\${service}.requests
  unit: req/s
  runbook: https://wiki.example/rate
  alerts: [{ match: { alertname: HighErrorRate }, parameters: { service: "\${labels.service}" } }]
slow-lines:
  title: Lines of \${app}
  source: slow-logs
  parameters: { app: { example: checkout } }
  loki: '{app="\${app}"}'
  alerts: [{ match: { alertname: HighErrorRate }, parameters: { app: "\${labels.service}" } }]
`;

const ROUTES = '[{ chat: team, room: ops }]';

async function setScene(setting: { readonly yaml?: string; readonly startIso?: string } = {}) {
  const scene = await openScene({ ...setting, routes: ROUTES }, started, ({ rooms }) => {
    rooms.addRoom({ name: 'ops', type: 'c', members: ['glimpse', 'ana'] });
  });
  const { chat } = scene;
  const said = () => chat.messages('ops').filter(({ u }) => u.username === 'glimpse');
  const posts = () => said().filter(({ tmid }) => tmid === undefined);
  /** What is in the thread of the post that holds a text. */
  const thread = (holds = '') => {
    const root = posts().find(({ msg }) => msg.includes(holds));
    return root ? said().filter(({ tmid }) => tmid === root._id) : [];
  };
  const killAndStart = async () => {
    await scene.stop();
    await scene.start();
  };
  return { ...scene, said, posts, thread, killAndStart };
}

const labelsOf = (name: string, more: object = {}) => ({ alertname: name, service: 'checkout', ...more });
const alertOf = (name: string, fields: object = {}) => ({
  id: name,
  title: `${name} is bad`,
  severity: 'critical',
  labels: labelsOf(name),
  startsAt: minutesAgo(5),
  ...fields,
});

describe('an alert', () => {
  it('is in the room first; its thread then says what was changed before it, and when it is over', async () => {
    const { post, posts, thread, soon } = await setScene();
    const deploy = {
      service: 'checkout',
      version: '4.12.0',
      actor: 'dana',
      startsAt: minutesAgo(8),
      url: 'https://ci.example/1',
    };
    await post('/changes/generic', deploy);
    await post('/changes/generic', { ...deploy, service: 'search', version: '1.0.0' });
    const labels = { alertname: 'HighErrorRate', service: 'checkout' };
    const first = { id: 'a1', title: 'Too many errors', severity: 'critical', labels, startsAt: minutesAgo(5) };
    await post('/hooks/generic', first);
    await soon(() => thread('HighErrorRate').length).toBe(1);
    const [context] = thread('HighErrorRate');
    expect(context?.msg).toMatch(
      /^\*\d\d:\d\d deploy\* checkout 4\.12\.0 by dana, 3.min before the start · \[change\]\(https:\/\/ci\.example\/1\)$/u,
    );
    expect(posts().length).toBe(1);

    await post('/hooks/generic', { ...first, status: 'resolved', endsAt: minutesAgo(0) });
    await soon(() => thread('HighErrorRate').map(({ msg }) => msg)).toEqual([
      context?.msg,
      expect.stringMatching(/^\*Over\* after 5.min \(\d\d:\d\d–\d\d:\d\d CET\)$/u),
    ]);
    expect(posts().map(({ msg }) => msg)).toEqual([expect.stringMatching(/^🟢 \*RESOLVED\*/u)]);
  });

  it('has its charts, log lines and pages there, each failure in one line', async () => {
    const hanging = createServer(() => undefined);
    await new Promise<void>((done) => hanging.listen(0, '127.0.0.1', done));
    started.push({
      async stop() {
        hanging.closeAllConnections();
        await new Promise((done) => hanging.close(done));
      },
    });
    const { port } = hanging.address() as AddressInfo;
    const folder = await mkdtemp(join(tmpdir(), 'glimpse-queries-'));
    started.push({ stop: () => rm(folder, { recursive: true, force: true }) });
    await writeFile(join(folder, 'ours.yaml'), OURS);
    // the demo's incident of checkout began three minutes ago
    const startIso = '2026-11-25T09:25:00Z';
    const { post, thread, posts, soon, chat } = await setScene({
      startIso,
      yaml: `
sources:
  slow-logs: { kind: loki, url: "http://127.0.0.1:${port}" }
queries: [{ pack: demo }, "${folder}"]`,
    });
    await post('/hooks/generic', alertOf('HighErrorRate', { startsAt: '2026-11-25T09:23:00Z' }));
    await soon(() => posts().length).toBe(1);
    const texts = () => thread().map(({ msg }) => msg);
    await soon(() => texts().some((text) => text.includes('Not available'))).toBe(true);
    const context = texts().find((text) => text.includes('Not available')) ?? '';
    expect(context.split('\n')).toEqual([
      expect.stringMatching(/^\*10:20 deploy\* .*checkout.*, 3.min before the start/u),
      expect.stringMatching(/^\*Look at\* .*\[Runbook\]\(https:\/\/wiki\.example\/rate\)/u),
      'Not available: Loki did not answer within 3 s.',
    ]);
    const pictures = () => [...chat.files.values()].filter(({ name }) => !name.startsWith('thumb-'));
    await soon(() => pictures().map(({ type }) => type)).toEqual(['image/png']);
    expect(texts()).toContainEqual(
      expect.stringMatching(/^\*Requests of checkout\* .*, firing since 10:23\n\[Graphite\]/u),
    );
  });

  it('has lines of the log and of its own past there, where the service is known to a query', async () => {
    const { post, thread, soon } = await setScene({
      startIso: '2026-11-25T09:30:00Z',
      yaml: 'queries: [{ pack: demo }]',
    });
    const alert = alertOf('HighErrorRate');
    const at = (day: string) => ({
      ...alert,
      id: undefined,
      startsAt: `2026-11-${day}T09:00:00Z`,
      endsAt: `2026-11-${day}T09:12:00Z`,
      status: 'resolved',
    });
    const fingerprint = { fingerprint: 'rate' };
    await post('/hooks/generic', { ...at('12'), ...fingerprint });
    await post('/hooks/generic', { ...at('24'), ...fingerprint });
    await post('/hooks/generic', { ...alert, id: undefined, ...fingerprint, startsAt: '2026-11-25T09:24:00Z' });
    await soon(() => thread().length).toBe(1);
    const lines = thread()[0]?.msg.split('\n') ?? [];
    expect(lines).toEqual([
      expect.stringContaining('10:20 deploy'),
      expect.stringMatching(
        /^\*Logs\* \d[\d., {2}]* of `(?:errors|logs) checkout` since 10:19 \(.* in the half hour before\).*: `payment refused/u,
      ),
      expect.stringMatching(
        /^\*Before\* fired twice in 30 days, 1 in the last 7; usually 12.min; last Tue 24 Nov 10:00$/u,
      ),
    ]);
  });

  it('is told without context while maintenance lasts', async () => {
    const { post, posts, thread, soon, ask } = await setScene({
      yaml: 'queries: []\nmaintenance: [{ match: { alertname: Quiet* }, to: 2099-01-01T00:00Z }]',
    });
    await post('/changes/generic', { service: 'checkout', version: '4.12.0', startsAt: minutesAgo(8) });
    await post('/hooks/generic', alertOf('QuietOne'));
    await soon(() => posts().length).toBe(1);
    await post('/hooks/generic', alertOf('Loud'));
    await soon(() => thread('Loud').length).toBe(1);
    expect(thread('QuietOne')).toEqual([]);
    expect(await ask('alerts QuietOne')).toMatch(/^1 \w+ alert fires/);
  });

  it('has its context once, although the bot dies right after the words', async () => {
    const { post, posts, thread, soon, killAndStart } = await setScene();
    await post('/changes/generic', { service: 'checkout', version: '4.12.0', startsAt: minutesAgo(8) });
    await post('/hooks/generic', alertOf('HighErrorRate'));
    await soon(() => posts().length).toBe(1);
    await killAndStart();
    await soon(() => thread().length).toBe(1);
    await post('/hooks/generic', alertOf('Another', { severity: 'warning' }));
    await soon(() => thread('Another').length).toBe(1);
    expect([posts().length, thread('HighErrorRate').length]).toEqual([2, 1]);
  });
});

describe('a storm', () => {
  it('has context for the first alerts and for critical ones; a digest says what was held back', async () => {
    // the minute ends soon
    const startIso = '2026-11-25T09:30:40Z';
    const yaml = 'queries: []\npublicUrl: https://glimpse.example';
    const { post, posts, thread, soon } = await setScene({ startIso, yaml });
    const startsAt = '2026-11-25T09:28:00Z';
    await post('/changes/generic', { service: 'checkout', version: '4.12.0', startsAt: '2026-11-25T09:20:00Z' });
    const warning = (index: number) =>
      alertOf(`Slow${index}`, {
        severity: 'warning',
        startsAt,
        labels: { alertname: index < 7 ? `Slow${index}` : 'HostDown', service: 'checkout', host: `web${index}` },
        groupKey: `g${index}`,
      });
    for (let index = 0; index < 9; index += 1) await post('/hooks/generic', warning(index));
    await soon(() => posts().length).toBe(9);
    await post('/hooks/generic', alertOf('Burning', { startsAt }));
    await soon(() => thread('Burning').length).toBe(1);
    expect(thread('Burning')[0]?.msg).toContain('Without charts while so many alerts arrive');
    await expect
      .poll(() => posts().find(({ msg }) => msg.includes('held back'))?.msg, { timeout: 60_000 })
      .toMatch(
        /^\*Context of \d+ alerts held back\* \(10:3\d–10:3\d CET\), so that this room stays readable: .*HostDown.*\[all of them\]\(https:\/\/glimpse\.example\/alerts\)$/u,
      );
  });
});

describe('asked about alerts', () => {
  it('answers from what was told, over HTTP and in chat alike', async () => {
    const { post, posts, soon, ask, chat, said } = await setScene();
    await post('/changes/generic', { service: 'checkout', version: '4.12.0', actor: 'dana', startsAt: minutesAgo(30) });
    await post(
      '/hooks/generic',
      alertOf('HighErrorRate', { links: [{ rel: 'runbook', href: 'https://wiki.example/rate' }] }),
    );
    await post(
      '/hooks/generic',
      alertOf('DiskFull', { severity: 'warning', labels: { alertname: 'DiskFull', host: 'db01' } }),
    );
    await soon(() => posts().length).toBe(2);
    const answers = await Promise.all(
      ['alerts', 'alerts db01', 'deploys checkout 24h', 'runbook HighErrorRate', 'status checkout', 'alerts web99'].map(
        ask,
      ),
    );
    expect(answers).toEqual([
      expect.stringMatching(
        /^2 alerts fire: 1 critical, 1 warning\n🔴 critical HighErrorRate · checkout · since [^\n]*\n🟡 warning DiskFull · db01/u,
      ),
      expect.stringMatching(/^1 warning alert fires about `db01`\n🟡 warning DiskFull/u),
      expect.stringMatching(/^1 deploy of `checkout` last 24h .*\n[^\n]*deploy checkout 4\.12\.0 by dana/u),
      'Runbook: https://wiki.example/rate of HighErrorRate',
      expect.stringMatching(/^checkout: 1 critical alert fires\.\n/u),
      'Nothing about `web99` fires. 2 other alerts: `alerts`',
    ]);
    const question = chat.say('ana', 'ops', '@glimpse alerts db01');
    const answer = () => said().find(({ tmid }) => tmid === question._id)?.msg;
    await soon(answer).toMatch(/^\*1 warning alert fires\* about `db01`\n🟡 warning \*DiskFull\*/u);
  });
});

describe('said in the thread of an alert', () => {
  it('needs no mention, no host and no service: why, deploys, runbook, status, who is on call, charts', async () => {
    const { post, posts, soon, chat, said, ask, thread } = await setScene({
      startIso: '2026-11-25T09:28:00Z',
      yaml: `
queries: [{ pack: demo }]
oncall:
  payments: { kind: rotation, people: [Ana, Ben], start: 2026-11-23T09:00, every: 1d, zone: Europe/Berlin, match: { service: checkout } }`,
    });
    const startsAt = '2026-11-25T09:22:00Z';
    await post('/changes/generic', {
      service: 'checkout',
      version: '4.12.0',
      actor: 'dana',
      startsAt: '2026-11-25T09:20:00Z',
    });
    const alert = alertOf('HighErrorRate', {
      startsAt,
      links: [{ rel: 'runbook', href: 'https://wiki.example/rate' }],
    });
    await post('/hooks/generic', alert);
    await post('/hooks/generic', alert);
    await soon(() => thread('HighErrorRate').some(({ msg }) => msg.includes('*On call* *payments*: Ana until'))).toBe(
      true,
    );
    const root = posts()[0]?._id ?? '';
    let count = thread('HighErrorRate').length;
    const reply = async (text: string) => {
      count = said().length;
      chat.say('ana', 'ops', text, { tmid: root });
      await soon(() => said().length).toBeGreaterThan(count);
      return said().at(-1)?.msg ?? '';
    };
    const why = (await reply('why')).split('\n');
    expect(why).toEqual([
      '*Why* *HighErrorRate* is told',
      expect.stringMatching(/^\*Sent\* by `generic\/default` as delivery `\S+`, began 10:22:00 CET as the sender says/),
      expect.stringMatching(
        /^\*Stored\* triggered 10:2\d:\d\d; the same came again once, last 10:2\d:\d\d, which posts nothing$/,
      ),
      expect.stringMatching(/^\*Read\* as status firing, severity critical, .*checkout \(label `service`\)$/),
      '*Grouped* by name and place `generic:default:["checkout","HighErrorRate"]`: 1 problem, 1 firing',
      '*Routed* by route 1 (every alert) to ops (team)',
      expect.stringMatching(/^\*Told\* in ops \(team\) since 10:2\d:\d\d, as it stands now$/),
      expect.stringMatching(
        /^\*Context\* in ops posted 10:2\d:\d\d: the record of changes \S+ \S+, log lines .*, the record of alerts .*, who is on call .*, dashboards /,
      ),
    ]);
    expect(await reply('deploys')).toMatch(
      /^\*\d+ deploys\* of `checkout` .*\n\*10:20 deploy\* checkout 4\.12\.0 by dana\n\*09:20 deploy\* checkout v/,
    );
    expect(await reply('runbook')).toBe('[Runbook](https://wiki.example/rate) of *HighErrorRate*');
    expect(await reply('status')).toMatch(/^\*checkout\*: 1 \w+ alert fires/);
    expect(await reply('who is on call?')).toMatch(/^\*On call\* \*payments\*: Ana until Thu 26 Nov 09:00$/);
    expect(await reply('errors')).toMatch(/^\*Errors of checkout\* /);
    expect(await reply('why')).toMatch(/^Query `errors` on `demo-logs`\n[\s\S]*\nOf the alert above: `why alert`$/);
    expect((await reply('why alert')).split('\n')[0]).toBe('*Why* *HighErrorRate* is told');
    // the same over HTTP, by what it is called
    for (const q of ['why HighErrorRate', 'why did checkout fire']) {
      expect(await ask(q)).toMatch(/^Why HighErrorRate is told\nSent by `generic\/default`/);
    }
  });
});
