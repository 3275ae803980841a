/** Charts of alerts on their way into threads: of several rooms that wait for the same ones, each is drawn once a theme. */
import { expect, it } from 'vitest';
import type { Chat } from '../../../src/chat/chat.ts';
import { createChartPoster } from '../../../src/context/chart-poster.ts';
import { subjectOf } from '../../../src/context/subject.ts';
import type { Theme } from '../../../src/domain/saved-query.ts';
import { createLog } from '../../../src/lib/log.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { sampleAnswer, sampleSeries } from '../render/sample-answers.ts';
import { NOW_MS, sampleAlert, ZONE } from './sample-alerts.ts';

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
          return { png: Uint8Array.of(1), width: 900, height: 400, slots: new Map() } as never;
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
