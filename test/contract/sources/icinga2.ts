/** The contract's setting for Icinga 2. */
import { icinga2 } from '../../../src/sources/icinga2.ts';
import { type IcingaThing, icinga2Double } from '../../doubles/icinga2.ts';
import { SECRET, type SourceHarness } from '../source-setting.ts';
import { HOSTS, valueAt } from './data.ts';

function thingsAt(second: number): IcingaThing[] {
  return HOSTS.flatMap((host, index) => [
    { host, groups: ['all'] },
    { host, service: 'cpu', perfdata: [`user=${valueAt(index, second)}%;80;90`] },
  ]);
}

const shared = {
  definition: icinga2,
  block: { values: { host: '${host}', service: 'cpu' } },
  hosts: HOSTS,
  pattern: 'hosts',
  everyHost: '*',
  shape: 'table',
  requests: { setup: 0, fetch: 2 },
  backend: (now) => (request) => icinga2Double({ things: thingsAt(now()), nowSeconds: now })(request),
  valueAt,
  nothing: { body: '{"results":[]}' },
  hostile: ['', '  ', 'a\u0000b', 'a\u001bb', 'a\nb', 'x\u0085', '\ud800', 'x'.repeat(1_001)],
  canAnnotate: false,
} satisfies Partial<SourceHarness>;

/** An ApiUser, and a proxy with a token before Icinga. */
export const icinga2Harnesses: readonly SourceHarness[] = [
  {
    ...shared,
    title: 'icinga2 (ApiUser)',
    options: (url) => ({ kind: 'icinga2', url, username: 'glimpse', password: SECRET }),
  },
  {
    ...shared,
    title: 'icinga2 (behind a proxy, older web interface)',
    options: (url) => ({ kind: 'icinga2', url, token: SECRET, webModule: 'monitoring' }),
  },
];
