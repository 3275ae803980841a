/** Charts of alerts on their way into threads: of several rooms that wait for the same ones, each is drawn once a theme. */
import { expect, it } from 'vitest';
import type { Chat } from '../../../src/chat/chat.ts';
import { createChartPoster } from '../../../src/context/chart-poster.ts';
import { subjectOf } from '../../../src/context/subject.ts';
import { BotError } from '../../../src/domain/errors.ts';
import type { Theme } from '../../../src/domain/saved-query.ts';
import { createLog } from '../../../src/lib/log.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { sampleAnswer, sampleSeries } from '../render/sample-answers.ts';
import { NOW_MS, sampleAlert, ZONE } from './sample-alerts.ts';

const PICTURE = { png: Uint8Array.of(1), width: 900, height: 400, slots: new Map() } as never;

it('draws once what several rooms wait for, and again for another theme, another subject, or later', async () => {
  const [drawn, uploaded]: [(Theme | undefined)[], string[]] = [[], []];
  let found = 0;
  const poster = createChartPoster({
    find: async () => {
      found += 1;
      return { answers: [sampleAnswer([sampleSeries('web01', [1, 2])])], notes: [], reports: [] };
    },
    present: {
      renderer: {
        render: async (_answer, { theme }) => {
          drawn.push(theme);
          return PICTURE;
        },
      },
      log: createLog('silent'),
    },
    themeOf: ({ room }) => (room === 'night' ? 'dark' : undefined),
    clock: createFakeClock(NOW_MS),
    log: createLog('silent'),
  });
  const chat = {
    limits: { maxFileBytes: 1_000 },
    upload: async (_file: unknown, _message: unknown, { room }: { readonly room: string }) => {
      uploaded.push(room);
      return { id: room, room };
    },
  } as unknown as Chat;
  const subjectAt = (instance: string) => subjectOf([sampleAlert({ alertname: 'Slow', instance })], NOW_MS, ZONE);
  const post = (room: string, subject = subjectAt('web01:9100')) => {
    const place = { chat: 'team', room };
    const order = { subject, chat, place, threadId: 't', key: room, sinceMs: NOW_MS };
    return poster(order, new AbortController().signal);
  };
  await Promise.all([post('ops'), post('web'), post('night')]);
  expect([found, drawn.length, uploaded]).toEqual([1, 2, ['ops', 'web', 'night']]);
  await Promise.all([post('ops'), post('web', subjectAt('web02:9100'))]);
  expect([found, drawn.length]).toEqual([3, 4]);
});

/** A poster of two charts with what it uploaded, by key; the first is drawn and posted as is said. */
function twoCharts({ draw, upload }: { draw?: (isFirst: boolean) => Promise<void>; upload?: (key: string) => void }) {
  const [first, second] = [
    sampleAnswer([sampleSeries('web01', [1, 2])]),
    sampleAnswer([sampleSeries('web01', [3, 4])]),
  ];
  const clock = createFakeClock(NOW_MS);
  const uploaded: string[] = [];
  const poster = createChartPoster({
    find: async () => ({ answers: [first, second], notes: [], reports: [] }),
    present: {
      renderer: {
        render: async (answer) => {
          await draw?.(answer === first);
          return PICTURE;
        },
      },
      log: createLog('silent'),
    },
    themeOf: () => undefined,
    clock,
    log: createLog('silent'),
  });
  const chat = {
    limits: { maxFileBytes: 1_000 },
    upload: async (
      { name }: { readonly name: string },
      _message: unknown,
      _place: unknown,
      { idempotencyKey }: { readonly idempotencyKey: string },
    ) => {
      upload?.(idempotencyKey);
      uploaded.push(idempotencyKey);
      return { id: name, room: 'ops' };
    },
    post: async () => {
      throw new BotError('CHAT_FORBIDDEN', 'Not even words.');
    },
  } as unknown as Chat;
  const subject = subjectOf([sampleAlert({ alertname: 'Slow' })], NOW_MS, ZONE);
  const place = { chat: 'team', room: 'ops' };
  const post = () =>
    poster({ subject, chat, place, threadId: 't', key: 'k', sinceMs: NOW_MS }, new AbortController().signal);
  return { clock, uploaded, post };
}

it('posts charts in their order, although a later one was drawn first', async () => {
  const isSecondDrawn = Promise.withResolvers<void>();
  const { uploaded, post, clock } = twoCharts({
    draw: async (isFirst) => (isFirst ? await isSecondDrawn.promise : isSecondDrawn.resolve()),
  });
  await post();
  expect([uploaded, clock.sleepers]).toEqual([['k/0', 'k/1'], 0]);
});

it('lets a chart wait a few seconds for a slow one before it, not for ever', async () => {
  const isReady = Promise.withResolvers<void>();
  const { uploaded, post, clock } = twoCharts({ draw: async (isFirst) => (isFirst ? isReady.promise : undefined) });
  const posted = post();
  await clock.advance(4_000);
  expect(uploaded).toEqual([]);
  await clock.advance(2_000);
  expect(uploaded).toEqual(['k/1']);
  isReady.resolve();
  await posted;
  expect(uploaded).toEqual(['k/1', 'k/0']);
});

it('posts a chart although the one before it failed, and then throws that', async () => {
  const { uploaded, post } = twoCharts({
    upload: (key) => {
      if (key === 'k/0') throw new BotError('CHAT_FORBIDDEN', 'Not here.');
    },
  });
  await expect(post()).rejects.toThrow('Not even words.');
  expect(uploaded).toEqual(['k/1']);
});
