/** A link that Glimpse gives, pasted back, asks the same again. */
import { describe, expect, it } from 'vitest';
import { startKibana, window } from '../kibana-harness.ts';

const HOSTILE = ['web01', 'a b', "it's", 'x!y', '"q"', '(a:b)', '#&=+%27', 'ü', '${host}', '$${x}', 'a\\b'];

describe('a link of ours', () => {
  it.each<['7.17' | '8.19' | '9.2', Readonly<Record<string, unknown>>]>([
    ['7.17', { search: 'Errors of checkout' }],
    ['7.17', { search: 'Old one' }],
    ['8.19', { search: 'Errors of checkout' }],
    ['8.19', { search: 'Web errors' }],
    ['8.19', { dataView: 'logs-test-view', kql: 'log.level: (error or fatal) and not cpu > 5' }],
    ['9.2', { search: 'Errors of checkout' }],
  ])('of %s for %j is the same question when it is pasted', async (version, block) => {
    const { run, open } = await startKibana(version);
    const filters = { 'host.name': '${host}' };
    const first = await run({ ...block, filters }, { host: ['web01'] });
    const opened = await open({ url: new URL(first.link) });
    expect(opened.window).toEqual({ fromMs: window.fromMs, toMs: window.toMs });
    const second = await run(opened.block);
    const { filter, query, ...rest } = second.block as { filter: object[]; query: { bool: { filter: object[] } } };
    const before = first.block as { query?: { bool: { filter?: object[] } } };
    // what was a value is now one of the page's own filters
    expect([filter, query.bool.filter.at(-1)]).toEqual([[], { match_phrase: { 'host.name': 'web01' } }]);
    expect(query.bool.filter.slice(0, -1)).toEqual(before.query?.bool.filter ?? []);
    const { filter: _, query: __, ...same } = first.block;
    expect(rest).toEqual(same);
  });

  it('brings every value back as it was', async () => {
    const { run, open } = await startKibana('8.19');
    const back = await Promise.all(
      HOSTILE.map(async (host) => {
        const { link } = await run(
          { dataView: 'logs-test-view', filters: { 'host.name': '${host}' } },
          { host: [host] },
        );
        const { block } = await open({ url: new URL(link) });
        const [pill] = (block as { pills: { query: { match_phrase: Record<string, string> } }[] }).pills;
        return pill?.query.match_phrase['host.name'];
      }),
    );
    expect(back).toEqual(HOSTILE);
  });
});
