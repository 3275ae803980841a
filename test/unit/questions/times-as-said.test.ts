/** Windows as people say them, beside the plain forms; Wednesday 25 November 2026, 11:02 in Berlin. */
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { questionOf, refusalOf, ZONE } from './world.ts';

const wall = (ms: number) => DateTime.fromMillis(ms, { zone: ZONE }).toFormat('MM-dd HH:mm');

describe('windows as they are said', () => {
  it.each([
    ['yesterday around 14:32', '11-24 14:02', '11-24 15:02'],
    ['from tuesday 10:00 to tuesday 10:00', '11-17 10:00', '11-24 10:00'],
    ['monday around noon', '11-23 11:30', '11-23 12:30'],
    ['at 10', '11-25 09:30', '11-25 10:30'],
    ['around 9', '11-25 08:30', '11-25 09:30'],
    ['at 10 yesterday', '11-24 09:30', '11-24 10:30'],
    ['yesterday at 9', '11-24 08:30', '11-24 09:30'],
    ['around 2 hours ago', '11-25 08:32', '11-25 09:32'],
    ['after 09:00', '11-25 09:00', '11-25 11:02'],
    ['1,5h', '11-25 09:32', '11-25 11:02'],
    ['0,25 h', '11-25 10:47', '11-25 11:02'],
    ['1,5 hours', '11-25 09:32', '11-25 11:02'],
    ['in march', '03-01 00:00', '04-01 00:00'],
    ['in october 2026', '10-01 00:00', '11-01 00:00'],
    ['last october', '10-01 00:00', '11-01 00:00'],
    ['in march 5', '03-05 00:00', '03-06 00:00'],
    ['last couple of hours', '11-25 09:02', '11-25 11:02'],
    ['quarter of an hour', '11-25 10:47', '11-25 11:02'],
    ['a quarter of an hour', '11-25 10:47', '11-25 11:02'],
    ['half a day', '11-24 23:02', '11-25 11:02'],
    ['this wednesday', '11-25 00:00', '11-25 11:02'],
    ['this monday', '11-23 00:00', '11-24 00:00'],
    ['on the 20th', '11-20 00:00', '11-21 00:00'],
    ['on the 30th', '10-30 00:00', '10-31 00:00'],
    ['on the 31st', '10-31 00:00', '11-01 00:00'],
    ['last weekend', '11-21 00:00', '11-23 00:00'],
    ['over the weekend', '11-21 00:00', '11-23 00:00'],
  ])('`%s` is from %s to %s', async (said, from, to) => {
    const { range, notes } = await questionOf(`cpu web01 ${said}`);
    expect([wall(range.fromMs), wall(range.toMs)]).toEqual([from, to]);
    expect(notes).toEqual([]);
    const again = await questionOf(`cpu web01 ${range.text}`);
    expect([again.range.fromMs, again.range.toMs]).toEqual([range.fromMs, range.toMs]);
  });

  it.each([
    ['2026-11-28T12:00:00Z', '11-28 00:00', '11-28 13:00'],
    ['2026-11-29T12:00:00Z', '11-28 00:00', '11-29 13:00'],
  ])('`this weekend` at %s is from %s to %s', async (now, from, to) => {
    const { range } = await questionOf('cpu web01 this weekend', { nowMs: Date.parse(now) });
    expect([wall(range.fromMs), wall(range.toMs)]).toEqual([from, to]);
  });

  it.each([
    ['09:00Z-10:00Z', 'UTC', '11-25 10:00', '11-25 11:00'],
    ['09:00+00:00 to 10:00+00:00', 'UTC', '11-25 10:00', '11-25 11:00'],
    ['between 9:00 UTC and 10:00 UTC', 'UTC', '11-25 10:00', '11-25 11:00'],
    ['since 02:00 utc', 'UTC', '11-25 03:00', '11-25 11:02'],
    ['09:00 GMT', 'UTC', '11-25 09:30', '11-25 10:30'],
    ['since 02:00 america/new_york', 'America/New_York', '11-25 08:00', '11-25 11:02'],
    ['yesterday 14:00Z', 'UTC', '11-24 14:30', '11-24 15:30'],
    ['14:00-16:00+02:00', 'Etc/GMT-2', '11-24 13:00', '11-24 15:00'],
    ['2026-11-20T14:00Z to 15:00Z', 'UTC', '11-20 15:00', '11-20 16:00'],
    ['2026-11-20T23:00Z to 01:00Z', 'UTC', '11-21 00:00', '11-21 02:00'],
    ['14:00-16:00 UTC yesterday', 'UTC', '11-24 15:00', '11-24 17:00'],
  ])('`%s` is in %s, from %s to %s', async (said, zone, from, to) => {
    const { range, notes } = await questionOf(`cpu web01 ${said}`);
    expect([range.zone, wall(range.fromMs), wall(range.toMs)]).toEqual([zone, from, to]);
    expect(notes).toEqual([]);
    const again = await questionOf(`cpu web01 ${range.text}`);
    expect(again.range).toEqual(range);
  });

  it('keeps a list of values apart from a decimal comma', async () => {
    expect((await questionOf('cpu web01,web02,1h')).text).toBe('cpu web01 web02 last 1h');
  });
});

describe('what looks like a time and is none', () => {
  it.each([
    ['gestern', 'Here it is `yesterday`.'],
    ['09:00 PST', 'A zone is named in full: `09:00 America/New_York`.'],
    ['09:00Z to 10:00 CET', 'One window has one zone, and I read `CET` and `UTC`.'],
    ['09:00+05:30', 'No zone of that offset has a name'],
    ['in 2027', 'has not begun yet'],
  ])('`%s`: %s', async (said, sentence) => {
    expect((await refusalOf(`cpu web01 ${said}`)).message).toContain(sentence);
  });

  it.each(['errors checkout per second', 'may i see errors checkout'])('`%s` is speech', async (said) => {
    expect((await questionOf(said)).text).toBe('errors checkout last 1h');
  });

  it.each([
    '9-17',
    '9.30-10.30',
    '14h30',
    '20.11.',
    '1764064800',
    'before 09:00',
    'last thirteen minutes',
    'march',
    '2019',
    'gestern',
    'letzte 2 stunden',
    '18 Uhr bis 20 Uhr',
    '09:00 PST',
    '09:00 +02:00',
    'since 09:00 Europe/Berln',
    'UTC 1h',
    'vs yesterday UTC',
    'morning',
  ])('`%s` is refused, never answered for another window', async (said) => {
    const { code, message, details } = await refusalOf(`cpu web01 ${said}`);
    expect(code).toBe('ASK_BAD_RANGE');
    expect(message).toContain('I read `cpu web01`, but not `');
    expect(details.suggestions).toEqual(['cpu web01 1h', 'cpu web01 since 09:00', 'cpu web01 yesterday 14:00-16:00']);
  });

  it.each([
    ['alerts gestern', 'alerts'],
    ['deploys checkout letzte woche', 'deploys checkout'],
  ])('`%s` is about no such thing', async (said, understood) => {
    const { code, message, details } = await refusalOf(said);
    expect([code, details.suggestions?.[0]]).toEqual(['ASK_BAD_RANGE', `${understood} 1h`]);
    expect(message).toMatch(new RegExp(`^I read \`${understood}\`, but not \`\\w+\`\\. Here it is \`\\w+\``));
  });

  it.each(['next week', 'next friday', 'this friday', 'this weekend'])('`%s` has not begun', async (said) => {
    const { message, details } = await refusalOf(`cpu web01 ${said}`);
    expect(message).toMatch(/has not begun yet\.$/);
    expect(details.suggestions).toEqual(['cpu web01 last 1h', 'cpu web01 today']);
  });

  it('days in the wrong order are swapped in the suggestion', async () => {
    const { message } = await refusalOf('cpu web01 from today to yesterday');
    expect(message).toBe('That window ends before it begins. Did you mean `yesterday to today`?');
  });

  it.each(['cpu web01 0-100', 'cpu web01 v1.2-3'])('`%s` is only named as not used', async (text) => {
    expect((await questionOf(text)).notes[0]).toContain('I used everything but');
  });
});
