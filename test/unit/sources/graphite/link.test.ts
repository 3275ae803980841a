import { expect, it } from 'vitest';
import { startGraphite } from '../graphite-harness.ts';

const window = {
  fromMs: Date.UTC(2026, 10, 25, 9, 2, 59, 1),
  toMs: Date.UTC(2026, 10, 25, 23, 59, 0, 1),
  zone: 'Europe/Berlin',
  maxPoints: 900,
};

async function linkOf(
  block: unknown,
  args: Readonly<Record<string, readonly string[]>> = {},
  publicUrl = 'https://graphs.example/graphite',
) {
  const { source, request } = await startGraphite({}, { publicUrl });
  return source.link(request(block, { arguments: args }), window) ?? '';
}

it('opens the composer at the public address with absolute minutes in UTC, rounded outwards', async () => {
  const link = new URL(await linkOf('servers.${host}.cpu', { host: ['web01'] }));
  expect(link.origin + link.pathname).toBe('https://graphs.example/graphite/composer/');
  expect(Object.fromEntries(link.searchParams)).toEqual({
    target: 'servers.web01.cpu',
    from: '09:02_20261125',
    until: '00:00_20261126',
    tz: 'UTC',
  });
});

it('falls back to the address that the bot itself uses', async () => {
  const { source, request, url } = await startGraphite({});
  expect(source.link(request('a.b'), window)?.startsWith(`${url}/composer/?`)).toBe(true);
});

it('carries the targets as they were written, without our marks', async () => {
  const link = new URL(await linkOf(`alias(scale(s.\${host}.*, 0.1), "of \${host}")`, { host: ['a', 'b'] }));
  expect(link.searchParams.getAll('target')).toEqual([
    'alias(scale(s.a.*, 0.1), "of a")',
    'alias(scale(s.b.*, 0.1), "of b")',
  ]);
});

it('holds nothing that ends or bends a link in chat', async () => {
  const link = await linkOf(`aliasSub(s.{a_b,c*}.[0-9]~x!, '^(.*)$', "(\\1)")`);
  expect(link).toMatch(/^https:[A-Za-z0-9/.:?&=%-]+$/);
});

it('stays below what servers take, and says which part of the targets it shows', async () => {
  const hosts = Array.from({ length: 200 }, (_, at) => `a-rather-long-name-of-a-host-${at}`);
  const link = await linkOf('alias(servers.${host}.cpu.user, "${host}")', { host: hosts });
  const shown = new URL(link).searchParams;
  expect(link.length).toBeLessThanOrEqual(3_900);
  expect(shown.get('title')).toBe(`the first ${shown.getAll('target').length} of 200`);
  expect(shown.getAll('target').length).toBeGreaterThan(20);
});
