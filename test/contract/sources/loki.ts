/** The contract's setting for Loki. */
import { loki } from '../../../src/sources/loki.ts';
import { type LokiStore, lokiDouble } from '../../doubles/loki.ts';
import { SECRET, type SourceHarness } from '../source-setting.ts';
import { HOSTS, keepNewest, valueAt } from './data.ts';

/** A line each 10 s of the last two hours, for each host. */
const streamsAt = keepNewest((nowSeconds): LokiStore['streams'] => {
  const last = Math.floor(nowSeconds / 10) * 10;
  return HOSTS.map((host, index) => ({
    labels: { host, job: 'metrics' },
    lines: Array.from({ length: 720 }, (_, at) => {
      const second = last - at * 10;
      return { ns: BigInt(second) * 1_000_000_000n, line: `level=info cpu=${valueAt(index, second)}` };
    }).reverse(),
  }));
});

const shared = {
  definition: loki,
  block: {
    expr: 'max by (host) (max_over_time({job="metrics", host="${host}"} | logfmt | unwrap cpu [$__interval]))',
    step: '10s',
  },
  hosts: HOSTS,
  pattern: 'label_values(host)',
  valueAt,
  nothing: { body: '{"status":"success","data":{"resultType":"matrix","result":[],"stats":{}}}' },
  hostile: ['', '  ', 'a\u0000b', 'a\u001bb', 'x\u0085', '\ud800', 'x'.repeat(301)],
  canAnnotate: false,
} satisfies Partial<SourceHarness>;

function harness(
  title: string,
  options: object,
  store: Partial<LokiStore>,
  more: Partial<SourceHarness> = {},
): SourceHarness {
  return {
    ...shared,
    title: `loki (${title})`,
    options: (url) => ({ kind: 'loki', url, grafana: { datasource: 'loki1' }, ...options }),
    backend: (now) => (request) => lokiDouble({ streams: streamsAt(now()), ...store })(request),
    ...more,
  };
}

/** One tenant or many, hosts in one query or each in its own. */
export const lokiHarnesses: readonly SourceHarness[] = [
  harness('a login', { username: 'glimpse', password: SECRET }, {}),
  harness(
    'several tenants, several hosts in one query',
    { token: SECRET, tenant: 'team-a' },
    { tenant: 'team-a' },
    {
      block: {
        expr: 'max by (host) (max_over_time({job="metrics", host=~"${host}"} | logfmt | unwrap cpu [$__auto]))',
        step: '10s',
      },
      pattern: 'label_values({job="metrics"}, host)',
    },
  ),
  harness(
    'an old one behind a proxy, labels lost',
    { headers: { 'X-Api-Key': SECRET } },
    { isOld: true },
    {
      block: { expr: 'max(max_over_time({host=~"${host}"} | logfmt | unwrap cpu [10s]))', step: '10s' },
    },
  ),
];
