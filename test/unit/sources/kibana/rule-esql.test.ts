/** Rules in ES|QL as courses: the text that is asked, and that a server understands it. */
import { describe, expect, it } from 'vitest';
import { courseOf } from '../../../../src/sources/kibana/rule-esql.ts';
import type { Doc } from '../../../doubles/elasticsearch.ts';
import { runEsql } from '../../../doubles/elasticsearch-esql.ts';

const TIMES = { timeField: '@timestamp', timeWindowSize: 5, timeWindowUnit: 'm' };
const MOMENT = 'moment = BUCKET(@timestamp, 5 minutes)';
const lines = (esql: string) => String(courseOf(esql, TIMES).block.esql).split('\n| ');

describe('a rule in ES|QL', () => {
  it.each([
    [
      'FROM logs-* | WHERE level == "error" | KEEP message | LIMIT 10',
      ['FROM logs-*', 'WHERE level == "error"', `STATS documents = COUNT(*) BY ${MOMENT}`],
    ],
    [
      'from a | stats n = count(*), m = max(x) by host, zone = region | where n >= 3',
      ['from a', `stats n = count(*), m = max(x) BY host, zone = region, ${MOMENT}`, `KEEP n, host, zone, moment`],
    ],
    [
      'FROM a | STATS n = COUNT(*) | EVAL share = n / 100 | WHERE share > 0.5',
      ['FROM a', `STATS n = COUNT(*) BY ${MOMENT}`, 'EVAL share = n / 100', 'KEEP share, moment'],
    ],
    [
      'FROM a | STATS n = COUNT(*) BY b = BUCKET(@timestamp, 1 hour) | WHERE n > 3',
      ['FROM a', 'STATS n = COUNT(*) BY b = BUCKET(@timestamp, 1 hour)'],
    ],
    [
      'FROM a | WHERE m == "x | STATS y by z" // | by\n| STATS n = COUNT(*) BY CASE(a, "by", "no") | WHERE n > 3',
      ['FROM a', 'WHERE m == "x | STATS y by z"', `STATS n = COUNT(*) BY CASE(a, "by", "no"), ${MOMENT}`],
    ],
    [
      'FROM a | STATS n = COUNT(*) BY code | WHERE code > 400',
      ['FROM a', `STATS n = COUNT(*) BY code, ${MOMENT}`, 'WHERE code > 400'],
    ],
  ])('is a course: %s', (esql, expected) => {
    expect(lines(esql)).toEqual([...expected, 'LIMIT 10000']);
  });

  it('has the limit that the last comparison says, none where there are two', () => {
    expect(courseOf('FROM a | STATS n = COUNT(*) | WHERE n <= 2.5', TIMES).limit).toEqual({ op: '<=', value: 2.5 });
    const two = courseOf('FROM a | STATS n = COUNT(*), m = MAX(x) | WHERE n > 2 | WHERE m > 3', TIMES);
    expect([two.limit, String(two.block.esql)]).toEqual([undefined, expect.stringContaining('WHERE m > 3')]);
  });

  it('gives a row for each time and group', () => {
    const docs: Doc[] = [0, 60_000, 400_000].map((ms) => ({ '@timestamp': ms, 'host.name': 'web01' }));
    const { block } = courseOf('FROM logs-* | STATS n = COUNT() BY host.name | WHERE n > 1', TIMES);
    expect(runEsql({ query: String(block.esql) }, docs)).toMatchObject({
      columns: [{ name: 'n' }, { name: 'host.name' }, { name: 'moment' }],
      values: [
        [2, 'web01', '1970-01-01T00:00:00.000Z'],
        [1, 'web01', '1970-01-01T00:05:00.000Z'],
      ],
    });
  });

  it.each([
    'ROW a = 1',
    'FROM a | STATS n = COUNT(*) | STATS m = MAX(n)',
    'FROM a | FORK (WHERE x > 1 | STATS n = COUNT(*)) (LIMIT 3)',
    '',
  ])('is refused where it has no course: %s', (esql) => {
    expect(() => courseOf(esql, TIMES)).toThrow('The ES|QL of this rule cannot be drawn');
  });
});
