/** The contract's setting for Graphite and its relatives. */
import { graphite } from '../../../src/sources/graphite.ts';
import { carbonapi } from '../../doubles/carbonapi.ts';
import { ARCHIVES, type Formula, type MetricStore } from '../../doubles/graphite-metrics.ts';
import { graphiteWeb } from '../../doubles/graphite-web.ts';
import { victoriametrics } from '../../doubles/victoriametrics.ts';
import { SECRET, type SourceHarness } from '../source-setting.ts';
import { HOSTS, valueAt } from './data.ts';

function storeAt(nowSeconds: () => number): MetricStore {
  const metrics = Object.fromEntries(
    HOSTS.map((host, index): [string, Formula] => [`servers.${host}.cpu.user`, (second) => valueAt(index, second)]),
  );
  return { metrics, archives: ARCHIVES, lateSteps: 1, nowSeconds };
}

const HOSTILE = [
  'web01.example',
  'web01,web02',
  'a b',
  'web*',
  '{a,b}',
  'x)',
  '"x',
  "it's",
  'a|b',
  '..',
  '-',
  '',
  'wéb',
  'a\u0000b',
];

const shared = {
  definition: graphite,
  block: 'alias(servers.${host}.cpu.user, "${host}")',
  hosts: HOSTS,
  pattern: 'servers.*',
  valueAt,
  nothing: { body: '[]' },
  hostile: HOSTILE,
} satisfies Partial<SourceHarness>;

/** Every flavour of Graphite. */
export const graphiteHarnesses: readonly SourceHarness[] = [
  {
    ...shared,
    title: 'graphite (graphite-web)',
    options: (url) => ({ kind: 'graphite', url, token: SECRET }),
    backend: (now) => graphiteWeb(storeAt(now), [{ what: 'deploy web 1', when: now() - 600, tags: ['deploy', 'web'] }]),
    canAnnotate: true,
  },
  {
    ...shared,
    title: 'graphite (carbonapi)',
    options: (url) => ({ kind: 'graphite', url, username: 'glimpse', password: SECRET }),
    backend: (now) => carbonapi(storeAt(now)),
    canAnnotate: false,
  },
  {
    ...shared,
    title: 'graphite (an old carbonapi that answers 404 for nothing)',
    options: (url) => ({ kind: 'graphite', url, flavour: 'carbonapi', headers: { 'X-Api-Key': SECRET } }),
    backend: (now) => carbonapi(storeAt(now), { notFoundStatus: 404, hasExpand: false }),
    nothing: { status: 404, body: '[]' },
    canAnnotate: false,
  },
  {
    ...shared,
    title: 'graphite (VictoriaMetrics)',
    options: (url) => ({ kind: 'graphite', url: `${url}/graphite`, token: SECRET }),
    backend: (now) => victoriametrics(storeAt(now)),
    canAnnotate: false,
  },
];
