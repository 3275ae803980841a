import { expect, it } from 'vitest';
import { BotError } from '../../../../src/domain/errors.ts';
import { signal, startGraphite } from '../graphite-harness.ts';

const tree = (...names: string[]) => JSON.stringify(names.map((text) => ({ text, id: `x.${text}`, leaf: 0 })));

it('sorts names as people count and gives each once', async () => {
  const { source } = await startGraphite({ body: tree('web10', 'web2', 'db1', 'web2') });
  expect(await source.values?.('servers.*', signal)).toEqual(['db1', 'web2', 'web10']);
});

it('asks again after a minute, and after five seconds when there was nothing', async () => {
  let body = tree();
  const { source, clock, requests } = await startGraphite(() => ({ body }));
  const ask = () => source.values?.('servers.*', signal);
  expect(await ask()).toEqual([]);
  body = tree('web01');
  await clock.advance(4_000);
  expect(await ask()).toEqual([]);
  await clock.advance(1_001);
  expect(await ask()).toEqual(['web01']);
  body = tree('web01', 'web02');
  await clock.advance(59_000);
  expect(await ask()).toEqual(['web01']);
  await clock.advance(1_001);
  expect(await ask()).toEqual(['web01', 'web02']);
  expect(requests.length).toBe(3);
});

it('remembers no failure', async () => {
  let isDown = true;
  const { source } = await startGraphite(() => (isDown ? { status: 502, body: '' } : { body: tree('web01') }));
  await expect(source.values?.('servers.*', signal)).rejects.toBeInstanceOf(BotError);
  isDown = false;
  expect(await source.values?.('servers.*', signal)).toEqual(['web01']);
});

it('lists ten thousand names at most', async () => {
  const { source } = await startGraphite({ body: tree(...Array.from({ length: 12_000 }, (_, at) => `h${at}`)) });
  const names = await source.values?.('servers.*', signal);
  expect(names?.length).toBe(10_000);
  expect(names?.[9_999]).toBe('h9999');
});

it.each([
  ['graphite-web', '{"results":["collectd.b.cpu-0","collectd.a.cpu-0"]}'],
  ['VictoriaMetrics', '["collectd.b.cpu-0.","collectd.a.cpu-0."]'],
])('reads the node of the first glob from whole paths, as %s lists them', async (_, body) => {
  const { source, requests } = await startGraphite({ body });
  expect(await source.values?.('collectd.*.cpu-0', signal)).toEqual(['a', 'b']);
  expect(requests[0]?.pathname).toBe('/metrics/expand');
  expect(requests[0]?.form.get('query')).toBe('collectd.*.cpu-0');
});

it('lists what stands above when the server cannot expand', async () => {
  const { source, requests } = await startGraphite(({ pathname }) =>
    pathname === '/metrics/expand' ? { status: 404, contentType: 'text/plain', body: 'no' } : { body: tree('a', 'b') },
  );
  expect(await source.values?.('collectd.*.cpu-0', signal)).toEqual(['a', 'b']);
  expect(requests[1]?.form.get('query')).toBe('collectd.*');
});

it('refuses an answer that is no list of names', async () => {
  const { source } = await startGraphite({ body: '[1,2]' });
  await expect(source.values?.('servers.*', signal)).rejects.toMatchObject({ code: 'SOURCE_UNEXPECTED' });
});
