/** Saved objects hold whatever years of versions and programs have written: all of it is read, or left out. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { dataViewOf } from '../../src/sources/kibana/data-views.ts';
import { boolOfPills, pillWords } from '../../src/sources/kibana/filters.ts';
import { readSavedSearch } from '../../src/sources/kibana/saved-search.ts';

const key = fc.constantFrom(
  ...[
    'columns',
    'sort',
    'tabs',
    'title',
    'description',
    'kibanaSavedObjectMeta',
    'searchSourceJSON',
    'query',
    'filter',
  ],
  ...[
    'meta',
    'type',
    'params',
    'relation',
    'key',
    'index',
    'indexRefName',
    'language',
    'esql',
    'timeRange',
    'timeRestore',
  ],
  ...[
    'attributes',
    'id',
    'label',
    'disabled',
    'negate',
    'match',
    'bool',
    'should',
    '__proto__',
    'fields',
    'runtimeFieldMap',
  ],
);
const text = fc.constantFrom(
  '',
  'combined',
  'OR',
  'kuery',
  'phrase',
  'x',
  '{"query":',
  '{"filter":[{}]}',
  '[]',
  'null',
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));
const attributes = fc.dictionary(key, value, { maxKeys: 8, noNullPrototype: true });

test.prop([attributes, value], { numRuns: 1_000 })(
  'reads any attributes as a search that can be shown',
  (own, source) => {
    const meta = { searchSourceJSON: JSON.stringify(source) ?? '' };
    const searches = [own, { ...own, kibanaSavedObjectMeta: meta }].map((one) =>
      readSavedSearch({ id: 'x', type: 'search', attributes: one, references: [] }),
    );
    for (const search of searches) {
      expect(typeof search?.title).toBe('string');
      expect(search?.columns.every((column) => typeof column === 'string')).toBe(true);
      expect(search?.sort.every(([field, order]) => field !== '' && /^(?:asc|desc)$/.test(order))).toBe(true);
      boolOfPills(search?.pills ?? []);
    }
  },
);

test.prop([fc.array(value, { maxLength: 5 })], { numRuns: 1_000 })(
  'takes any list for filters, and says them in words',
  (pills) => {
    const bool = boolOfPills(pills);
    expect(bool === undefined || 'bool' in bool).toBe(true);
    for (const pill of pills)
      if (typeof pill === 'object' && pill !== null) expect(typeof pillWords({ ...pill })).toBe('string');
  },
);

test.prop([value], { numRuns: 500 })('reads any specification as a data view, or says that it is none', (spec) => {
  const view = dataViewOf(spec);
  expect(view === undefined || typeof view.index === 'string').toBe(true);
});
