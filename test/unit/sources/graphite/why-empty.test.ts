import { expect, it } from 'vitest';
import { ARCHIVES, type Formula, type MetricStore } from '../../../doubles/graphite-metrics.ts';
import { graphiteWeb } from '../../../doubles/graphite-web.ts';
import { victoriametrics } from '../../../doubles/victoriametrics.ts';
import { MINUTE, NOW_SECONDS, signal, startGraphite, windowOf } from '../graphite-harness.ts';

const DAY = 86_400;
const STOPPED = MINUTE - 1200;
const BEGAN = MINUTE - 1800;

const metrics: Readonly<Record<string, Formula>> = {
  'servers.web01.cpu.user': (second) => (second <= STOPPED ? 61 : null),
  'servers.web02.cpu.user': (second) => (second >= BEGAN ? 5 : null),
  'servers.web03.cpu.user': () => null,
  'servers.web04.cpu.user': (second) => (second < MINUTE - 7200 || second > MINUTE - 3600 ? 9 : null),
  'servers.web05.cpu.user': (second) => (second <= MINUTE - 20 * DAY ? 7 : null),
  'hourly.jobs.count': (second) => (second % 3600 === 0 ? 3 : null),
};
const store: MetricStore = { metrics, archives: ARCHIVES, lateSteps: 0, nowSeconds: () => NOW_SECONDS };

async function why(target: string, window = windowOf(NOW_SECONDS - 600), backend = graphiteWeb(store), unit?: string) {
  const { source, request, requests } = await startGraphite(backend);
  const reason = await source.whyEmpty?.(request(target, { ...(unit && { unit }) }), window, signal);
  return { reason, requests };
}

it.each([
  ['servers.web99.cpu.user', 'servers.web99', []],
  ['servers.wbe01.cpu.user', 'servers.wbe01', ['web01']],
  ['server.web01.cpu.user', 'server', ['servers']],
  ['servers.web01.cpu.uesr', 'servers.web01.cpu.uesr', ['user']],
  ['scale(servers.web01.memory.*, 2)', 'servers.web01.memory', []],
])('says of %s that %s never existed, and what is near', async (target, what, near) => {
  const { reason } = await why(target);
  expect(reason).toMatchObject({ kind: 'never_existed', what, near: expect.arrayContaining(near) });
});

it("says when it sent its last value, to the archive's step, and which", async () => {
  const { reason } = await why('servers.web01.cpu.user', undefined, undefined, 'ratio');
  expect(reason).toEqual({ kind: 'stopped', what: 'servers.web01.cpu.user', lastMs: STOPPED * 1000, lastValue: 6100 });
});

it('finds a last value of weeks ago in few requests', async () => {
  const { reason, requests } = await why('servers.web05.cpu.user');
  expect(reason).toMatchObject({ kind: 'stopped', lastMs: (MINUTE - 20 * DAY) * 1000, lastValue: 7 });
  expect(requests.length).toBeLessThanOrEqual(6);
});

it('says that it began only after the window', async () => {
  const { reason } = await why('servers.web02.cpu.user', windowOf(MINUTE - 7200, MINUTE - 3600));
  expect(reason).toEqual({ kind: 'not_yet', what: 'servers.web02.cpu.user', firstMs: BEGAN * 1000 });
});

it('says how long the metric is kept when the window is older', async () => {
  const { reason } = await why('servers.web02.cpu.user', windowOf(MINUTE - 42 * DAY, MINUTE - 41 * DAY));
  expect(reason).toEqual({ kind: 'too_old', keptMs: 30 * DAY * 1000 });
});

it.each([
  ['never had a value', 'servers.web03.cpu.user', windowOf(NOW_SECONDS - 600)],
  ['went on after the window', 'servers.web04.cpu.user', windowOf(MINUTE - 6000, MINUTE - 5400)],
])('claims no more than silence of what %s', async (_, target, window) => {
  const { reason } = await why(target, window);
  expect(reason).toEqual({ kind: 'silent', what: target });
});

it('does not say of an hourly value that it stopped', async () => {
  const hourly = { ...store, archives: [{ stepSeconds: 3600, keptSeconds: 30 * DAY }] };
  const { reason } = await why('hourly.jobs.count', windowOf(MINUTE - 300, MINUTE), graphiteWeb(hourly));
  expect(reason).toEqual({ kind: 'silent', what: 'hourly.jobs.count' });
});

it('does without the intervals that only graphite-web tells', async () => {
  const { reason } = await why('servers.web01.cpu.user', undefined, victoriametrics(store));
  expect(reason).toMatchObject({ kind: 'stopped', lastMs: STOPPED * 1000 });
});

it('speaks of the host that was asked for', async () => {
  const { source, request } = await startGraphite(graphiteWeb(store));
  const asked = request('servers.${host}.cpu.user', { arguments: { host: ['web01'] } });
  expect(await source.whyEmpty?.(asked, windowOf(NOW_SECONDS - 600), signal)).toMatchObject({ what: 'web01' });
});
