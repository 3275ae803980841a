import { pino } from 'pino';
import { expect, it } from 'vitest';
import type { Chat, ChatMessage, ChatSettings } from '../../../../src/chat/chat.ts';
import { type DeliverDeps, deliverAnswer } from '../../../../src/chat/deliver.ts';
import { BotError } from '../../../../src/domain/errors.ts';
import { systemClock } from '../../../../src/lib/clock.ts';

const message: ChatMessage = {
  id: 'm1',
  chat: 'team',
  room: 'r1',
  isDirect: true,
  isAddressed: true,
  text: '6h',
  sentMs: 1,
  user: { id: 'u1', name: 'ana' },
};

it('leaves a question to the queue while the store is away, rather than refuse it', async () => {
  let posts = 0;
  const chat = { post: async () => ({ id: `p${++posts}` }) } as unknown as Chat;
  const away = () => Promise.reject(new BotError('STORE_UNAVAILABLE', 'The store cannot be used at the moment.'));
  const deps = {
    ask: { memory: { recall: away, zoneOf: away, remember: away, setZone: away } },
    clock: systemClock,
    log: pino({ level: 'silent' }),
  } as unknown as DeliverDeps;
  const settings = { rooms: {}, answers: 'thread', receiptAfterMs: 60_000 } as unknown as ChatSettings;
  const delivered = deliverAnswer(message, chat, settings, deps, new AbortController().signal);
  await expect(delivered).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(posts).toBe(0);
});
