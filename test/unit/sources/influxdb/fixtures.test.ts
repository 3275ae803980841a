import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeAnswer } from '../../../../src/sources/influxdb/decode-answer.ts';
import { failureOf } from '../../../../src/sources/influxdb/failures.ts';

const FIXTURES = resolve(import.meta.dirname, '../../../fixtures/influxdb/1.6.7');
const read = (name: string) => readFileSync(join(FIXTURES, `${name}.json`), 'utf8');

describe('answers of InfluxDB 1.6.7', () => {
  it('are series with their tags, nulls as gaps', () => {
    const { rows } = decodeAnswer(read('select'));
    expect(rows.map(({ tags, columns, values }) => [tags.host, columns, values.map((column) => [...column])])).toEqual([
      [
        'db01',
        ['user', 'count'],
        [
          [37, 37, 37],
          [Number.NaN, Number.NaN, Number.NaN],
        ],
      ],
      [
        'web01',
        ['user', 'count'],
        [
          [17, 17, 17],
          [Number.NaN, Number.NaN, Number.NaN],
        ],
      ],
    ]);
    expect([...(rows[0]?.times ?? [])]).toEqual([1_795_648_620_000, 1_795_648_640_000, 1_795_648_660_000]);
    expect([...(decodeAnswer(read('derivative')).rows[0]?.values[0] ?? [])]).toEqual([1000, 1000, 1000]);
  });

  it('are nothing, not an error, of an unknown measurement', () => {
    expect(decodeAnswer(read('unknown-measurement'))).toEqual({ rows: [], messages: [], isPartial: false });
  });

  it.each([
    ['unknown-database', 'SOURCE_NOT_FOUND', /database not found: telegarf/],
    ['unknown-function', 'SOURCE_BAD_QUERY', /undefined function nope/],
  ])('complain with status 200: %s', (name, code, words) => {
    expect(() => decodeAnswer(read(name))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(words) }),
    );
  });

  it.each([
    ['unparsable', 400, 'SOURCE_BAD_QUERY', /query: found FORM, expected FROM at line 1, char 14\.$/],
    ['unbound', 400, 'SOURCE_BAD_QUERY', /missing parameter: g0/],
    ['wrong-password', 401, 'SOURCE_AUTH', /login \(401\)/],
    ['no-login', 401, 'SOURCE_AUTH', /login \(401\)/],
    ['missing-right', 403, 'SOURCE_FORBIDDEN', /\(403\)/],
  ])('complain with their status: %s', (name, status, code, words) => {
    const failure = failureOf({ status, text: read(name), headers: new Headers(), contentType: 'application/json' }, 0);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(words) });
  });
});
