import { expect, it } from 'vitest';
import type { Answer } from '../../../src/domain/answer.ts';
import { createLocalMemory } from '../../../src/lib/local-memory.ts';
import { keepQuestion } from '../../../src/questions/ask.ts';
import { questionOf } from './world.ts';

it('keeps what came before a message also when the message is tried twice', async () => {
  const memory = createLocalMemory();
  const keep = async (text: string, id: string) => {
    const question = await questionOf(text);
    await keepQuestion(['thread'], { answer: { question, origin: 'x' } as Answer, explanation: {} }, memory, id);
  };
  await keep('load db01 db02 1h', 'm1');
  await keep('load db01 1h', 'm2');
  await keep('load db01 1h', 'm2');
  expect(await memory.recall('thread')).toMatchObject({
    messageId: 'm2',
    question: { text: 'load db01 last 1h' },
    before: { messageId: 'm1', question: { text: 'load db01 db02 last 1h' } },
  });
});
