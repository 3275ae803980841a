import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeMatrix } from '../../../../src/sources/loki/decode-matrix.ts';
import { decodeStreams } from '../../../../src/sources/loki/decode-streams.ts';
import { failureOf } from '../../../../src/sources/loki/failures.ts';

const FIXTURES = resolve(import.meta.dirname, '../../../fixtures/loki/3.3');
const read = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');

describe('answers of Loki 3.3', () => {
  it.each(['streams.json', 'streams-plain.json'])('are the same lines in the same order in %s', (name) => {
    const { entries } = decodeStreams(JSON.parse(read(name)));
    expect(entries.map(({ ns, labels }) => [ns, labels.pod, labels.level, labels.trace_id])).toEqual([
      ['1795000170000000000', 'checkout-2', undefined, undefined],
      ['1795000180000000000', 'checkout-1', 'info', undefined],
      ['1795000190000000122', 'checkout-2', 'warn', undefined],
      ['1795000190000000123', 'checkout-1', 'error', '0af7'],
    ]);
    expect(entries.map(({ timeMs }) => timeMs)).toEqual([
      1_795_000_170_000, 1_795_000_180_000, 1_795_000_190_000, 1_795_000_190_000,
    ]);
  });

  it('are numbers over time, with what it warns of', () => {
    const { rows, warnings } = decodeMatrix(read('matrix.json'));
    expect(rows.map(({ labels, seconds, values }) => [labels.app, [...seconds], [...values]])).toEqual([
      ['checkout', [1_795_000_140, 1_795_000_200], [3, 12.5]],
      ['search', [1_795_000_200], [1]],
    ]);
    expect(warnings.join()).toContain('returning partial results');
  });

  it('are numbers at one moment', () => {
    const { rows } = decodeMatrix(read('vector.json'));
    expect(rows.map(({ seconds, values }) => [seconds[0], values[0]])).toEqual([
      [1_795_000_200.123, 15],
      [1_795_000_200.123, Number.POSITIVE_INFINITY],
    ]);
  });

  it.each(JSON.parse(read('errors.json')) as [number, string, string][])(
    'are refusals: %i %j',
    (status, text, code) => {
      const failure = failureOf({ status, text, headers: new Headers(), contentType: 'text/plain' }, 0);
      expect(failure.code).toBe(code);
      expect(failure.message).toMatch(/^Loki .*\.$/);
    },
  );
});
