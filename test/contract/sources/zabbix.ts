/** The contract's setting for every version of Zabbix that differs. */
import { zabbix } from '../../../src/sources/zabbix.ts';
import { createZabbixDouble, type ZabbixStore } from '../../doubles/zabbix.ts';
import { SECRET, type SourceHarness } from '../source-setting.ts';
import { HOSTS, valueAt } from './data.ts';

function backendOf(version: string, isEmpty = false): SourceHarness['backend'] {
  return (nowSeconds) => {
    const items = HOSTS.map((host, index) => ({
      host,
      key: 'cpu.user',
      name: 'CPU user time',
      units: '%',
      delay: '10s',
      value: (second: number) => valueAt(index, second),
    }));
    const store: ZabbixStore = {
      hosts: isEmpty ? [] : HOSTS,
      items: isEmpty ? [] : items,
      problems: [
        { host: 'web01', name: 'Slow after release', severity: 2, since: nowSeconds() - 600, tags: { deploy: '1.4' } },
        { host: 'db01', name: 'Disk full', severity: 4, since: nowSeconds() - 900 },
      ],
      nowSeconds,
      version,
      username: 'glimpse',
      password: SECRET,
      token: SECRET,
    };
    return createZabbixDouble(store).answer;
  };
}

const shared = {
  definition: zabbix,
  block: { host: '${host}', item: 'cpu.user' },
  hosts: HOSTS,
  pattern: 'hosts',
  everyHost: '*',
  valueAt,
  hostile: ['', '  ', 'a\u0000b', 'a\u001bb', 'a\nb', 'x\u0085', '\ud800', '\ue000', 'x'.repeat(1_001)],
  canAnnotate: true,
  markKind: 'incident',
} satisfies Partial<SourceHarness>;

const NOW = () => 1_795_000_003;
const withLogin = (url: string) => ({ kind: 'zabbix', url: `${url}/zabbix`, username: 'glimpse', password: SECRET });

/** Logging in with both names of the parameter, sessions and tokens in the body and in a header. */
export const zabbixHarnesses: readonly SourceHarness[] = [
  ...['5.0.42', '6.0.30', '7.0.5'].map(
    (version): SourceHarness => ({
      ...shared,
      title: `zabbix (${version}, user)`,
      options: withLogin,
      backend: backendOf(version),
      nothing: backendOf(version, true)(NOW),
      requests: { setup: 2, fetch: 2 },
    }),
  ),
  ...['5.4.9', '6.4.15', '7.2.0'].map(
    (version): SourceHarness => ({
      ...shared,
      title: `zabbix (${version}, token, item by its name)`,
      block: { host: '${host}', item: 'cpu USER time' },
      options: (url) => ({ kind: 'zabbix', url, token: SECRET }),
      backend: backendOf(version),
      nothing: backendOf(version, true)(NOW),
      requests: { setup: 1, fetch: 2 },
    }),
  ),
];
