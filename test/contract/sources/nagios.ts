/** The contract's setting for Nagios. */
import { nagios } from '../../../src/sources/nagios.ts';
import { type NagiosThing, nagiosDouble } from '../../doubles/nagios.ts';
import { SECRET, type SourceHarness } from '../source-setting.ts';
import { HOSTS, valueAt } from './data.ts';

function thingsAt(second: number): NagiosThing[] {
  return HOSTS.flatMap((host, index) => [
    { host, groups: ['all'] },
    { host, service: 'cpu', perfdata: `user=${valueAt(index, second)}%;80;90` },
  ]);
}

const shared = {
  definition: nagios,
  block: { values: { host: '${host}', service: 'cpu' } },
  hosts: HOSTS,
  pattern: 'hosts',
  everyHost: '*',
  shape: 'table',
  requests: { setup: 0, fetch: 2 },
  valueAt,
  nothing: {
    body: '{"result":{"type_code":6,"type_text":"","message":"The host \'x\' could not be found."},"data":{}}',
  },
  hostile: ['', '  ', 'a\u0000b', 'a\u001bb', 'a\nb', 'x\u0085', '\ud800', 'x'.repeat(1_001)],
  canAnnotate: false,
} satisfies Partial<SourceHarness>;

/** As most packages install it, and with its CGIs elsewhere. */
export const nagiosHarnesses: readonly SourceHarness[] = [
  {
    ...shared,
    title: 'nagios',
    options: (url) => ({ kind: 'nagios', url: `${url}/nagios`, username: 'glimpse', password: SECRET }),
    backend: (now) => (request) => nagiosDouble({ things: thingsAt(now()), nowSeconds: now })(request),
  },
  {
    ...shared,
    title: 'nagios (a folder of its own, behind a proxy)',
    options: (url) => ({ kind: 'nagios', url: `${url}/cgi-bin`, cgiPath: 'nagios4/', token: SECRET }),
    backend: (now) => (request) =>
      nagiosDouble({ things: thingsAt(now()), nowSeconds: now, folder: '/cgi-bin/nagios4/' })(request),
  },
];
