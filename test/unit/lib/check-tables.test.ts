import { describe, expect, it } from 'vitest';
import {
  type CheckState,
  checkTable,
  handledWords,
  historyTable,
  noProblemWords,
  problemTable,
  untilWords,
  valueTable,
} from '../../../src/lib/check-tables.ts';
import { parsePerfdata } from '../../../src/lib/perfdata.ts';

const range = { fromMs: 0, toMs: 3_600_000, zone: 'UTC', text: 'last 1h' };
const check = (host: string, name: string | undefined, state: string, more: Partial<CheckState> = {}): CheckState => ({
  host,
  ...(name !== undefined && { check: name }),
  state,
  output: '',
  ...more,
});

describe('a table of problems', () => {
  it('has what nobody handles first, then the worst, then the newest, and nothing that is fine', () => {
    const { rows } = problemTable(
      [
        check('web01', 'disk', 'WARNING', { sinceMs: 5 }),
        check('web01', 'http', 'CRITICAL', { handled: 'acknowledged by ana' }),
        check('web02', undefined, 'DOWN', { sinceMs: 1 }),
        check('web03', 'http', 'OK'),
        check('web03', 'new', 'PENDING'),
        check('web10', 'load', 'WARNING', { sinceMs: 9 }),
        check('web04', 'odd', 'UNKNOWN'),
      ],
      range,
    );
    expect(rows.map(([host, problem, state, , handled]) => [host, problem, state, handled])).toEqual([
      ['web02', 'the host itself', 'DOWN', null],
      ['web10', 'load', 'WARNING', null],
      ['web01', 'disk', 'WARNING', null],
      ['web04', 'odd', 'UNKNOWN', null],
      ['web01', 'http', 'CRITICAL', 'acknowledged by ana'],
    ]);
  });

  it('is bounded and says so', () => {
    const many = Array.from({ length: 1_234 }, (_, index) => check(`web${index}`, 'http', 'CRITICAL'));
    const { rows, warnings } = problemTable(many, range);
    expect(rows.length).toBe(500);
    expect(warnings).toEqual(['The first 500 problems of 1,234 are shown.']);
  });

  it('keeps words of plugins in one line', () => {
    const output = `first\n\u0007second\t${'x'.repeat(500)}`;
    const { rows } = problemTable([check('web01', 'disk', 'CRITICAL', { output })], range);
    expect(String(rows[0]?.[5])).toMatch(/^first second x+…$/);
    expect(String(rows[0]?.[5]).length).toBe(160);
  });
});

describe('other tables of checks', () => {
  const checks = [
    check('web10', 'disk', 'OK', { values: parsePerfdata('/=41% /srv=7%') }),
    check('web9', 'http', 'WARNING', { values: parsePerfdata('time=2.5s;2;5') }),
    check('web9', undefined, 'UP'),
  ];

  it('lists checks by host and name, with what they measured', () => {
    const { rows } = checkTable(checks, range);
    expect(
      rows.map(([host, name, , , measured]) => [
        host,
        name,
        measured && String(measured).replace(/\u202f|\u00a0/g, ' '),
      ]),
    ).toEqual([
      ['web9', 'the host itself', null],
      ['web9', 'http', 'time 2.5 s'],
      ['web10', 'disk', '/ 41 %, /srv 7 %'],
    ]);
  });

  it('counts the values of a check beyond four', () => {
    const switched = check('sw1', 'ports', 'OK', { values: parsePerfdata('a=1 b=2 c=3 d=4 e=5 f=6') });
    expect(checkTable([switched], range).rows[0]?.[4]).toBe('a 1, b 2, c 3, d 4, 2 more');
  });

  it('has numbers where all share a unit, else words', () => {
    const same = valueTable(checks.slice(0, 1), range);
    expect(same.columns[3]).toMatchObject({ name: 'value', type: 'number', unit: { id: 'percent' } });
    expect(same.rows.map((row) => row[3])).toEqual([41, 7]);
    const mixed = valueTable(checks, range);
    expect(mixed.columns[3]).toEqual({ name: 'value', type: 'string' });
    expect(mixed.rows.map((row) => String(row[3]).replace(/\u202f|\u00a0/g, ' '))).toEqual(['2.5 s', '41 %', '7 %']);
  });

  it('has changes of state with the newest first, unconfirmed ones as such', () => {
    const change = { host: 'web01', check: 'disk', output: '' };
    const { rows } = historyTable(
      [
        { ...change, timeMs: 1, state: 'CRITICAL', isSoft: true },
        { ...change, timeMs: 2, state: 'OK', isSoft: false },
      ],
      range,
    );
    expect(rows.map((row) => [row[0], row[3]])).toEqual([
      [2, 'OK'],
      [1, 'SOFT CRITICAL'],
    ]);
  });
});

describe('words about checks', () => {
  it('counts what is fine, and what was never checked apart', () => {
    expect(noProblemWords([{ state: 'OK' }, { state: 'UP' }, { state: 'PENDING' }])).toBe(
      'no problems: 2 checks fine, 1 not checked yet',
    );
    expect(noProblemWords([{ state: 'OK' }])).toBe('no problems: 1 check fine');
  });

  it('says who handles a problem, harmless in any chat', () => {
    expect(handledWords('acknowledged', 'ana', 'on it\n@all <b>')).toBe('acknowledged by ana: on it all b');
    expect(handledWords('suppressed', undefined, '')).toBe('suppressed');
  });

  it('says when something ends in the zone of the asker', () => {
    const nowMs = Date.UTC(2026, 10, 25, 22, 0);
    expect(untilWords(nowMs + 1_800_000, nowMs, 'UTC')).toBe('22:30');
    expect(untilWords(nowMs + 1_800_000, nowMs, 'Europe/Berlin')).toBe('23:30');
    expect(untilWords(nowMs + 7_200_000, nowMs, 'UTC')).toBe('26 Nov 00:00');
  });
});
