import { describe, expect, it } from 'vitest';
import type { TableFrame } from '../../../../src/domain/frame.ts';
import { kibanaFixture } from '../../../doubles/kibana.ts';
import { signal, startKibana, window } from '../kibana-harness.ts';

type Args = Readonly<Record<string, readonly string[]>>;

async function rowsOf(rules: unknown, args: Args = {}, version: '7.17' | '8.19' = '8.19') {
  const { source, request } = await startKibana(version);
  const [frame] = (await source.fetch(request({ rules }, args), window, signal)) as [TableFrame];
  return frame;
}
const names = ({ rows }: TableFrame) => rows.map(([name]) => name);

describe("the state of Kibana's rules", () => {
  it('is a table, what needs somebody first', async () => {
    const { columns, rows } = await rowsOf(true);
    expect(columns.map(({ name }) => name)).toEqual(['rule', 'state', 'alerts', 'last run', 'problem', 'every']);
    const lastMs = Date.parse('2026-11-18T11:59:40.000Z');
    expect(rows).toEqual([
      [
        'Broken rule',
        'error',
        0,
        Date.parse('2026-11-18T11:58:00.000Z'),
        'index_not_found_exception: no such index logs-gone',
        '1m',
      ],
      ['Checkout errors', 'active', 3, lastMs, null, '1m'],
      ['Known noise', 'active, muted', 12, lastMs, null, '1m'],
      ['Disk almost full', 'ok', 0, lastMs, null, '1m'],
      ['Night watch', 'disabled', 0, lastMs, null, '1m'],
    ]);
  });

  it('has no counts in 7.17, and is read all the same', async () => {
    const frame = await rowsOf(true, {}, '7.17');
    expect(frame.columns.map(({ name }) => name)).toEqual(['rule', 'state', 'last run', 'problem', 'every']);
    expect(frame.rows.map(([name, state]) => [name, state])).toEqual([
      ['Broken rule', 'error'],
      ['Checkout errors', 'active'],
      ['Disk almost full', 'ok'],
    ]);
  });

  it.each<[unknown, Args, readonly string[]]>([
    [{ tags: ['STAGING'] }, {}, ['Disk almost full']],
    [{ tags: '${tag}' }, { tag: ['noise', 'staging'] }, ['Known noise', 'Disk almost full']],
    [{ name: 'check*err' }, {}, ['Checkout errors']],
    [{ name: ['disk', 'night'] }, {}, ['Disk almost full', 'Night watch']],
    [{ states: ['muted'] }, {}, ['Known noise']],
    [{ states: ['active', 'error'], tags: ['production'] }, {}, ['Broken rule', 'Checkout errors', 'Known noise']],
    [{ name: '${name}' }, { name: ['") or (alert.attributes.enabled: true'] }, []],
  ])('can be narrowed to %j', async (rules, args, expected) => {
    expect(names(await rowsOf(rules, args))).toEqual(expected);
  });

  it('sends no value to the server', async () => {
    const { source, request, requests } = await startKibana('8.19');
    await source.fetch(request({ rules: { name: '${name}' } }, { name: ['hostile") or (x'] }), window, signal);
    expect(JSON.stringify(requests)).not.toContain('hostile');
  });

  it('reads page after page, up to a bound that is said', async () => {
    const [rule = {}] = kibanaFixture('8.19').rules;
    const rules = Array.from({ length: 1_234 }, (_, index) => ({ ...rule, id: `r${index}`, name: `rule ${index}` }));
    const { source, request, requests } = await startKibana('8.19', {
      double: { spaces: { default: { objects: [], rules } } },
    });
    const [frame] = (await source.fetch(request({ rules: true }), window, signal)) as [TableFrame];
    expect(frame.rows).toHaveLength(1_000);
    expect(frame.warnings).toEqual(['Only the first 1000 of 1234 rules were looked at, by name.']);
    expect(requests.filter(({ pathname }) => pathname.endsWith('_find'))).toHaveLength(10);
  });

  it('is refused in the words of the right that is missing', async () => {
    const { source, request } = await startKibana('8.19', { double: { hasNoRules: true } });
    await expect(source.fetch(request({ rules: true }), window, signal)).rejects.toMatchObject({
      code: 'SOURCE_FORBIDDEN',
    });
    const dashboards = await startKibana('7.17', {
      options: { flavour: 'opensearch-dashboards' },
      double: { flavour: 'opensearch-dashboards' },
    });
    await expect(dashboards.source.fetch(dashboards.request({ rules: true }), window, signal)).rejects.toMatchObject({
      code: 'SOURCE_NOT_FOUND',
      message: expect.stringContaining('has no rules'),
    });
  });

  it('says why there is none', async () => {
    const { source, request } = await startKibana('8.19');
    const why = (rules: unknown, args: Args = {}) => source.whyEmpty?.(request({ rules }, args), window, signal);
    expect(await why({ tags: '${tag}' }, { tag: ['stagin'] })).toEqual({
      kind: 'never_existed',
      what: 'stagin',
      near: ['staging'],
    });
    expect(await why({ states: ['pending'] })).toEqual({ kind: 'filter', filter: 'pending', withoutFilter: 5 });
  });

  it('links to the list of rules', async () => {
    const { source, request } = await startKibana('8.19', { options: { space: 'ops' } });
    expect(source.link(request({ rules: true }), window)).toBe(
      'https://kibana.example.net/s/ops/app/management/insightsAndAlerting/triggersActions/rules',
    );
  });

  it('lists names for completion, and values of fields through the peer', async () => {
    const { source } = await startKibana('8.19');
    expect(await source.values?.('rules', signal)).toEqual([
      'Broken rule',
      'Checkout errors',
      'Disk almost full',
      'Known noise',
      'Night watch',
    ]);
    expect(await source.values?.('terms:host.name on Web servers', signal)).toEqual([
      'terms:host.name on logs-nginx-*,logs-apache-*',
    ]);
    await expect(source.values?.('hosts', signal)).rejects.toMatchObject({ code: 'SOURCE_BAD_QUERY' });
  });
});
