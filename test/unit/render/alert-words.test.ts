/** What stands with the picture of an alert. */
import { expect, it } from 'vitest';
import type { AlertView } from '../../../src/domain/alert-view.ts';
import type { Answer } from '../../../src/domain/answer.ts';
import { plainText } from '../../../src/domain/message.ts';
import { alertChartWords, answerMessage } from '../../../src/render/words.ts';
import { at, sampleAnswer, sampleSeries } from './sample-answers.ts';

/** An hour in minutes, 10:02 to 11:02: quiet, then from `fromMinute` on another value. */
const step = (quiet: number, loud: number, fromMinute: number, toMinute = 60) =>
  Array.from({ length: 61 }, (_, minute) => (minute >= fromMinute && minute < toMinute ? loud : quiet));

const view = (overrides: Partial<AlertView> = {}): AlertView => ({
  name: 'HighErrorRate',
  fromMs: at('10:49'),
  members: [{ name: 'web02', fromMs: at('10:49') }],
  count: 1,
  limit: { op: '>', value: 5 },
  ...overrides,
});

const alertAnswer = (series: Readonly<Record<string, readonly (number | null)[]>>, alert = view()): Answer => ({
  ...sampleAnswer(
    Object.entries(series).map(([name, values]) => sampleSeries(name, values)),
    { title: 'checkout 5xx' },
  ),
  alert,
});

const said = (answer: Answer) => plainText(alertChartWords(answer).line).replaceAll('\u202F', ' ');
const alt = (answer: Answer) => alertChartWords(answer).alt.replaceAll('\u202F', ' ');

it('says of one series how bad it is now, against which limit, since when', () => {
  expect(said(alertAnswer({ web02: step(0.4, 12.4, 42, 61) }))).toBe(
    'checkout 5xx 12.4 % now, limit 5 %, above since 10:44',
  );
});

it('names the firing members of how many, worst first', () => {
  const quiet = step(0.4, 0.4, 0);
  const series = { web01: quiet, web02: step(0.4, 8.1, 42, 61), web03: quiet, web05: step(0.4, 12.4, 44, 61) };
  const members = ['web02', 'web05'].map((name) => ({ name, fromMs: at('10:49') }));
  expect(said(alertAnswer(series, view({ members, count: 2 })))).toBe(
    'checkout 5xx 12.4 % now (web05), limit 5 %, above since 10:46; web05 and web02 of 4 hosts',
  );
});

it('claims no series for what fires where none is known to', () => {
  const series = { web01: step(0.4, 0.4, 0), web02: step(0.4, 8.1, 42, 61) };
  expect(said(alertAnswer(series, view({ members: [] })))).toBe(
    'checkout 5xx firing since 10:49, limit 5 %; highest of 2 hosts web02, 8.1 % now',
  );
  expect(said(alertAnswer(series, view({ members: [], count: 3 })))).toMatch(
    /^checkout 5xx 3 alerts firing since 10:49/,
  );
  expect(said(alertAnswer(series, view({ members: [], toMs: at('10:59') })))).toBe(
    'checkout 5xx fired 10:49–10:59 (10 min), highest of 2 hosts 8.1 % at web02, limit 5 %',
  );
});

it('counts members beyond three', () => {
  const names = Array.from({ length: 9 }, (_, index) => `web0${index + 1}`);
  const series = Object.fromEntries(names.map((name, index) => [name, step(0.4, 20 - index, 42, 61)]));
  const members = names.map((name) => ({ name, fromMs: at('10:49') }));
  expect(said(alertAnswer(series, view({ members, count: 9 })))).toMatch(
    /; web01, web02, web03 and 6 more of 9 hosts$/,
  );
});

it('says so when the value is back and the alert still fires', () => {
  expect(said(alertAnswer({ web02: step(0.4, 12.4, 42, 55) }))).toBe(
    'checkout 5xx 0.4 % now, limit 5 %, no longer beyond it, firing since 10:49',
  );
});

it('says neither now nor no longer by a value from before the firing', () => {
  const before = [...step(0.4, 0.4, 0, 46).slice(0, 47), ...Array.from({ length: 14 }, () => null)];
  const late = { fromMs: at('11:02'), members: [{ name: 'web02', fromMs: at('11:02') }] };
  expect(said(alertAnswer({ web02: before }, view({ members: [{ name: 'web02', fromMs: at('10:49') }] })))).toBe(
    'checkout 5xx 0.4 % at 10:48 (nothing newer), limit 5 %, firing since 10:49',
  );
  const fresh = step(0.4, 0.4, 0).slice(0, 60);
  expect(said(alertAnswer({ web02: fresh }, view(late)))).toBe(
    'checkout 5xx 0.4 % at 11:01 (nothing newer), limit 5 %, firing since 11:02',
  );
  expect(said(alertAnswer({ web01: fresh, web02: fresh }, view({ ...late, members: [] })))).toBe(
    'checkout 5xx firing since 11:02, limit 5 %; highest of 2 hosts web01, 0.4 % at 11:01 (nothing newer)',
  );
  expect(said(alertAnswer({ web02: step(0.4, 0.4, 0) }))).toMatch(/limit 5 %, not beyond it in this window, firing/);
});

it('takes the lowest for the worst below a lower limit', () => {
  const limit = { op: '<', value: 10 } as const;
  const members = ['a', 'b'].map((name) => ({ name, fromMs: at('10:49') }));
  const series = { a: step(30, 8, 42, 61), b: step(30, 4, 42, 61) };
  expect(said(alertAnswer(series, view({ limit, members, count: 2 })))).toMatch(
    /^checkout 5xx 4 % now \(b\), limit 10 %, below since 10:44; b and a of 2 hosts$/,
  );
});

it('counts of counts without a limit those since it fires, and those before', () => {
  const { limit: _, ...open } = view();
  const answer = alertAnswer({ errors: step(2, 5, 47) }, { ...open, members: [] });
  const query = { ...answer.question.query, consolidate: 'sum' as const };
  const counts = { ...answer, question: { ...answer.question, query } };
  expect(said(counts)).toBe('checkout 5xx 67 % since 10:49, 94 % in the 47 min before');
});

it('says since when it fires where no limit is known', () => {
  const { limit: _, ...open } = view();
  expect(said(alertAnswer({ busy: step(1, 12.4, 42, 61) }, { ...open, members: [] }))).toBe(
    'checkout 5xx 12.4 % now, firing since 10:49',
  );
  expect(said(alertAnswer({ busy: step(1, 12.4, 42, 61) }, { ...open, isNoData: true }))).toMatch(
    /no data since 10:49$/,
  );
});

it('counts alerts whose series are not known by name', () => {
  expect(said(alertAnswer({ busy: step(1, 12.4, 42, 61) }, view({ members: [], count: 3 })))).toMatch(/; 3 alerts$/);
});

it('says of what is over how long it lasted and how bad it was, though it was worse before', () => {
  const values = step(0.4, 12.4, 42, 55).map((value, minute) => (minute < 3 ? 80 : value));
  expect(said(alertAnswer({ web02: values }, view({ toMs: at('10:57') })))).toBe(
    'checkout 5xx fired 10:49–10:57 (8 min), peak 12.4 %, limit 5 %; 0.4 % now',
  );
});

it('begins the message with the same line, and offers no other windows of what is no question', () => {
  const message = answerMessage(alertAnswer({ web02: step(0.4, 12.4, 42, 61) }));
  const [first] = message.blocks;
  expect(first?.kind === 'text' && plainText(first.lines[0] ?? []).replaceAll('\u202F', ' ')).toBe(
    'checkout 5xx 12.4 % now, limit 5 %, above since 10:44',
  );
  expect(message.buttons).toBeUndefined();
});

it('tells who cannot see the picture when each began, and the firing series before the others', () => {
  const series = { web01: step(50, 50, 0), web02: step(0.4, 12.4, 42, 61), web03: step(0.4, 11, 44, 61) };
  const members = [
    { name: 'web03', fromMs: at('10:51') },
    { name: 'web02', fromMs: at('10:49') },
  ];
  const words = alt(alertAnswer(series, view({ members, count: 2 })));
  expect(words).toContain('Began to fire: web02 10:49, web03 10:51. web02: last 12.4 %');
  expect(words.indexOf('web01: last')).toBeGreaterThan(words.indexOf('web03: last'));
  expect(alt(alertAnswer({ web02: step(0.4, 12.4, 42, 61) }))).toContain(
    'above since 10:44. Firing since 10:49. web02:',
  );
});

it('says the name of the only one that fires once', () => {
  const quiet = step(0.4, 0.4, 0);
  const series = { web01: quiet, web02: step(0.4, 12.4, 42, 61), web03: quiet };
  expect(said(alertAnswer(series))).toBe('checkout 5xx 12.4 % now (web02, 1 of 3 hosts), limit 5 %, above since 10:44');
  const over = { ...series, web02: step(0.4, 12.4, 42, 55) };
  expect(said(alertAnswer(over, view({ toMs: at('10:57'), noun: 'instances' })))).toBe(
    'checkout 5xx fired 10:49–10:57 (8 min), peak 12.4 % at web02, limit 5 %; web02 0.4 % now',
  );
});
