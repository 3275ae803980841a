import { expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import { createLog } from '../../../src/lib/log.ts';

function logged(fields: Record<string, unknown>) {
  const lines: string[] = [];
  createLog('info', { write: (line) => void lines.push(line) }).warn(fields, 'it failed');
  return { text: lines.join(''), fields: JSON.parse(lines[0] ?? '') };
}

it('says of an error what it is, why, and what caused it, and nothing that hangs on it', () => {
  const cause = Object.assign(new Error('the connection broke'), {
    code: 'ECONNRESET',
    client: { host: 'db', secretKey: 4711, connection: { url: 'postgresql://u:hidden@db/x' } },
  });
  const err = new BotError('STORE_UNAVAILABLE', 'The store cannot be used.', { source: 'store' }, { cause });
  const { text, fields } = logged({ err });
  expect(fields.err).toMatchObject({ code: 'STORE_UNAVAILABLE', details: { source: 'store' } });
  expect(fields.err.cause).toMatchObject({ type: 'Error', message: 'the connection broke', code: 'ECONNRESET' });
  expect(fields.err.stack).toContain('log.test.ts');
  expect(text).not.toMatch(/4711|hidden|secretKey/);
});

it('ends with errors that lead back to themselves, and takes what is no error', () => {
  const err = new Error('round and round');
  err.cause = err;
  expect(logged({ err }).text.match(/"message":"round and round"/g)?.length).toBeLessThan(10);
  expect(logged({ err: 'just words' }).fields.err).toBe('just words');
});

it('never shows a field that holds a secret', () => {
  const { text } = logged({ token: 'hidden', chat: { password: 'hidden', room: { secret: 'hidden' } } });
  expect(text).not.toContain('hidden');
});
