/** How imported definitions are written. */
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlOf } from '../../../src/cli/import-queries.ts';

const queries = [
  {
    name: 'cpu',
    definition: { title: 'CPU of ${host}', prometheus: { expr: 'up{host="${host}"}' }, unit: 'percent' },
    notes: [],
  },
  {
    name: 'disk',
    definition: { grafana: { dashboard: 'abc', panel: 4 } },
    notes: ['The transformation "sortBy" is left out.\nforged: { graphite: x }', 'Two.'],
  },
];

it('writes definitions that read back the same, with notes as comments', () => {
  const text = yamlOf(queries, 'grafana: Web\noverview: 1');
  expect(parse(text)).toEqual({ cpu: queries[0]?.definition, disk: queries[1]?.definition });
  expect(text).not.toContain('\n\n\n');
  expect(text.split('\n')[0]).toMatch(/^# Imported from grafana: Web overview: 1\./);
  expect(text).toContain('# The transformation "sortBy" is left out. forged: { graphite: x }\n# Two.\ndisk:\n');
});
