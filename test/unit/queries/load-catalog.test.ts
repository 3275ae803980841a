import { describe, expect, it } from 'vitest';
import { formatFault } from '../../../src/config/fault.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { createCatalog, loadCatalog, loadQueries } from '../../../src/queries/load-catalog.ts';
import type { CatalogSource } from '../../../src/queries/site.ts';
import { sourceKinds } from '../config/fake-kinds.ts';
import { makeFolder } from './workspace.ts';

const EU: CatalogSource = { name: 'graphite-eu', kind: 'graphite', env: 'production' };
const US: CatalogSource = { name: 'graphite-us', kind: 'graphite', env: 'staging' };
const PROMETHEUS: CatalogSource = { name: 'prom', kind: 'prometheus' };

async function load(files: Readonly<Record<string, string>>, sources: readonly CatalogSource[] = [EU]) {
  const folder = makeFolder(files);
  return loadCatalog([{ pack: 'ours', path: folder }], sources, sourceKinds, { hostname: 'box7', cwd: folder });
}

/** The faults of one file `a.yaml`, as people see them. */
async function faultsOf(text: string, sources: readonly CatalogSource[] = [EU, PROMETHEUS]): Promise<string[]> {
  const folder = makeFolder({ 'a.yaml': text });
  const env = { hostname: 'box7', cwd: folder };
  const { faults } = await loadQueries([{ pack: 'ours', path: folder }], sources, sourceKinds, env);
  return faults.map(formatFault);
}

describe('a good definition', () => {
  it('comes out with everything it says', async () => {
    const catalog = await load({
      'deep/er/cpu.yml': `
cpu:
  title: CPU of \${host}
  description: Share of time the processors were busy.
  aliases: [processor, busy]
  examples: [cpu web01 last 1h, top 5 cpu]
  tags: [host]
  owner: platform
  runbook: https://wiki.example/cpu
  parameters:
    host: { values: servers.*, example: web01 }
    limit: { type: number, default: 5, description: How many }
  source: graphite-eu
  graphite: { target: "highestMax(servers.\${host}.cpu, \${limit})" }
  unit: percent
  chart: { min: 0, max: 100, stack: true, theme: dark }
  consolidate: max
  measure: last
  worst: low
  thresholds: [{ at: 20, severity: warning, below: true }, { at: 5, severity: critical, below: true, title: starved }]
  range: 6h
  maxRange: 90d
  overlays: [{ annotations: "\${source}", tags: [deploy] }, { query: busy, with: { host: "\${host}" } }]
  links:
    - { title: Runbook, url: "https://wiki.example/cpu?host=\${host}" }
    - { title: Board, grafana: { dashboard: hosts, panel: 4, variables: { host: "\${host}" } } }
    - { title: Kibana, kibana: { dashboard: Web logs, filters: { host.name: "\${host}" } } }
  alerts: [{ match: { alertname: [HighCpu, Hot], team: a }, parameters: { host: "\${labels.instance | host}" } }]
`,
    });
    expect(catalog.queries).toEqual([
      {
        id: 'cpu',
        pack: 'ours',
        sourceName: 'graphite-eu',
        kind: 'graphite',
        env: 'production',
        block: { target: 'highestMax(servers.${host}.cpu, ${limit})' },
        title: 'CPU of ${host}',
        description: 'Share of time the processors were busy.',
        aliases: ['processor', 'busy'],
        examples: ['cpu web01 last 1h', 'top 5 cpu'],
        tags: ['host'],
        owner: 'platform',
        runbookUrl: 'https://wiki.example/cpu',
        parameters: [
          { name: 'host', type: 'host', values: 'servers.*', example: 'web01', isMulti: true },
          { name: 'limit', type: 'number', default: '5', description: 'How many', isMulti: false },
        ],
        unit: expect.objectContaining({ id: 'percent', symbol: '%' }),
        looks: { min: 0, max: 100, stacked: true, theme: 'dark' },
        consolidate: 'max',
        measure: 'last',
        worst: 'low',
        thresholds: [
          { op: '<', value: 20, severity: 'warning' },
          { op: '<', value: 5, severity: 'critical', title: 'starved' },
        ],
        rangeText: '6h',
        maxRangeMs: 90 * 86_400_000,
        overlays: [
          { kind: 'annotations', source: 'graphite-eu', tags: ['deploy'] },
          { kind: 'query', query: 'busy', with: { host: '${host}' } },
        ],
        links: [{ title: 'Runbook', url: 'https://wiki.example/cpu?host=${host}' }],
        dashboards: [
          { title: 'Board', kind: 'grafana', dashboard: 'hosts', panel: 4, variables: { host: '${host}' } },
          { title: 'Kibana', kind: 'kibana', dashboard: 'Web logs', variables: { 'host.name': '${host}' } },
        ],
        alerts: [
          { match: { alertname: ['HighCpu', 'Hot'], team: ['a'] }, parameters: { host: '${labels.instance | host}' } },
        ],
        isDemo: false,
        origin: 'deep/er/cpu.yml:2',
      },
    ]);
  });

  it('needs no more than a name and its expression', async () => {
    const { queries } = await load({ 'a.yaml': 'load:\n  parameters: { host: }\n  graphite: servers.${host}.load\n' });
    expect(queries[0]).toMatchObject({
      title: 'load of ${host}',
      block: { target: 'servers.${host}.load' },
      parameters: [{ name: 'host', type: 'host', isMulti: true }],
      consolidate: 'average',
      measure: 'mean',
      worst: 'high',
      rangeText: '1h',
      maxRangeMs: 366 * 86_400_000,
      looks: {},
    });
  });

  it('ranks counts by their sum, unless it says otherwise', async () => {
    const { queries } = await load({
      'a.yaml': 'visits: { graphite: x, consolidate: sum }\nhits: { graphite: x, consolidate: sum, measure: max }\n',
    });
    expect(queries.map(({ id, measure }) => [id, measure])).toEqual([
      ['visits', 'sum'],
      ['hits', 'max'],
    ]);
  });

  it('takes its type from its values and its name', async () => {
    const { queries } = await load({
      'a.yaml': `
q:
  parameters: { instance: , disk: { values: [sda, 1] }, service: , note: { type: text } }
  graphite: x.\${instance}.\${disk}.\${service}.\${note}
`,
    });
    expect(queries[0]?.parameters).toEqual([
      { name: 'instance', type: 'host', isMulti: true },
      { name: 'disk', type: 'choice', values: ['sda', '1'], isMulti: true },
      { name: 'service', type: 'word', isMulti: true },
      { name: 'note', type: 'text', isMulti: false },
    ]);
  });

  it('reads this machine into a default', async () => {
    const text = 'q:\n  parameters: { host: { default: "${hostname | upper}" } }\n  graphite: x.${host}\n';
    expect((await load({ 'a.yaml': text })).queries[0]?.parameters[0]?.default).toBe('BOX7');
  });

  it('may share parts by anchors and merges', async () => {
    const { queries } = await load({
      'a.yaml': `
q1: &a { parameters: &p { host: }, graphite: "a.\${host}", unit: percent }
q2: { parameters: *p, graphite: "b.\${host}" }
q3: { <<: *a, graphite: "c.\${host}" }
`,
    });
    expect(queries.map(({ id, block, unit }) => [id, block, unit.id])).toEqual([
      ['q1', { target: 'a.${host}' }, 'percent'],
      ['q2', { target: 'b.${host}' }, 'none'],
      ['q3', { target: 'c.${host}' }, 'percent'],
    ]);
  });

  it('takes files in the order of their paths and passes over what is no YAML or hidden', async () => {
    const { queries } = await load({
      'b.yml': 'q2: { graphite: x }',
      'a.yaml': 'q1: { graphite: x }\nq0: { graphite: x }',
      'README.md': 'not: [yaml',
      '.hidden.yaml': 'q9: { graphite: x }',
      'empty.yaml': '# nothing yet\n',
    });
    expect(queries.map(({ id }) => id)).toEqual(['q1', 'q0', 'q2']);
  });
});

describe('finding by name', () => {
  it('knows ids and aliases in any case, each once and sorted', async () => {
    const catalog = await load({ 'a.yaml': 'Cpu: { aliases: [busy], graphite: x }\nload: { graphite: x }' });
    expect(catalog.names).toEqual(['Cpu', 'busy', 'load']);
    expect(catalog.named('BUSY').map(({ id }) => id)).toEqual(['Cpu']);
    expect(catalog.named('cpu')).toHaveLength(1);
    expect(catalog.named('__proto__')).toEqual([]);
  });

  it('gives every variant of a name, in the order of the set', async () => {
    const { queries } = await load({ 'a.yaml': 'q: { source: "${env}", aliases: [r], graphite: x }' }, [EU, US]);
    const catalog = createCatalog(queries.toReversed());
    expect(catalog.named('R').map(({ sourceName }) => sourceName)).toEqual(['graphite-us', 'graphite-eu']);
    expect(catalog.names).toEqual(['q', 'r']);
  });
});

describe('binding to sources', () => {
  const text = 'q: { graphite: x }';
  const bind = async (folder: { pack: string; source?: string }, sources: readonly CatalogSource[]) => {
    const path = makeFolder({ 'a.yaml': text });
    const { queries, faults } = await loadQueries([{ ...folder, path }], sources, sourceKinds, { hostname: 'box7' });
    return [...queries.map(({ sourceName }) => sourceName), ...faults.map(({ message }) => message)];
  };

  it('takes the only source of the kind', async () => {
    expect(await bind({ pack: 'ours' }, [PROMETHEUS, EU])).toEqual(['graphite-eu']);
  });

  it('takes the source its pack is bound to', async () => {
    expect(await bind({ pack: 'ours', source: 'graphite-us' }, [EU, US])).toEqual(['graphite-us']);
  });

  it('takes the source that is called like its pack', async () => {
    expect(await bind({ pack: 'demo' }, [EU, { name: 'demo', kind: 'graphite', isDemo: true }])).toEqual(['demo']);
  });

  it('marks queries on made-up data', async () => {
    const sources = [{ name: 'demo', kind: 'graphite', isDemo: true }];
    expect((await load({ 'a.yaml': text }, sources)).queries[0]?.isDemo).toBe(true);
  });

  it('makes a variant for each environment', async () => {
    const { queries } = await load({ 'a.yaml': 'q: { source: "${env}", graphite: x }' }, [
      EU,
      US,
      { name: 'g3', kind: 'graphite' },
    ]);
    expect(queries.map(({ sourceName, env }) => [sourceName, env])).toEqual([
      ['graphite-eu', 'production'],
      ['graphite-us', 'staging'],
    ]);
  });

  it('says where a pack is bound to a source that is not configured', async () => {
    const folder = makeFolder({ 'a.yaml': text });
    const declaredAt = { file: 'glimpse.yaml', line: 3, column: 12, path: 'queries[0]' };
    const folders = [{ pack: 'collectd', path: folder, source: 'graphit-eu', declaredAt }];
    const { faults } = await loadQueries(folders, [EU], sourceKinds, { hostname: 'box7' });
    expect(faults.map(formatFault)).toEqual([
      'glimpse.yaml:3:12: queries[0]: the pack collectd is bound to a source that is missing: "graphit-eu" is not configured; did you mean graphite-eu?',
    ]);
  });

  it('says where a folder does not exist, and what is beside it', async () => {
    const folder = makeFolder({ 'collectd/a.yaml': text });
    const declaredAt = { file: 'glimpse.yaml', line: 1, column: 11, path: 'queries[0]' };
    const folders = [{ pack: 'colectd', path: `${folder}/colectd`, declaredAt }];
    const { faults } = await loadQueries(folders, [EU], sourceKinds, { hostname: 'box7', cwd: folder });
    expect(faults.map(formatFault)).toEqual([
      'glimpse.yaml:1:11: queries[0]: there is no folder colectd; did you mean collectd?',
    ]);
  });
});

it('says what packs there are where none is near', async () => {
  const folder = makeFolder({ 'collectd/a.yaml': '', 'telegraf/a.yaml': '' });
  const folders = [{ pack: 'ganglia', path: `${folder}/ganglia` }];
  const { faults } = await loadQueries(folders, [EU], sourceKinds, { hostname: 'box7', cwd: folder });
  expect(faults.map(formatFault)).toEqual([
    'ganglia: there is no folder ganglia; beside it there are collectd, telegraf',
  ]);
});

describe('several packs', () => {
  const two = async (first: string, second: string, shipped = '') => {
    const root = makeFolder({ 'one/a.yaml': first, 'two/b.yaml': second });
    const folders = ['one', 'two'].map((pack) => ({ pack, path: `${root}/${pack}`, isShipped: pack === shipped }));
    return loadQueries(folders, [EU], sourceKinds, { hostname: 'box7', cwd: root });
  };

  it('may each have a variant of a name, with the same alias', async () => {
    const { queries, faults } = await two('cpu: { aliases: [p], graphite: x }', 'cpu: { aliases: [p], graphite: y }');
    expect(faults).toEqual([]);
    expect(queries.map(({ id, pack }) => [id, pack])).toEqual([
      ['cpu', 'one'],
      ['cpu', 'two'],
    ]);
  });

  it('may not give one alias to different names', async () => {
    const { faults } = await two('cpu: { aliases: [p], graphite: x }', 'power: { aliases: [p], graphite: y }');
    expect(faults.map(formatFault)).toEqual([
      'two/b.yaml:1:20: power.aliases[0]: "p" is an alias of cpu (one/a.yaml:1) already; choose another',
    ]);
  });

  it.each([
    ['the name', 'p: { graphite: y }', []],
    ['an alias', 'power: { aliases: [P], graphite: y }', []],
    ['the same alias of a variant', 'cpu: { aliases: [p], graphite: y }', ['p']],
  ])('lets an alias of a shipped one step aside for %s in a folder of one’s own', async (_, own, left) => {
    const { queries, faults } = await two('cpu: { aliases: [p, busy], graphite: x }', own, 'one');
    expect(faults).toEqual([]);
    expect(queries[0]?.aliases).toEqual([...left, 'busy']);
  });

  it('may not use the name of one as the alias of another', async () => {
    const { faults } = await two('cpu: { graphite: x }', 'power: { aliases: [CPU], graphite: y }');
    expect(faults.map(formatFault)).toEqual([
      'two/b.yaml:1:20: power.aliases[0]: "CPU" is the name of the query at one/a.yaml:1; choose another',
    ]);
  });

  it('may not define a name twice for one pack and source', async () => {
    const root = makeFolder({ 'a.yaml': 'cpu: { graphite: x }', 'b.yaml': '\nCPU: { graphite: y }' });
    const { faults } = await loadQueries([{ pack: 'ours', path: root }], [EU], sourceKinds, {
      hostname: 'box7',
      cwd: root,
    });
    expect(faults.map(formatFault)).toEqual([
      'b.yaml:2:1: CPU: is already defined for pack ours, source graphite-eu at a.yaml:1; rename one of the two',
    ]);
  });
});

describe('each mistake has its place and its remedy', () => {
  const cases: readonly (readonly [what: string, text: string, ...faults: string[]])[] = [
    ['a mistyped key', 'q:\n  graphite: x\n  titel: y', '3:3: q.titel: is no key here; did you mean `title`?'],
    ['a key one level too high', 'q:\n  graphite: x\n  max: 5', '3:3: q.max: is no key here; it belongs under `chart`'],
    [
      'a key that resembles none',
      'q:\n  graphite: x\n  links: [{ title: a, url: "http://b", colour: red }]',
      '3:40: q.links[0].colour: is no key here; there are title, url',
    ],
    [
      'a key that is there twice',
      'q:\n  graphite: x\n  graphite: y',
      '3:3: q.graphite: is already on line 2; keep one of the two',
    ],
    [
      'a name that is there twice',
      'q: { graphite: x }\n\nq: { graphite: y }',
      '3:1: q: is already on line 1; keep one of the two',
    ],
    [
      'a name that is no word',
      '2 words: { graphite: x }',
      '1:1: ["2 words"]: is no name: one word of up to 64 letters, digits, `-`, `_` and `.`, with a letter first, as `cpu` or `disk-free`',
    ],
    ['a reserved name', 'help: { graphite: x }', '1:1: help: is a word of the question language; choose another name'],
    [
      'a reserved alias',
      'q: { aliases: [z, top], graphite: x }',
      '1:19: q.aliases[1]: "top" is a word of the question language; choose another',
    ],
    [
      'an alias that is its own name',
      'q: { aliases: [Q], graphite: x }',
      '1:16: q.aliases[0]: "Q" is here already; take it away',
    ],
    ['an empty definition', 'q:', '1:3: q: is empty, but should be a map of keys'],
    ['a file that is a list', '- q', '1:1: is a list, but should be a map of names to definitions'],
    ['a definition that is text', 'q: servers.*', '1:4: q: is text, but should be a map of keys'],
    ['no source block', 'q: { title: x }', '1:1: q: asks no source; add a block: graphite, prometheus'],
    [
      'two source blocks',
      'q:\n  graphite: x\n  prometheus: { query: x }',
      '3:3: q.prometheus: is a second source (graphite, prometheus); a definition asks one',
    ],
    [
      'a block of the wrong type',
      'q: { graphite: 5 }',
      '1:16: q.graphite: is a number, but should be text or a map of keys',
    ],
    ['a block without its key', 'q: { prometheus: {} }', '1:6: q.prometheus.query: is missing; it should be text'],
    [
      'a mistyped key in a block',
      'q: { prometheus: { qery: x } }',
      '1:20: q.prometheus.qery: is no key here; did you mean `query`?',
    ],
    [
      'text where a number belongs',
      'q:\n  graphite: x\n  chart: { min: low }',
      '3:17: q.chart.min: is text, but should be a number',
    ],
    [
      'a number that is none',
      'q:\n  graphite: x\n  chart: { min: .nan }',
      '3:17: q.chart.min: is not a finite number; it should be a number',
    ],
    ['text where a list belongs', 'q:\n  graphite: x\n  aliases: y', '3:12: q.aliases: is text, but should be a list'],
    [
      'a number where text belongs',
      'q:\n  graphite: x\n  title: 5',
      '3:10: q.title: is a number, but should be text; put it in quotes',
    ],
    [
      'yes where true belongs',
      'q:\n  graphite: x\n  chart: { stack: yes }',
      '3:19: q.chart.stack: is text, but should be true or false; write true',
    ],
    [
      'a word that is none of several',
      'q:\n  graphite: x\n  consolidate: avarage',
      '3:16: q.consolidate: "avarage" is not known; did you mean average?',
    ],
    [
      'a word that is far from all',
      'q:\n  graphite: x\n  worst: purple',
      '3:10: q.worst: "purple" is not known; it should be one of high, low',
    ],
    [
      'a severity cut short',
      'q:\n  graphite: x\n  thresholds: [{ at: 1, severity: crit }]',
      '3:35: q.thresholds[0].severity: "crit" is not known; did you mean critical?',
    ],
    [
      'a threshold without its limit',
      'q:\n  graphite: x\n  thresholds: [{ severity: info }]',
      '3:16: q.thresholds[0].at: is missing; it should be a number',
    ],
    [
      'a threshold outside the chart',
      'q:\n  graphite: x\n  chart: { max: 100 }\n  thresholds: [{ at: 800, severity: info }]',
      '4:22: q.thresholds[0].at: is 800, outside the chart (… to 100); widen it or correct this',
    ],
    [
      'two thresholds at one place',
      'q:\n  graphite: x\n  thresholds: [{ at: 1, severity: info }, { at: 1, severity: warning }]',
      '3:49: q.thresholds[1].at: is 1, where there is a threshold already; keep one',
    ],
    [
      'thresholds upside down',
      'q:\n  graphite: x\n  thresholds: [{ at: 95, severity: warning }, { at: 80, severity: critical }]',
      '3:53: q.thresholds[1].at: puts critical at 80 and warning at 95, so the worse is reached first; swap them, or add `below: true`',
    ],
    [
      'thresholds from below upside down',
      'q:\n  graphite: x\n  thresholds: [{ at: 5, severity: warning, below: true }, { at: 20, severity: critical, below: true }]',
      '3:65: q.thresholds[1].at: puts critical at 20 and warning at 5, so the worse is reached first; swap them',
    ],
    [
      'an axis upside down',
      'q:\n  graphite: x\n  chart: { min: 9, max: 1 }',
      '3:17: q.chart.min: is 9, which is not below max (1); swap them',
    ],
    [
      'a logarithm of zero',
      'q:\n  graphite: x\n  chart: { min: 0, log: true }',
      '3:17: q.chart.min: is 0, which a logarithmic axis cannot show; take it above 0 or leave it out',
    ],
    [
      'a stack on a logarithmic axis',
      'q:\n  graphite: x\n  chart: { stack: true, log: true }',
      '3:19: q.chart.stack: makes no sense on a logarithmic axis; keep either `stack` or `log`',
    ],
    [
      'a range that is none',
      'q:\n  graphite: x\n  range: 1x',
      '3:10: q.range: is not a window of time; write it like 1h, 7d, today or last week',
    ],
    [
      'a longest range that is none',
      'q:\n  graphite: x\n  maxRange: ever',
      '3:13: q.maxRange: is not a duration; write it like 30m, 6h or 90d',
    ],
    [
      'a range beyond the longest',
      'q:\n  graphite: x\n  range: 7d\n  maxRange: 1d',
      '3:10: q.range: is 7d, longer than maxRange (1d); shorten it',
    ],
    [
      'a named range beyond the longest',
      'q:\n  graphite: x\n  range: last month\n  maxRange: 7d',
      '3:10: q.range: is last month, longer than maxRange (7d); shorten it',
    ],
    [
      'an example of another query',
      'q:\n  graphite: x\n  aliases: [r]\n  examples: [Q now, r now, s now]',
      '4:28: q.examples[2]: does not ask for this query; it should say q, r',
    ],
    [
      'a runbook that is no address',
      'q:\n  graphite: x\n  runbook: wiki/cpu',
      '3:12: q.runbook: is not an http or https address, such as https://wiki.example/cpu',
    ],
    [
      'a link that is no address',
      'q:\n  graphite: x\n  links: [{ title: a, url: "javascript:alert(1)" }]',
      '3:28: q.links[0].url: is not an address; write it like https://wiki.example/cpu?host=${host}',
    ],
    [
      'a placeholder without its parameter',
      'q:\n  parameters: { host: }\n  graphite: a.${hots}.${host}',
      '3:15: q.graphite: ${hots} is no parameter; did you mean ${host}?',
    ],
    [
      'a placeholder where there are no parameters',
      'q:\n  graphite: "a.${host}"',
      '2:16: q.graphite: ${host} is no parameter; declare `host` under `parameters`',
    ],
    [
      'a placeholder in a link',
      'q:\n  graphite: x\n  links: [{ title: a, url: "http://b/${host}" }]',
      '3:38: q.links[0].url: ${host} is no parameter; declare `host` under `parameters`',
    ],
    [
      'a parameter that nothing uses',
      'q:\n  parameters:\n    host: {}\n  graphite: x',
      '3:5: q.parameters.host: is used nowhere; put ${host} where its value belongs, or take it away',
    ],
    [
      'a filter that is none',
      'q:\n  parameters: { host: }\n  graphite: a.${host:uper}',
      '3:15: q.graphite: has an unknown filter "uper" in `${host:uper}`; there are lower, upper, host, fqdn, short, underscore',
    ],
    [
      'a placeholder that never ends',
      'q:\n  graphite: a.${host',
      '2:15: q.graphite: has a `${` without its `}`; write `$${` where those two characters are meant',
    ],
    [
      'another placeholder than the machine in a default',
      'q:\n  parameters: { host: { default: "${env}" } }\n  graphite: a.${host}',
      '2:34: q.parameters.host.default: ${env} is not known here; only ${hostname} is',
    ],
    [
      'a name of a parameter with a dash',
      'q:\n  parameters: { my-host: }\n  graphite: x',
      '2:17: q.parameters.my-host: is no name of a parameter: letters, digits and `_`, with a letter first, as `host`',
    ],
    [
      'a type of parameter that is none',
      'q:\n  parameters: { host: { type: hots } }\n  graphite: a.${host}',
      '2:31: q.parameters.host.type: "hots" is not known; did you mean host?',
    ],
    [
      'a choice without a list',
      'q:\n  parameters: { host: { type: choice } }\n  graphite: a.${host}',
      '2:31: q.parameters.host.type: is a choice without a list; write `values: [a, b]`',
    ],
    [
      'a pattern that is no regular expression',
      'q:\n  parameters: { host: { pattern: "(" } }\n  graphite: a.${host}',
      '2:34: q.parameters.host.pattern: is no regular expression: Unterminated group',
    ],
    [
      'a default against its pattern',
      'q:\n  parameters: { host: { pattern: "w\\\\d+", default: x1 } }\n  graphite: a.${host}',
      '2:52: q.parameters.host.default: "x1" does not match its own pattern',
    ],
    [
      'a default that is not among its values',
      'q:\n  parameters: { host: { values: [web01, web02], default: web1 } }\n  graphite: a.${host}',
      '2:58: q.parameters.host.default: "web1" is not among its values; did you mean web01?',
    ],
    [
      'a default of the wrong type',
      'q:\n  parameters: { n: { type: number, default: many } }\n  graphite: a.${n}',
      '2:45: q.parameters.n.default: "many" is no number',
    ],
    [
      'an example that is two words',
      'q:\n  parameters: { s: { example: a b } }\n  graphite: a.${s}',
      '2:31: q.parameters.s.example: "a b" is more than one word; type `text` takes those',
    ],
    [
      'several values of free text',
      'q:\n  parameters: { s: { type: text, multi: true } }\n  graphite: a.${s}',
      '2:41: q.parameters.s.multi: cannot be true for free text; leave it out',
    ],
    [
      'a source that is not configured',
      'q: { source: graphite-ue, graphite: x }',
      '1:14: q.source: "graphite-ue" is not configured; did you mean graphite-eu?',
    ],
    [
      'a source of another kind',
      'q: { source: prom, graphite: x }',
      '1:14: q.source: "prom" is a prometheus source, but the definition asks graphite',
    ],
    [
      'an overlay of a source that is not configured',
      'q:\n  graphite: x\n  overlays: [{ annotations: nowhere }]',
      '3:29: q.overlays[0].annotations: "nowhere" is not configured; there are graphite-eu, prom',
    ],
    [
      'an overlay of a query that does not exist',
      'errors: { graphite: x }\nq:\n  graphite: x\n  overlays: [{ query: erors }]',
      '4:23: q.overlays[0].query: there is no query "erors"; did you mean errors?',
    ],
    [
      'an overlay that lacks an argument',
      'e: { parameters: { service: }, graphite: "x.${service}" }\nq:\n  graphite: x\n  overlays: [{ query: e, with: { host: a } }]',
      '4:32: q.overlays[0].with: lacks `service` of e, which has no default; write with: { service: … }',
      '4:34: q.overlays[0].with.host: is no parameter; there are service',
    ],
    [
      'an alert that matches everything',
      'q:\n  graphite: x\n  alerts: [{ match: {} }]',
      '3:21: q.alerts[0].match: is empty and would match every alert; name a label',
    ],
    [
      'an alert that gives an unknown argument',
      'q:\n  graphite: x\n  alerts: [{ match: { a: b }, parameters: { host: x } }]',
      '3:45: q.alerts[0].parameters.host: is no parameter; the query has none',
    ],
    [
      'an alert that lacks an argument',
      'q:\n  parameters: { host: }\n  graphite: a.${host}\n  alerts: [{ match: { a: b } }]',
      '4:12: q.alerts[0].parameters: lacks `host`, which has no default; write host: "${labels.NAME}"',
    ],
    [
      'a placeholder that no alert has',
      'q:\n  parameters: { host: }\n  graphite: a.${host}\n  alerts: [{ match: { a: b }, parameters: { host: "${host}" } }]',
      '4:51: q.alerts[0].parameters.host: ${host} is not of the alert; write ${labels.NAME} or ${annotations.NAME}',
    ],
    ['a tab', 'q:\n\tgraphite: x', '2:1: is indented with a tab; YAML wants spaces'],
    [
      'an alias without its anchor',
      'q: { graphite: *x }',
      '1:16: q.graphite: is an alias of "x", which no anchor (&x) before it names',
    ],
    [
      'a merge of text',
      'q: { <<: x, graphite: y }',
      '1:10: q: merges something that is no map; write `<<: *name` of a map',
    ],
    [
      'a second document',
      'q: { graphite: x }\n---\nr: { graphite: x }',
      '2:1: begins a second document; put everything in one, without `---`',
    ],
  ];

  it.each(cases)('%s', async (_what, text, ...faults) => {
    expect(await faultsOf(text)).toEqual(faults.map((fault) => `a.yaml:${fault}`));
  });

  it('no source of its kind', async () => {
    expect(await faultsOf('q: { graphite: x }', [])).toEqual([
      'a.yaml:1:6: q.graphite: needs a graphite source, and the config has none; add one under `sources`, or take the definition away',
    ]);
  });

  it('several sources of its kind', async () => {
    expect(await faultsOf('q: { graphite: x }', [EU, US])).toEqual([
      'a.yaml:1:6: q.graphite: does not say which source it means (graphite-eu, graphite-us); write `source: …` here, or for all of them in the config: { pack: ours, source: … }',
    ]);
  });

  it('an environment that no source has', async () => {
    expect(await faultsOf('q: { source: "${env}", graphite: x }', [{ name: 'g', kind: 'graphite' }])).toEqual([
      'a.yaml:1:14: q.source: wants sources with an `env`, but no graphite source in the config has one; give one an `env`',
    ]);
  });
});

describe('reporting', () => {
  it('lists the faults of all files in one error, in order', async () => {
    const loading = load({
      'b.yaml': 'q: { graphite: x, range: soon, worst: hihg }',
      'a.yaml': 'r:\n  graphite: 1\n',
      'c.yaml': 'z: { graphite: x }',
    });
    const error = await loading.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BotError);
    expect(error).toMatchObject({ code: 'CONFIG_QUERY_INVALID', actor: 'operator' });
    expect((error as BotError).message).toMatch(
      /^3 faults in the saved queries:\n {2}a\.yaml:2:13: r\.graphite: .*\n {2}b\.yaml:1:26: q\.range: .*\n {2}b\.yaml:1:39: q\.worst: .*$/,
    );
    expect((error as BotError).details.faults).toHaveLength(3);
  });

  it('finds what is wrong beside a faulty key in the same run', async () => {
    expect(await faultsOf('q:\n  graphite: "a.${host}"\n  worst: hihg\n  chart: { min: 9, max: 1 }')).toEqual([
      'a.yaml:2:16: q.graphite: ${host} is no parameter; declare `host` under `parameters`',
      'a.yaml:3:10: q.worst: "hihg" is not known; did you mean high?',
      'a.yaml:4:17: q.chart.min: is 9, which is not below max (1); swap them',
    ]);
  });

  it('finds what is wrong beside a faulty block in the same run', async () => {
    const text = 'q:\n  parameters: { host: , n: }\n  prometheus: { query: "a${hots}", by: n, qery: x }\n  range: soon';
    expect(await faultsOf(text)).toEqual([
      'a.yaml:3:26: q.prometheus.query: ${hots} is no parameter; did you mean ${host}?',
      'a.yaml:3:43: q.prometheus.qery: is no key here; did you mean `query`?',
      'a.yaml:4:10: q.range: is not a window of time; write it like 1h, 7d, today or last week',
    ]);
  });

  it('knows the names that a source uses without a placeholder', async () => {
    expect(await faultsOf('q:\n  parameters: { n: }\n  prometheus: { query: x, by: n }')).toEqual([]);
  });

  it('says nothing of what only follows from another fault', async () => {
    const text = 'e: { graphite: x, worst: up }\nq: { graphite: x, overlays: [{ query: e }] }';
    expect(await faultsOf(text)).toHaveLength(1);
  });

  it('counts what it does not list', async () => {
    const many = Array.from({ length: 60 }, (_, index) => `q${index}: { graphite: x, worst: purple }`).join('\n');
    const error = await load({ 'a.yaml': many }).catch((thrown: unknown) => thrown as BotError);
    expect((error as BotError).message).toMatch(/^60 faults in .*… and 10 more$/s);
  });
});

describe('bounds', () => {
  it('refuses a file that is too large', async () => {
    expect(await faultsOf(`# ${'x'.repeat(256 * 1024)}`)).toEqual(['a.yaml: is larger than 256 KiB; split it']);
  });

  it('refuses what is not UTF-8', async () => {
    const folder = makeFolder({ 'a.yaml': Uint8Array.of(0x71, 0xff, 0xfe) });
    const { faults } = await loadQueries([{ pack: 'ours', path: folder }], [EU], sourceKinds, { hostname: 'box7' });
    expect(faults[0]?.message).toBe('is not UTF-8 text');
  });

  it('refuses aliases that multiply', async () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, from] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf']) {
      lines.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${from}`).join(', ')}]`);
    }
    const faults = await faultsOf(lines.join('\n'));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(/holds more than 50000 values, aliases followed$/);
  });

  it.each([
    ['an alias inside its own anchor', 'a: &a [*a]', 'nested deeper than 32 levels'],
    ['a map merged into itself', 'a: &a { <<: *a }', 'nested too deeply'],
    ['endless brackets', '['.repeat(60_000), 'nested'],
  ])('refuses %s', async (_what, text, words) => {
    const faults = await faultsOf(text);
    expect(faults.join('\n')).toContain(words);
  });

  it('reads a name that JavaScript would trip over as a name', async () => {
    expect(await faultsOf('__proto__: { graphite: x }\nq: { graphite: x, constructor: 1, __proto__: 2 }')).toEqual([
      expect.stringMatching(/^a\.yaml:1:1: __proto__: is no name/),
      expect.stringMatching(/^a\.yaml:2:19: q\.constructor: is no key here/),
      expect.stringMatching(/^a\.yaml:2:35: q\.__proto__: is no key here/),
    ]);
  });
});
