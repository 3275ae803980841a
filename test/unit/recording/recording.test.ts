/** What is wrong with a file of recorded data, where it stands. */
import { expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { parseRecording } from '../../../src/recording/recording.ts';

function messageOf(json: string): string {
  try {
    parseRecording(json, 'h.json');
  } catch (thrown) {
    if (thrown instanceof BotError) return thrown.message;
  }
  return 'nothing is wrong';
}

it.each([
  [
    '{\n  "frames": [{ "kind": "serie" }]\n}',
    'h.json:2:24: frames[0].kind: "serie" is not known; did you mean series?',
  ],
  ['{\n  "now": "2026-11-25"\n}', 'h.json:2:10: now: is no moment; write it like 2026-11-25T22:00:00Z, or as ms since'],
  ['{\n  "now": 1,\n}', 'h.json:3:1: is no JSON: Expected double-quoted property name'],
  ['\uFEFF{ "now": 1, }', 'h.json:1:13: is no JSON: Expected double-quoted property name'],
  ['\uFEFF{ "now": "x" }', 'h.json:1:10: now: is no moment'],
  ['queue:\n  graphite: x', "h.json: is no JSON: Unexpected token 'q'"],
])('says it of %j', (json, fault) => {
  expect(messageOf(json).split('\n')).toEqual(['1 fault in the recorded data:', expect.stringContaining(fault)]);
});

it('gives no places in megabytes', () => {
  const json = `{ "frames": [{ "kind": "serie" }], "question": "${'x'.repeat(300_000)}" }`;
  expect(messageOf(json)).toContain('  h.json: frames[0].kind: ');
});

it('reads a file that begins with the mark of its encoding', () => {
  expect(parseRecording('\uFEFF{ "now": 1 }', 'h.json').now).toBe(1);
});
