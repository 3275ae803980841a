/** Steps side by side: what is found stands in order, what is late or fails is named, nothing is waited for. */
import { describe, expect, it } from 'vitest';
import { type ContextStep, gatherContext, missingLines } from '../../../src/context/gather-context.ts';
import { subjectOf } from '../../../src/context/subject.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { plainText } from '../../../src/domain/message.ts';
import { makeAlert } from '../alerts/make.ts';

const NOW_MS = Date.parse('2026-11-25T10:02:00Z');
const subject = subjectOf([makeAlert('Slow', { service: 'checkout' })], NOW_MS, 'Europe/Berlin');
const never = new AbortController().signal;
const step = (what: string, find: ContextStep['find']): ContextStep => ({ what, find });
const finds = (what: string, ...lines: string[]) =>
  step(what, async () => ({ lines: lines.map((line) => [line]), missing: [] }));

async function gathered(steps: readonly ContextStep[], signal = never) {
  return (await gatherContext(subject, steps, signal, 50)).map(plainText);
}

describe('gathering context', () => {
  it('keeps the order of the steps, whichever is first', async () => {
    const late = step('late', async () => {
      await new Promise((done) => setTimeout(done, 5));
      return { lines: [['first']], missing: [] };
    });
    expect(await gathered([late, finds('b', 'second', 'third')])).toEqual(['first', 'second', 'third']);
  });

  it('names what failed and what was late, behind what was found, in one line', async () => {
    const steps = [
      step('log lines', () => new Promise(() => undefined)),
      step('marks', () => Promise.reject(new BotError('SOURCE_AUTH', 'Graphite does not accept my login (401).'))),
      step('pages', () => Promise.reject(new TypeError('x is undefined'))),
      step('changes', async () => ({ lines: [['10:41 deploy']], missing: ['Loki did not answer within 3 s.'] })),
    ];
    expect(await gathered(steps)).toEqual([
      '10:41 deploy',
      'Not available: log lines did not answer within 0.05 s; marks: Graphite does not accept my login (401); pages failed; Loki did not answer within 3 s.',
    ]);
  });

  it('stops with the bot, whatever its steps do', async () => {
    const stopping = new AbortController();
    const waiting = gathered([step('deaf', () => new Promise(() => undefined))], stopping.signal);
    stopping.abort(new Error('the bot stops'));
    await expect(waiting).rejects.toThrow('the bot stops');
  });

  it('says nothing where there is nothing', async () => {
    expect(await gathered([finds('a')])).toEqual([]);
  });

  it('names few failures, each once, on one line each', () => {
    const [line = []] = missingLines(['a\nb.', 'a b', 'c', 'd', 'e', 'f', 'g'.repeat(500)]);
    expect(plainText(line)).toBe('Not available: a b; c; d; e; 2 more.');
  });
});
