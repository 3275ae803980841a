import { expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { createFailureLog } from '../../../src/lib/failure-log.ts';
import { createLog } from '../../../src/lib/log.ts';

function failing(level: string) {
  const lines: Record<string, unknown>[] = [];
  const time = { nowMs: 0 };
  const log = createLog(level, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  return { lines, time, tell: createFailureLog('no connection', 'warn', { log, clock: { now: () => time.nowMs } }) };
}

const refused = new BotError(
  'CHAT_UNREACHABLE',
  'The chat cannot be reached.',
  {},
  { cause: new Error('ECONNREFUSED') },
);

it('says the same failure once in ten minutes, another one at once, without a stack', () => {
  const { lines, time, tell } = failing('info');
  for (let failures = 1; failures <= 5; failures += 1) tell(refused, { failures });
  tell(new BotError('CHAT_AUTH', 'The token is wrong.'));
  time.nowMs = 10 * 60_000;
  tell(new BotError('CHAT_AUTH', 'The token is wrong.'));
  expect(lines).toEqual(
    [
      { code: 'CHAT_UNREACHABLE', why: 'The chat cannot be reached.', failures: 1 },
      { code: 'CHAT_AUTH', why: 'The token is wrong.' },
      { code: 'CHAT_AUTH', why: 'The token is wrong.' },
    ].map((fields) => ({ level: 40, time: expect.any(Number), msg: 'no connection', ...fields })),
  );
});

it('has the stack of each at debug, and of a fault of ours always', () => {
  const quiet = failing('info');
  quiet.tell(new TypeError('x is undefined'));
  expect(quiet.lines).toMatchObject([{ code: 'INTERNAL', err: { stack: expect.stringContaining('x is undefined') } }]);
  const loud = failing('debug');
  loud.tell(refused);
  loud.tell(refused);
  expect(loud.lines.map(({ level, err }) => [level, err !== undefined])).toEqual([
    [40, false],
    [20, true],
    [20, true],
  ]);
});
