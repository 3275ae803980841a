/** The same questions to graphite-web, carbonapi and VictoriaMetrics, as far as their ways are known: the same answers. */
import { expect, it } from 'vitest';
import { carbonapi } from '../doubles/carbonapi.ts';
import { ARCHIVES, type Formula, type MetricStore } from '../doubles/graphite-metrics.ts';
import { graphiteWeb } from '../doubles/graphite-web.ts';
import { type Received, type Reply, startHttpBackend } from '../doubles/http-backend.ts';
import { victoriametrics } from '../doubles/victoriametrics.ts';
import { clockIn, factsOf, openConversation, pictureSize, seeded, spellsAbove } from './conversation.ts';

const NOW_MS = Date.parse('2026-11-25T19:07:03.500Z');
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const HOSTS = ['web01', 'web02', 'db01'];
const clock = clockIn('UTC');

function busy(host: number, minute: number): number {
  return 10 * (host + 1) + (minute % 10) + 5 + host;
}

const DEFINITIONS = `
workload:
  title: Workload of \${host}
  parameters:
    host: { values: servers.*, example: web01 }
  graphite: alias(servers.\${host}.busy, "\${host}")
  unit: percent
  thresholds: [{ at: 22, severity: warning }]
`;

/** A day of whole minutes, of which the newest point is not written yet. */
function storeOf(): MetricStore {
  const metrics = Object.fromEntries(
    HOSTS.map((name, host): [string, Formula] => [
      `servers.${name}.busy`,
      (second) => (second * SECOND < NOW_MS - 20 * HOUR ? null : busy(host, Math.floor(second / 60))),
    ]),
  );
  metrics['servers.ip@host.busy'] = () => 99; // a name that is legal there and that is not asked for
  return { metrics, archives: ARCHIVES, lateSteps: 1, nowSeconds: () => Math.floor(NOW_MS / SECOND) };
}

interface Flavour {
  readonly name: string;
  readonly answering: (store: MetricStore) => (request: Received) => Reply;
  readonly path: string;
  /** VictoriaMetrics has one step for all that it keeps. */
  readonly longStepMs: number;
}

const FLAVOURS: readonly Flavour[] = [
  { name: 'graphite-web', answering: (store) => graphiteWeb(store), path: '', longStepMs: MINUTE },
  { name: 'carbonapi', answering: (store) => carbonapi(store), path: '', longStepMs: MINUTE },
  {
    name: 'an old carbonapi',
    answering: (store) => carbonapi(store, { notFoundStatus: 404, hasExpand: false }),
    path: '',
    longStepMs: MINUTE,
  },
  { name: 'VictoriaMetrics', answering: (store) => victoriametrics(store), path: '/graphite', longStepMs: 10 * SECOND },
];

async function converse({ answering, path }: Flavour) {
  const backend = await startHttpBackend(answering(storeOf()));
  const yaml = `
zone: UTC
queries: [{ path: ./ours, source: graphite }]
sources: { graphite: { kind: graphite, url: "${backend.url}${path}", raw: true, publicUrl: "https://graphite.example.net" } }
`;
  const talk = await openConversation({ nowMs: NOW_MS, yaml, definitions: { ours: DEFINITIONS } });
  return { talk, backend };
}

it.each(FLAVOURS)('$name: words, samples, ranking, comparison and reasons are the same', async (flavour) => {
  const { talk } = await converse(flavour);
  try {
    const all = await talk.ask('workload * 1h');
    expect(all.frame.series.map(({ name }) => name).sort()).toEqual([...HOSTS].sort());
    expect(all.text).toMatch(/Left out: .*`ip@host` cannot be a host: it holds `@`/);
    const window = { fromMs: NOW_MS - HOUR, toMs: NOW_MS - 10 * SECOND, stepMs: 10 * SECOND };
    const samples = seeded(window, (minute) => busy(0, minute));
    const { last, mean, max, maxMs } = factsOf(samples);
    const spells = spellsAbove(samples, 22, window.stepMs);
    const one = await talk.ask('workload web01 last 1h');
    const shown = one.frame.series[0];
    expect([...(shown?.times ?? [])]).toEqual(samples.map(({ ms }) => ms));
    expect([...(shown?.values ?? [])]).toEqual(samples.map(({ value }) => value));
    expect(one.lines[0]).toBe(
      `Workload of web01 ${last} % now · mean ${Number(mean.toPrecision(3))} %, peak ${max} % at ${clock(maxMs)} · ` +
        `above warning (22 %) ${spells.length} times, 12 min in all, last ${clock(spells.at(-1)?.fromMs ?? 0)}–${clock(spells.at(-1)?.toMs ?? 0)}`,
    );
    expect(await pictureSize(one)).toEqual({ width: 1800, height: 800 });

    const day = await talk.ask('workload web02 from 12h ago until 8h ago');
    const minutes = seeded(
      { fromMs: NOW_MS - 12 * HOUR, toMs: NOW_MS - 8 * HOUR, stepMs: flavour.longStepMs },
      (minute) => busy(1, minute),
    );
    expect([...(day.frame.series[0]?.values ?? [])]).toEqual(minutes.map(({ value }) => value));

    expect((await talk.ask('top 2 workload')).frame.series.map(({ name }) => name)).toEqual(['db01', 'web02']);
    expect((await talk.ask('workload web* 1h')).frame.series.map(({ name }) => name)).toEqual(['web01', 'web02']);
    expect((await talk.ask('workload web01 vs web02')).lines[0]).toContain('11 points less than web02');
    expect((await talk.ask('workload web09')).text).toMatch(/`web09` is not a host I know.*`web01`/);
    expect((await talk.ask('graphite: servers.web77.busy')).text).toContain('servers.web77 has never sent anything.');
    const failed = await talk.ask('graphite: nosuchfunction(servers.web01.busy)');
    expect(failed.code).toBe('SOURCE_BAD_QUERY');
    expect(failed.text).toContain('nosuchfunction');
  } finally {
    await talk.close();
  }
});
