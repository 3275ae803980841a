import { expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { createFailureLog } from '../../../src/lib/failure-log.ts';
import { createLog } from '../../../src/lib/log.ts';

function failing(level: string) {
  const lines: Record<string, unknown>[] = [];
  const time = { nowMs: 0 };
  const log = createLog(level, { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  return { lines, time, ...createFailureLog('no connection', 'warn', { log, clock: { now: () => time.nowMs } }) };
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

it('says each of failures that take turns once', () => {
  const { lines, tell } = failing('info');
  const busy = new BotError('CHAT_RATE_LIMITED', 'The chat is busy.');
  for (const failure of [refused, busy, refused, busy]) tell(failure);
  expect(lines.map(({ code }) => code)).toEqual(['CHAT_UNREACHABLE', 'CHAT_RATE_LIMITED']);
});

it('says the same failure at once when it had worked in between', () => {
  const { lines, tell, forget } = failing('info');
  tell(refused);
  forget();
  tell(refused);
  expect(lines).toHaveLength(2);
});

it('tells faults of ours apart, and remembers some of them', () => {
  const { lines, tell } = failing('info');
  for (let fault = 0; fault < 21; fault += 1) tell(new TypeError(`x${fault} is undefined`));
  tell(new TypeError('x20 is undefined'));
  expect(lines).toHaveLength(21);
  tell(new TypeError('x0 is undefined'));
  expect(lines).toHaveLength(22);
});
