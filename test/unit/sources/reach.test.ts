/** What `glimpse check` says of servers that are not what the config thinks: one sentence, and what to do. */
import { expect, it } from 'vitest';
import { withCommonFields } from '../../../src/config/schema.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { sourceKinds } from '../../../src/sources/index.ts';
import type { SourceDefinition } from '../../../src/sources/source.ts';
import { startHttpBackend } from '../../doubles/http-backend.ts';
import { OWN_CERTIFICATE, startTlsBackend } from '../../doubles/tls-backend.ts';

const NEEDED: Readonly<Record<string, object>> = {
  influxdb: { database: 'telegraf' },
  grafana: { token: 'a-token' },
  kibana: { apiKey: 'a-key' },
  icinga2: { username: 'u', password: 'p' },
  nagios: { username: 'u', password: 'p' },
  zabbix: { token: 'a-token' },
};
const kinds = sourceKinds.map(({ kind }) => kind);

async function check(kind: string, url: string, ca?: string): Promise<readonly string[]> {
  const definition = sourceKinds.find((one) => one.kind === kind) as SourceDefinition;
  const options = withCommonFields(definition).parse({ kind, url, ...NEEDED[kind], ...(ca && { ca }) });
  const http = createHttpClient({ timeoutMs: 5_000, ca });
  const peer = () => {
    throw new Error('no other source');
  };
  const source = definition.create(
    options as never,
    {
      name: 's',
      http,
      clock: systemClock,
      timeoutMs: 5_000,
      peer,
      isEmbedded: () => false,
    } as never,
  );
  return (await source.check(AbortSignal.timeout(10_000))).problems;
}

it.each(kinds)('%s: says what to set where a certificate is of an authority of its own', async (kind) => {
  const port = await startTlsBackend((_, response) => response.end('{}'));
  expect(await check(kind, `https://localhost:${port}`)).toEqual([
    expect.stringMatching(/has a certificate that is not trusted\. Set ca_file to the certificate/),
  ]);
});

it.each(kinds)('%s: trusts the certificate of the config', async (kind) => {
  const seen: string[] = [];
  const port = await startTlsBackend((request, response) => {
    seen.push(request.url ?? '');
    response.writeHead(401).end();
  });
  expect((await check(kind, `https://localhost:${port}`, OWN_CERTIFICATE)).join()).toMatch(/login \(401\)/);
  expect(seen).not.toEqual([]);
});

it.each(kinds)('%s: says that a server speaks no TLS', async (kind) => {
  const { url } = await startHttpBackend({ body: '{}' });
  expect(await check(kind, url.replace('http:', 'https:'))).toEqual([
    expect.stringMatching(/does not speak TLS\. Write http:/),
  ]);
});

it.each(kinds)('%s: doubts the url where JSON of something else comes', async (kind) => {
  const { url } = await startHttpBackend({
    status: 400,
    contentType: 'application/json',
    body: '{"error":{"root_cause":[]}}',
  });
  const [problem = '', ...more] = await check(kind, url);
  expect(problem).toMatch(/[Cc]heck the url/);
  expect(problem).not.toMatch(/[{}]/);
  expect(more).toEqual([]);
});

it.each(kinds)('%s: says of a page that it may be another product', async (kind) => {
  const { url } = await startHttpBackend({ contentType: 'text/html', body: '<!doctype html><title>Welcome</title>' });
  expect((await check(kind, url)).join()).toMatch(/check the url|url is that/);
});

it('does not take empty JSON for a Prometheus', async () => {
  const { url } = await startHttpBackend({ contentType: 'application/json', body: '{}' });
  expect(await check('prometheus', url)).toEqual([expect.stringMatching(/another shape.*Check the url/)]);
});
