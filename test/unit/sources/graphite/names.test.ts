import { expect, it } from 'vitest';
import { MINUTE, startGraphite } from '../graphite-harness.ts';

/** Asks with a backend that gives the rows of each target as told; names and labels of what comes. */
async function named(
  block: unknown,
  args: Readonly<Record<string, readonly string[]>>,
  rows: readonly string[][],
  tags: object = {},
) {
  const list = rows.flatMap((names, target) =>
    names.map((name) => ({ target: `g${target}:${name}`, tags, datapoints: [[1, MINUTE - 60]] })),
  );
  const { ask } = await startGraphite({ body: JSON.stringify(list) });
  return (await ask(block, { arguments: args })).series;
}

const names = async (...asked: Parameters<typeof named>) => (await named(...asked)).map(({ name }) => name);

it('keeps the name that the definition gives', async () => {
  expect(await names('alias(s.${host}.cpu, "CPU")', { host: ['a'] }, [['CPU']])).toEqual(['CPU']);
});

it('puts the host before names that would be the same', async () => {
  expect(await names('alias(s.${host}.cpu, "CPU")', { host: ['a', 'b'] }, [['CPU'], ['CPU']])).toEqual([
    'a CPU',
    'b CPU',
  ]);
});

it('names a lone row of a target by its argument', async () => {
  expect(await names('sumSeries(s.${host}.*)', { host: ['a'] }, [['sumSeries(s.a.*)']])).toEqual(['a']);
});

it('names several rows of a target by the nodes that differ', async () => {
  const rows = [['s.a.cpu.user', 's.a.cpu.idle'], ['s.b.cpu.user']];
  expect(await names('s.${host}.cpu.*', { host: ['a', 'b'] }, rows)).toEqual(['a.user', 'a.idle', 'b']);
});

it('names raw rows by the nodes that differ, and a single one in full', async () => {
  expect(await names('s.*.cpu', {}, [['s.a.cpu', 's.b.cpu']])).toEqual(['a', 'b']);
  expect(await names('s.a.cpu', {}, [['s.a.cpu']])).toEqual(['s.a.cpu']);
  expect(await names('scale(s.*.cpu,2)', {}, [['scale(s.a.cpu,2)', 'scale(s.b.cpu,2)']])).toEqual([
    'scale(s.a.cpu,2)',
    'scale(s.b.cpu,2)',
  ]);
});

it('numbers what is still the same', async () => {
  expect(await names("alias(s.*, 'x')", {}, [['x', 'x', 'x']])).toEqual(['x', 'x (2)', 'x (3)']);
});

it('takes the tags of tagged series as labels, without those that functions add', async () => {
  const tags = { name: 'disk', mount: '/var', host: 'other', aggregatedBy: 'sum', consolidateBy: 'max', scale: '2' };
  const block = `scale(seriesByTag('name=disk', 'host=\${host}'), 2)`;
  const [series] = await named(block, { host: ['a'] }, [['scale(disk;mount=/var)']], tags);
  expect(series?.labels).toEqual({ host: 'a', mount: '/var' });
});
