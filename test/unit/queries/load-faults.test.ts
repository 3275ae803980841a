/** What `check` says of folders, files and definitions that are not as they should be. */
import { symlinkSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formatFault } from '../../../src/config/fault.ts';
import { queryFolders } from '../../../src/queries/folders.ts';
import { loadQueries } from '../../../src/queries/load-catalog.ts';
import type { CatalogSource } from '../../../src/queries/site.ts';
import { sourceKinds } from '../config/fake-kinds.ts';
import { makeFolder } from './workspace.ts';

const EU: CatalogSource = { name: 'graphite-eu', kind: 'graphite' };

async function load(text: string) {
  const folder = makeFolder({ 'a.yaml': text });
  const env = { hostname: 'box7', cwd: folder };
  const { faults, warnings } = await loadQueries([{ pack: 'ours', path: folder }], [EU], sourceKinds, env);
  return { faults: faults.map(formatFault), warnings: warnings.map(formatFault) };
}

it('says what packs there are in place of one that is none, and how a folder of that name is written', async () => {
  const root = makeFolder({ 'packs/collectd/a.yaml': '', 'ours/a.yaml': '' });
  const entries = ['collecd', 'ours', 'mine'].map((pack) => ({ pack, ownPath: `${root}/${pack}` }));
  const { faults } = await loadQueries(queryFolders(entries, `${root}/packs`), [EU], sourceKinds, { hostname: 'box7' });
  expect(faults.map(({ message }) => message).sort()).toEqual([
    'there is no pack `collecd`; did you mean collectd?',
    'there is no pack `mine`; there are collectd; a folder of your own is written ./mine',
    'there is no pack `ours`; write ./ours for the folder of your own',
  ]);
});

it('names all sources that a folder of your own may mean, made-up ones last, and how the folder is bound', async () => {
  const folder = makeFolder({ 'a.yaml': 'q: { graphite: x }' });
  const folders = queryFolders([{ path: folder, writtenAs: './defs/ours' }]);
  const sources = [{ name: 'demo', kind: 'graphite', isDemo: true }, EU];
  const { faults } = await loadQueries(folders, sources, sourceKinds, { hostname: 'box7' });
  expect(faults.map(({ message }) => message)).toEqual([
    'does not say which source it means (graphite-eu, demo); write `source: …` here, or for all of them in the config: { path: ./defs/ours, source: … }',
  ]);
});

it('says that a link leads nowhere', async () => {
  const cwd = makeFolder({});
  symlinkSync(`${cwd}/gone`, `${cwd}/a.yaml`);
  const { faults } = await loadQueries(queryFolders([{ path: cwd }]), [EU], sourceKinds, { hostname: 'box7', cwd });
  expect(faults.map(formatFault)).toEqual(['a.yaml: is a link to a file that is not there']);
});

it('warns of a folder without definitions', async () => {
  const cwd = makeFolder({ 'ours/notes.txt': '' });
  const folders = queryFolders([{ path: `${cwd}/ours` }]);
  const { faults, warnings } = await loadQueries(folders, [EU], sourceKinds, { hostname: 'box7', cwd });
  expect(faults).toEqual([]);
  expect(warnings.map(formatFault)).toEqual([
    'ours: holds no definitions, so nothing of it was checked; they are files that end in .yaml',
  ]);
});

it('says how anchors are written where one stands under a name that is none', async () => {
  const { faults } = await load('.base: &base { graphite: x }\ncpu: { <<: *base }');
  expect(faults).toEqual([
    'a.yaml:1:1: [".base"]: is no name of a query; an anchor stands where its value is first used, `cpu: &base { … }`, then `<<: *base`',
  ]);
  const good = await load('cpu: &base { graphite: x, unit: percent }\nload: { <<: *base, graphite: y }');
  expect(good.faults).toEqual([]);
});

it('tells beside a faulty key what is wrong with the others', async () => {
  const { faults } = await load(`
load2:
  parameters: { host: { exmaple: web01 }, disk: {} }
  graphite: servers.\${hots}.load
  overlays: [{ query: nosuch }]
`);
  expect(faults).toEqual([
    'a.yaml:3:25: load2.parameters.host.exmaple: is no key here; did you mean `example`?',
    'a.yaml:3:43: load2.parameters.disk: is used nowhere; put ${disk} where its value belongs, or take it away',
    'a.yaml:4:21: load2.graphite: ${hots} is no parameter; did you mean ${host}?',
    'a.yaml:5:23: load2.overlays[0].query: there is no query "nosuch"; name one that is loaded',
  ]);
});

it.each([
  ['paramters: { host: {} }\n  graphite: x.${host}', 'paramters'],
  ['parameters: { host: { defualt: web01 } }\n  graphite: x.${host}\n  alerts: [{ match: { a: b } }]', 'defualt'],
  ['parameters: { host: { type: chioce, values: [a] } }\n  graphite: x.${host}', 'type'],
  ['parameters: { host: 5 }\n  graphite: x.${host}', 'host'],
  ['aliases: busy\n  examples: [busy 1h]\n  graphite: x', 'aliases'],
  ['suorce: graphite-us\n  graphite: x', 'suorce'],
  ['thresholds: [{ at: 5, severity: bad }, { at: 5, severity: info }]\n  graphite: x', 'severity'],
])('says nothing that only follows from the first fault: %s', async (text, key) => {
  const folder = makeFolder({ 'a.yaml': `q:\n  ${text}` });
  const sources = [EU, { name: 'graphite-us', kind: 'graphite' }];
  const source = text.includes('suorce') ? {} : { source: EU.name };
  const folders = [{ pack: 'ours', path: folder, ...source }];
  const { faults } = await loadQueries(folders, sources, sourceKinds, { hostname: 'box7' });
  expect(faults.map(({ path }) => path.split('.').at(-1))).toEqual([key]);
});

it('warns of placeholders as other tools write them, where the name is one of ours', async () => {
  const { faults, warnings } = await load(`
queue:
  title: Waiting in $queue, $HOME and $1
  parameters: { queue: {}, host: {} }
  graphite: aliasSub(queues.\${queue}.\${host}.length, "^(.*)$host", "$$queue")
  alerts:
    - { match: { a: b }, parameters: { queue: "$labels.queue", host: "x-{{ $labels.instance }}" } }
    - { match: { a: c }, parameters: { queue: "\${labels.queue}", host: "{{ .CommonAnnotations.host }}" } }
`);
  expect(faults).toEqual([]);
  expect(warnings).toEqual([
    'a.yaml:3:21: queue.title: "$queue" is taken as it stands; did you mean ${queue}?',
    'a.yaml:5:60: queue.graphite: "$host" is taken as it stands; did you mean ${host}?',
    'a.yaml:7:47: queue.alerts[0].parameters.queue: "$labels.queue" is taken as it stands; did you mean ${labels.queue}?',
    'a.yaml:7:73: queue.alerts[0].parameters.host: "{{ $labels.instance }}" is taken as it stands; did you mean ${labels.instance}?',
    'a.yaml:8:72: queue.alerts[1].parameters.host: "{{ .CommonAnnotations.host }}" is taken as it stands; did you mean ${annotations.host}?',
  ]);
});

it('takes limits and ends of the axis in the unit that is written, as values of the source are', async () => {
  const folder = makeFolder({
    'a.yaml': 'q: { graphite: x, unit: ratio, chart: { min: 0, max: 1 }, thresholds: [{ at: 0.07, severity: info }] }',
  });
  const { queries } = await loadQueries([{ pack: 'ours', path: folder }], [EU], sourceKinds, { hostname: 'box7' });
  expect(queries[0]).toMatchObject({ looks: { min: 0, max: 100 }, thresholds: [{ value: 7 }] });
});

it.each([
  ['range: 7200', '7200 seconds are written 2h'],
  ['maxRange: 86400', '86400 seconds are written 1d'],
  ['range: 0', 'write it like 30m, 6h or 90d'],
])('says how %s is written as a duration', async (text, hint) => {
  const { faults } = await load(`q: { graphite: x, ${text} }`);
  expect(faults).toEqual([expect.stringMatching(`is a number without its unit; ${hint}$`)]);
});

it('reads a definition of very many faults once', async () => {
  const keys = Array.from({ length: 3_000 }, (_, index) => `  k${index}: 1`).join('\n');
  const { faults } = await load(`q:\n${keys}\n  graphite: \${nosuch}\n`);
  expect(faults).toHaveLength(3_000);
});
