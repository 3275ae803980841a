/** How often it fired before: times are counted once, the present one never. */
import { expect, it } from 'vitest';
import { closingMessage } from '../../../src/context/closing.ts';
import { type Episode, episodesBefore, historyLines, historyStep } from '../../../src/context/history.ts';
import { subjectOf } from '../../../src/context/subject.ts';
import { plainText } from '../../../src/domain/message.ts';
import { makeAlert } from '../alerts/make.ts';

const START = Date.parse('2026-11-25T09:44:00Z');
const MINUTE = 60_000;
const DAY = 86_400_000;
const alert = makeAlert('Slow', { host: 'web02', startsAt: new Date(START) });
const subject = subjectOf([alert], START + 5 * MINUTE, 'Europe/Berlin');
const at = (daysAgo: number, minutes?: number): Episode => ({
  startMs: START - daysAgo * DAY,
  ...(minutes !== undefined && { lastedMs: minutes * MINUTE }),
});
const said = (...found: readonly Episode[]) =>
  historyLines(found, subject).map((line) => plainText(line).replaceAll('\u202F', ' '));

it.each([
  [[at(0)], []],
  [[at(0), at(1, 12)], ['Before fired once in 30 days; lasted 12 min; last Tue 24 Nov 10:44']],
  [[at(13, 12), at(20)], ['Before fired twice in 30 days, none in the last 7; usually 12 min; last Thu 12 Nov 10:44']],
  [
    [at(2, 3), at(3, 600), at(13, 12), at(14, 14), at(15, 13)],
    ['Before fired 5 times in 30 days, 2 in the last 7; usually 13 min; last Mon 23 Nov 10:44'],
  ],
])('%j are %j', (found, lines) => {
  expect(said(...found)).toEqual(lines);
});

it('counts members that began together as one time, as long as the longest', () => {
  const second = { startMs: START - DAY + MINUTE, lastedMs: 20 * MINUTE };
  expect(episodesBefore([second, at(1, 5), at(0, 1)], START)).toEqual([
    { startMs: START - DAY, lastedMs: 20 * MINUTE },
  ]);
});

it('asks for the past of each member, of a bounded number of them', async () => {
  const asked: string[] = [];
  const members = Array.from({ length: 300 }, (_, index) =>
    makeAlert('Slow', { host: `web${index}`, startsAt: new Date(START) }),
  );
  const step = historyStep({
    async history(fingerprint, sinceMs) {
      asked.push(fingerprint);
      expect(sinceMs).toBe(START - 30 * DAY);
      return [at(1, 12)];
    },
  });
  const { lines } = await step.find(subjectOf(members, START, 'UTC'), new AbortController().signal);
  expect([asked.length, new Set(asked).size, lines.length]).toEqual([20, 20, 1]);
});

function closing(alerts: Parameters<typeof subjectOf>[0], found: readonly Episode[] = [], nowMs = START + 60 * MINUTE) {
  const message = closingMessage(subjectOf(alerts, nowMs, 'Europe/Berlin'), found);
  return message?.blocks
    .flatMap((block) => (block.kind === 'text' ? block.lines.map(plainText) : []))[0]
    ?.replaceAll('\u202F', ' ');
}

const over = (host: string, minutes: number) =>
  makeAlert('Slow', {
    host,
    status: 'resolved',
    startsAt: new Date(START),
    endsAt: new Date(START + minutes * MINUTE),
  });

it('says at the end how long it was, and the how manieth time', () => {
  expect(closing([over('web02', 17)])).toBe('Over after 17 min (10:44–11:01 CET)');
  expect(closing([over('web02', 17), over('web05', 9)], [at(1), at(2), at(0)])).toBe(
    'Over after 17 min (10:44–11:01 CET), the 3rd time in 30 days · 2 of them, the last was web02',
  );
  expect(closing([over('web02', 17)], [], START + DAY)).toBe('Over after 17 min (2026-11-25 10:44–11:01 CET)');
  expect(closing([over('web02', 0.5)])).toBe('Over after 30 s (10:44 CET)');
  expect(closing([over('web02', 1_440)])).toBe('Over after 24 h (2026-11-25 10:44 – 2026-11-26 10:44 CET)');
});

it('says nothing while it fires, or where nobody knows', () => {
  expect(closing([alert])).toBe(undefined);
  expect(closing([{ ...over('web02', 3), status: 'unknown' }])).toBe(undefined);
});
