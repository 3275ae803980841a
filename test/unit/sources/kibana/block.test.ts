import { describe, expect, it } from 'vitest';
import { KibanaBlock, placeholdersOfBlock } from '../../../../src/sources/kibana/block.ts';

const faultOf = (block: unknown) => {
  const [issue] = KibanaBlock.safeParse(block).error?.issues ?? [];
  return issue && `${issue.path.join('.')}: ${issue.message}`;
};

describe('a kibana block', () => {
  it.each<[string, unknown, string]>([
    ['nothing to ask', {}, ': should have one of search, dataView, esql and rules'],
    ['two things to ask', { search: 'a', dataView: 'b' }, ': should have one of search, dataView, esql and rules'],
    [
      'rules with documents',
      { rules: true, columns: ['a'] },
      'rules: goes with `space` only: rules have states, no documents',
    ],
    [
      'two languages',
      { dataView: 'a', kql: 'x', lucene: 'y' },
      'lucene: cannot stand beside `kql`; use `pills` for the other',
    ],
    ['a tab of nothing', { dataView: 'a', tab: 'b' }, 'tab: belongs to a `search`'],
    [
      'a placeholder within a text',
      { search: 'a', filters: { host: 'web-${host}' } },
      'filters.host: must be the placeholder alone: a value is bound, never put into a text',
    ],
    [
      'a metric that there is not',
      { search: 'a', metric: { median: 'b' } },
      'metric: should be count, or avg, max, min, sum, unique, rate or percentiles of a field, such as { avg: event.duration }',
    ],
    ['a space that cannot be', { search: 'a', space: 'a/b' }, 'space: is not the name of a space'],
    [
      'a step that is none',
      { search: 'a', step: 'soon' },
      'step: is not a duration of a second or more; write it like 30s',
    ],
  ])('is refused for %s', (_, block, fault) => {
    expect(faultOf(block)).toBe(fault);
  });

  it('tells its placeholders, each once', () => {
    const of = (block: unknown) => placeholdersOfBlock(KibanaBlock.parse(block));
    expect(
      of({ search: 'a', filters: { 'host.name': '${host}', b: ['${host}', '${other | lower}', 'x'] }, text: 'phrase' }),
    ).toEqual(['host', 'other', 'phrase']);
    expect(of({ rules: { tags: '${tag}', name: ['${name}'] } })).toEqual(['tag', 'name']);
    expect(of({ dataView: 'a', kql: 'message: "${host}"', filters: { a: '$${x}' } })).toEqual([]);
  });

  it('is the same when it is read again', () => {
    const blocks = [{ rules: true }, { search: 'a', split: 'host.name', filters: { a: ['x', 1, true] } }];
    const once = blocks.map((block) => KibanaBlock.parse(block));
    expect(once.map((block) => KibanaBlock.parse(block))).toEqual(once);
  });
});
