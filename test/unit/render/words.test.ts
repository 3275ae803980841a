import { describe, expect, it } from 'vitest';
import type { Threshold } from '../../../src/domain/annotation.ts';
import type { Answer } from '../../../src/domain/answer.ts';
import { type Line, type Message, plainText } from '../../../src/domain/message.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { answerAlt, answerMessage, emptyReason, emptyText, questionWith } from '../../../src/render/words.ts';
import {
  at,
  DAY,
  exampleValues,
  HOUR,
  MINUTE,
  NOW,
  sampleAnswer,
  sampleFrame,
  sampleQuestion,
  sampleRange,
  sampleSeries,
} from './sample-answers.ts';

const WARNING: Threshold = { op: '>', value: 80, severity: 'warning' };
const CRITICAL: Threshold = { op: '>', value: 95, severity: 'critical' };
const LIMITS = { thresholds: [WARNING, CRITICAL] };

function linesOf(message: Message): readonly Line[] {
  return message.blocks.flatMap((block) => (block.kind === 'text' ? block.lines : []));
}

/** The lines of an answer's message as text, with ordinary blanks between number and unit. */
function said(answer: Answer): string[] {
  return linesOf(answerMessage(answer)).map((line) => plainText(line).replaceAll('\u202F', ' '));
}

function minutes(count: number, valueAt: (minute: number) => number | null): (number | null)[] {
  return Array.from({ length: count }, (_, minute) => valueAt(minute));
}

function against(label: string, values: readonly (number | null)[], backMs: number, unit = 'percent') {
  const fromMs = NOW - HOUR - backMs;
  return {
    comparison: {
      label,
      offsetMs: backMs,
      fromMs,
      frames: [sampleFrame([sampleSeries('web01', values, { fromMs, unit })])],
    },
    question: {
      text: `cpu web01 last 1h vs ${label}`,
      comparison: { kind: 'range' as const, label, range: sampleRange({ fromMs, toMs: NOW - backMs, text: label }) },
    },
  };
}

describe('one series', () => {
  it('says newest value, mean, peak with its time, and how long it was above a limit', () => {
    // 53 × 35, 5 × 85, 93, 62 → 2435 / 60 = 40.58
    const answer = sampleAnswer([sampleSeries('web01', exampleValues())], { query: LIMITS });
    expect(said(answer)).toEqual([
      'CPU of web01 62 % now · mean 40.6 %, peak 93 % at 10:47 · above warning (80 %) for 6 min (10:44–10:50)',
      'last 1 hour, 10:02–11:02 CET · Graphite · Host dashboard',
    ]);
  });

  it('says that the newest value is old when it is older than two steps', () => {
    const answer = sampleAnswer([
      sampleSeries(
        'web01',
        minutes(57, () => 62),
      ),
    ]);
    expect(said(answer)[0]).toBe('CPU of web01 62 % at 10:58 (nothing newer) · every value the same');
  });

  it('takes a value of exactly two steps ago for now', () => {
    const answer = sampleAnswer([
      sampleSeries(
        'web01',
        minutes(59, () => 62),
      ),
    ]);
    expect(said(answer)[0]).toMatch(/^CPU of web01 62 % now/);
  });

  it('says since when a limit is passed and that it still is', () => {
    const values = minutes(60, (minute) => (minute >= 42 ? 97 : 50));
    expect(said(sampleAnswer([sampleSeries('web01', values)], { query: LIMITS }))[0]).toContain(
      'above critical (95 %) since 10:44, still (18 min) · above warning (80 %) since 10:44, still (18 min)',
    );
  });

  it('counts the times that a limit was passed and adds them up', () => {
    const values = minutes(60, (minute) => ([5, 6, 20, 40, 41, 42].includes(minute) ? 90 : 50));
    expect(said(sampleAnswer([sampleSeries('web01', values)], { query: LIMITS }))[0]).toContain(
      'above warning (80 %) 3 times, 6 min in all, last 10:42–10:45',
    );
  });

  it('says that a limit was passed all the time', () => {
    const values = minutes(60, (minute) => (minute < 59 ? 90 : 81));
    expect(said(sampleAnswer([sampleSeries('web01', values)], { query: LIMITS }))[0]).toContain(
      'above warning (80 %) all the time',
    );
  });

  it('tells the lowest value where low is bad, and limits below', () => {
    const values = minutes(60, (minute) => (minute === 30 ? 4 : 20));
    const answer = sampleAnswer([sampleSeries('web01', values)], {
      title: 'Disk free of web01',
      query: { worst: 'low', thresholds: [{ op: '<', value: 5, severity: 'critical', title: 'full' }] },
    });
    expect(said(answer)[0]).toBe(
      'Disk free of web01 20 % now · mean 19.7 %, lowest 4 % at 10:32, highest 20 % at 10:02 · below critical (5 %, full) for 1 min (10:32–10:33)',
    );
  });

  it('says a long unit once, in words', () => {
    const values = minutes(60, (minute) => (minute === 10 ? 400 : 300));
    const answer = sampleAnswer([sampleSeries('checkout', values, { unit: 'req/s' })], {
      title: 'Requests of checkout',
    });
    expect(said(answer)[0]).toBe('Requests of checkout 300 per second now · mean 302, peak 400 at 10:12');
  });

  it('says what consolidated values stand for where it bends the number', () => {
    const series = sampleSeries('web01', exampleValues());
    const answer = sampleAnswer([series], {
      frames: [sampleFrame([series], { stepMs: MINUTE, consolidated: 'average' })],
    });
    expect(said(answer)[0]).toContain('mean 40.6 %, peak of 1 min averages 93 % at 10:47');
  });

  it('says of several what their consolidated values stand for', () => {
    const series = ['web01', 'web02'].map((name) => sampleSeries(name, exampleValues()));
    const answer = sampleAnswer(series, {
      frames: [sampleFrame(series, { stepMs: MINUTE, consolidated: 'average' })],
    });
    expect(said(answer)[0]).toContain('web01 62 % now (mean 40.6 %, peak of 1 min averages 93 % at 10:47)');
  });

  it('keeps a name that ends in a number apart from the number that follows', () => {
    const names = ['web01 200', '10.0.0.7', 'web01', 'disk-2'];
    const series = names.map((name, index) => sampleSeries(name, [5 - index, 5 - index], { fromMs: NOW - MINUTE }));
    expect(said(sampleAnswer(series))[0]).toContain('web01 200: 5 % now, 10.0.0.7: 4 %, web01 3 %, disk-2 2 %');
  });

  it('leaves gaps out of every number and out of the time beyond a limit', () => {
    const values = minutes(60, (minute) => (minute % 2 === 0 ? null : 90));
    expect(said(sampleAnswer([sampleSeries('web01', values)], { query: LIMITS }))[0]).toBe(
      'CPU of web01 90 % now · every value the same · above warning (80 %) at every value',
    );
  });

  it('calls a single value what it is', () => {
    const values = minutes(60, (minute) => (minute === 59 ? 62 : null));
    expect(said(sampleAnswer([sampleSeries('web01', values)]))[0]).toBe(
      'CPU of web01 62 % now · the only value in the window',
    );
  });
});

describe('windows', () => {
  const yesterday = sampleRange({
    fromMs: at('14:00', '2026-11-24'),
    toMs: at('15:00', '2026-11-24'),
    text: 'yesterday 14:00-15:00',
  });

  it('does not say now about a window in the past, and dates the first moment only', () => {
    const answer = sampleAnswer([sampleSeries('web01', exampleValues(), { fromMs: yesterday.fromMs })], {
      question: { range: yesterday, text: 'cpu web01 yesterday 14:00-15:00' },
    });
    expect(said(answer)).toEqual([
      'CPU of web01 62 % at the end (Tue 24 Nov 14:59) · mean 40.6 %, peak 93 % at 14:45',
      'yesterday, Tue 24 Nov 14:00–15:00 CET · Graphite · Host dashboard',
    ]);
  });

  it('does not claim that nothing newer exists when the window ended before', () => {
    const answer = sampleAnswer([sampleSeries('web01', exampleValues().slice(0, 30), { fromMs: yesterday.fromMs })], {
      question: { range: yesterday },
    });
    expect(said(answer)[0]).toContain('35 % Tue 24 Nov 14:29 (nothing later in the window)');
  });

  it('dates moments of another day in a window of two', () => {
    const range = sampleRange({ fromMs: NOW - DAY, text: 'last 24h' });
    const values = minutes(24, (hour) => (hour === 2 ? 93 : hour === 23 ? 62 : 50));
    const answer = sampleAnswer([sampleSeries('web01', values, { fromMs: NOW - DAY, stepMs: HOUR })], {
      question: { range },
      query: LIMITS,
    });
    expect(said(answer)).toEqual([
      'CPU of web01 62 % now · mean 52.3 %, peak 93 % Tue 24 Nov 13:02 · above warning (80 %) for 60 min (Tue 24 Nov 13:02–14:02)',
      'last 24 hours, Tue 24 Nov 11:02 – today 11:02 CET · Graphite · Host dashboard',
    ]);
  });

  it('echoes the part that a follow-up changed in bold', () => {
    const range = sampleRange({ fromMs: NOW - 6 * HOUR, text: 'last 6h' });
    const answer = sampleAnswer([sampleSeries('web01', exampleValues())], { question: { range, changed: 'range' } });
    const window = linesOf(answerMessage(answer))[1];
    expect(window?.slice(0, 2)).toEqual([{ name: 'last 6 hours', bold: true }, ' · 05:02–11:02 CET']);
  });

  it('says demo of made-up data, in text and alt text', () => {
    const answer = sampleAnswer([sampleSeries('web01', exampleValues())], { query: { isDemo: true } });
    expect(said(answer)[1]).toMatch(/^demo data · last 1 hour/);
    expect(answerAlt(answer)).toContain('Demo data');
  });
});

describe('comparisons', () => {
  it('tells percent differences in points, with what mean and peak were', () => {
    // a week ago: 58 × 30, 71 at 10:15, 50 at 11:01 → 1861 / 60 = 31.0
    const values = minutes(60, (minute) => (minute === 13 ? 71 : minute === 59 ? 50 : 30));
    const answer = sampleAnswer([sampleSeries('web01', exampleValues())], against('last week', values, 7 * DAY));
    expect(said(answer)).toEqual([
      'CPU of web01 62 % now, 12 points more than a week ago · mean 40.6 % (was 31 %), peak 93 % at 10:47 (was 71 % at 10:15)',
      'last 1 hour, 10:02–11:02 CET · compared with Wed 18 Nov 10:02–11:02 · Graphite · Host dashboard',
    ]);
  });

  it('tells other differences as value and share', () => {
    const series = sampleSeries(
      'web01',
      minutes(60, () => 0.34),
      { unit: 'seconds' },
    );
    const answer = sampleAnswer(
      [series],
      against(
        'yesterday',
        minutes(60, () => 0.2),
        DAY,
        'seconds',
      ),
    );
    expect(said(answer)[0]).toContain('340 ms now, 140 ms (70 %) more than yesterday · mean 340 ms (was 200 ms)');
  });

  it('claims nothing where the two sides have no values at the same times', () => {
    const own = sampleSeries(
      'web01',
      minutes(46, () => 42),
    );
    const late = minutes(60, (minute) => (minute < 46 ? null : 42));
    expect(said(sampleAnswer([own], against('yesterday', late, DAY)))).toEqual([
      'CPU of web01 42 % at 10:47 (nothing newer) · every value the same',
      'last 1 hour, 10:02–11:02 CET · compared with Tue 24 Nov 10:02–11:02 · Graphite · Host dashboard',
      'Too little to compare: yesterday has values for 14 min of 1 h, at most 3 min at the same times.',
    ]);
  });

  it('says the same where both are written alike', () => {
    const answer = sampleAnswer(
      [
        sampleSeries(
          'web01',
          minutes(60, () => 50.001),
        ),
      ],
      against(
        'yesterday',
        minutes(60, () => 50),
        DAY,
      ),
    );
    expect(said(answer)[0]).toContain('50 % now, the same as yesterday');
  });

  it('compares with the value at the same clock time, not with the last one', () => {
    const values = minutes(60, (minute) => (minute === 40 ? 10 : 70));
    const answer = sampleAnswer(
      [
        sampleSeries(
          'web01',
          minutes(41, () => 50),
        ),
      ],
      against('yesterday', values, DAY),
    );
    expect(said(answer)[0]).toContain('40 points more than yesterday');
  });

  it('compares with a coarser archive at the sample nearest to the clock time', () => {
    const fromMs = NOW - HOUR - DAY;
    const coarse = sampleSeries('web01', [20, 20, 20, 20, 20, 30], { fromMs, stepMs: 10 * MINUTE });
    const { comparison, question } = against('yesterday', [], DAY);
    const answer = sampleAnswer([sampleSeries('web01', exampleValues())], {
      comparison: { ...comparison, frames: [sampleFrame([coarse])] },
      question,
    });
    expect(said(answer)[0]).toContain('62 % now, 32 points more than yesterday');
  });

  it('tells several series with what each was', () => {
    const fromMs = NOW - HOUR - DAY;
    const { comparison, question } = against('yesterday', [], DAY);
    const hosts = (base: number, start: number) =>
      ['web01', 'web02'].map((name, index) =>
        sampleSeries(
          name,
          minutes(60, () => base + 10 * index),
          { fromMs: start },
        ),
      );
    const answer = sampleAnswer(hosts(50, NOW - HOUR), {
      title: 'CPU of web*',
      comparison: { ...comparison, frames: [sampleFrame(hosts(30, fromMs))] },
      question,
    });
    expect(said(answer)[0]).toBe(
      'CPU of web* web02 60 % now (was 40 %), web01 50 % (was 30 %) · peak 60 % of web02 at 10:02',
    );
  });

  it('names the other host where hosts are compared', () => {
    const other = sampleFrame([
      sampleSeries(
        'web02',
        exampleValues().map((value) => value - 9),
      ),
    ]);
    const answer = sampleAnswer([sampleSeries('web01', exampleValues())], {
      comparison: { label: 'web02', offsetMs: 0, fromMs: NOW - HOUR, frames: [other] },
      question: { comparison: { kind: 'arguments', label: 'web02', arguments: { host: ['web02'] } } },
    });
    expect(said(answer)[0]).toBe(
      'CPU of web01 62 % now, 9 points more than web02 · mean 40.6 % (web02 31.6 %), peak 93 % at 10:47 (web02 84 % at 10:47)',
    );
  });
});

describe('what is said once', () => {
  const yesterday = {
    fromMs: at('14:00', '2026-11-24'),
    toMs: at('15:00', '2026-11-24'),
    text: 'yesterday 14:00-15:00',
  };
  const hot = (name: string) => sampleSeries(name, [90, ...Array(59).fill(40)]);

  it('two of two are both', () => {
    const answer = sampleAnswer([hot('web01'), hot('web02')], {
      query: LIMITS,
      ...against('yesterday', Array(60).fill(30), DAY),
    });
    expect(said(answer)[0]).toContain('both above warning (80 %) at some time');
  });

  it('the end of a past window has no brackets beside those of its numbers', () => {
    const range = sampleRange(yesterday);
    const series = ['web01', 'web02'].map((name) => sampleSeries(name, Array(60).fill(40), { fromMs: range.fromMs }));
    const [line] = said(sampleAnswer(series, { question: { range } }));
    expect(line).toContain('web01 40 % at the end (mean 40 %');
  });

  it('a ranking of few names each of them once', () => {
    const answer = sampleAnswer([hot('web01'), hot('web02')], {
      title: 'CPU of web01, web02, web03',
      rankedFrom: 3,
      question: { arguments: { host: ['web01', 'web02', 'web03'] }, ranking: { order: 'top', count: 2 } },
    });
    expect(said(answer)[0]).toMatch(/^CPU, 2 highest of 3 hosts by mean web01/);
  });

  it('a limit whose title is its value', () => {
    const thresholds = [{ op: '>', value: 80, severity: 'warning', title: '80 %' }] as const;
    expect(said(sampleAnswer([hot('web01')], { query: { thresholds } }))[0]).toContain('above warning (80 %) for');
  });

  it('steps so wide that values are what was made of them', () => {
    const series = sampleSeries('web01', Array(6).fill(40), { stepMs: 10 * MINUTE });
    const answer = sampleAnswer([series], { frames: [sampleFrame([series], { stepMs: 10 * MINUTE })] });
    expect(said(answer)[1]).toContain('last 1 hour, 10:02–11:02 CET (10 min steps)');
    const noted = { ...answer, notes: ['So far back Graphite keeps one point per 10 min.'] };
    expect(said(noted)[1]).not.toContain('steps');
  });
});

describe('what changed in a follow-up', () => {
  const hosts = Array.from({ length: 20 }, (_, index) => `web${index + 1}`);

  it.each([
    ['arguments' as const, { arguments: { host: hosts }, ranking: { order: 'bottom' as const, count: 3 } }, 'bottom 3'],
    ['arguments' as const, { arguments: { host: hosts } }, 'web1, web2, web3, web4, web5 and 15 more'],
    ['output' as const, { askedLooks: { bars: true, min: 0 } }, 'as bars, 0..'],
    ['output' as const, { output: 'table' as const }, 'as table'],
  ])('%s are echoed short', (changed, question, words) => {
    const answer = sampleAnswer([sampleSeries('web01', exampleValues())], { question: { ...question, changed } });
    expect(said(answer)[1]?.startsWith(`${words} · `)).toBe(true);
  });
});

describe('limits far ahead', () => {
  const rising = (name: string) =>
    sampleSeries(
      name,
      minutes(60, (minute) => 20 + minute / 6),
    );

  it('are not promised: what rises now falls again with the day', () => {
    expect(said(sampleAnswer([rising('web01')], { query: LIMITS }))[0]).toMatch(/rising 10 points\/h$/);
  });

  it('are not told of each host of a list, unless it is a level', () => {
    const lists = [{}, { measure: 'last' as const, looks: { max: 100, min: 0 } }].map(
      (query) => said(sampleAnswer([rising('web01'), rising('web02')], { query: { ...LIMITS, ...query } }))[0],
    );
    expect(lists[0]).not.toContain('in about');
    expect(lists[1]).toContain('full in about 7 h');
  });
});

describe('comparisons with other arguments', () => {
  const flat = (name: string, value: number) => sampleSeries(name, [...Array(59).fill(value - 2), value]);
  const versus = (own: readonly string[], other: readonly string[]) => ({
    arguments: { host: own },
    comparison: { kind: 'arguments' as const, label: other.join(', '), arguments: { host: other } },
  });
  const other = (...series: ReturnType<typeof flat>[]) => ({
    label: 'other',
    offsetMs: 0,
    fromMs: NOW - HOUR,
    frames: [sampleFrame(series)],
  });

  it('say every one of the others beside one host', () => {
    const answer = sampleAnswer([flat('web01', 40)], {
      comparison: other(flat('web02', 30), flat('web03', 50)),
      question: versus(['web01'], ['web02', 'web03']),
    });
    expect(said(answer)[0]).toContain('40 % now · against web03 50 % (mean 48 %), web02 30 % (mean 28 %) · mean 38 %');
  });

  it('say the other host beside several', () => {
    const answer = sampleAnswer([flat('web01', 40), flat('web02', 45)], {
      comparison: other(flat('web03', 50)),
      question: versus(['web01', 'web02'], ['web03']),
    });
    expect(said(answer)[0]).toContain('web02 45 % now, web01 40 % · against web03 50 % (mean 48 %)');
  });

  it('put each part beside the same part of the other host', () => {
    const answer = sampleAnswer([flat('web01.root', 40), flat('web01.var', 20)], {
      title: 'Disk of web01',
      comparison: other(flat('web02.var', 30), flat('web02.root', 50)),
      question: versus(['web01'], ['web02']),
    });
    expect(said(answer)[0]).toContain('root 40 % now');
    expect(said(answer)[0]).toMatch(/root 40 % now \(.* 50 %\), var 20 % \(.* 30 %\)/);
    expect(said(answer)[0]).not.toContain('against');
  });

  it.each([
    ['1h ago', 'less than 1 hour ago'],
    ['2d ago', 'less than 2 days ago'],
    ['previous', 'less than in the window before'],
  ])('say `vs %s` as %s', (label, words) => {
    const then = Array(60).fill(50);
    const answer = sampleAnswer([flat('web01', 40)], against(label, then, HOUR));
    expect(said(answer)[0]).toContain(words);
  });

  it('tell that the other side comes in coarser steps', () => {
    const { comparison, question } = against('last week', Array(6).fill(50), 7 * DAY);
    const coarse = sampleSeries('web01', Array(6).fill(50), { fromMs: comparison.fromMs, stepMs: 10 * MINUTE });
    const answer = sampleAnswer([flat('web01', 40)], {
      question,
      comparison: { ...comparison, frames: [sampleFrame([coarse], { stepMs: 10 * MINUTE })] },
    });
    expect(said(answer)[1]).toContain('compared with Wed 18 Nov 10:02–11:02 (10 min steps)');
  });
});

describe('several series', () => {
  const fleet = Array.from({ length: 20 }, (_, index) =>
    sampleSeries(
      `web${String(index + 1).padStart(2, '0')}`,
      minutes(60, (minute) => 99 - 4 * index - (minute === 59 ? 1 : 0)),
    ),
  );

  it('names the five worst, counts the rest with their bound, and counts who is beyond a limit', () => {
    const answer = sampleAnswer(fleet.toReversed(), { title: 'CPU of web*', query: LIMITS });
    expect(said(answer)[0]).toBe(
      'CPU of web* web01 98 % now, web02 94 %, web03 90 %, web04 86 %, web05 82 %, … 15 more, none above 78 % · peak 99 % of web01 at 10:02 · 1 of 20 above critical (95 %) now · 5 of 20 above warning (80 %) now',
    );
  });

  it('gives up to three series their own mean, peak and limits', () => {
    const answer = sampleAnswer(fleet.slice(4, 6).toReversed(), { title: 'CPU of web05, web06', query: LIMITS });
    expect(said(answer)[0]).toBe(
      'CPU of web05, web06 web05 82 % now (mean 83 %, peak 83 % at 10:02) · web06 78 % (mean 79 %, peak 79 % at 10:02) · above warning (80 %): web05 all the time',
    );
  });

  it('tells the measure where the newest values do not explain the order', () => {
    const series = ['a', 'b', 'c', 'd'].map((name, index) =>
      sampleSeries(
        name,
        minutes(60, (minute) => (minute === 59 ? 10 * index : 80 - 20 * index)),
      ),
    );
    // means: (59 × 80 + 0) / 60 = 78.7, (59 × 60 + 10) / 60 = 59.2, (59 × 40 + 20) / 60 = 39.7, (59 × 20 + 30) / 60 = 20.2
    expect(said(sampleAnswer(series, { title: 'CPU' }))[0]).toContain(
      'a 0 % now (mean 78.7 %), b 10 % (mean 59.2 %), c 20 % (mean 39.7 %), d 30 % (mean 20.2 %)',
    );
  });

  it('names the lowest first where low is bad', () => {
    const answer = sampleAnswer(fleet.slice(0, 7), { title: 'Free', query: { worst: 'low' } });
    expect(said(answer)[0]).toContain(
      'web07 74 % now, web06 78 %, web05 82 %, web04 86 %, web03 90 %, … 2 more, none below 94 %',
    );
  });

  it('leaves out the beginning of names that the title says', () => {
    const series = ['web01.tx', 'web01.rx'].map((name, index) =>
      sampleSeries(
        name,
        minutes(60, () => 5 - index),
      ),
    );
    expect(said(sampleAnswer(series, { title: 'Network of web01' }))[0]).toMatch(
      /^Network of web01 tx 5 % now .* rx 4 %/,
    );
    expect(said(sampleAnswer(series, { title: 'Network' }))[0]).toContain('web01.tx 5 %');
  });

  it('says of a stale one alone that it is stale', () => {
    const stale = sampleSeries(
      'web03',
      minutes(40, () => 95),
    );
    const answer = sampleAnswer([...fleet.slice(3, 6), stale], { title: 'CPU' });
    expect(said(answer)[0]).toContain('CPU web03 95 % at 10:41 (nothing newer), web04 86 % now, web05 82 %');
  });

  it('says how many were ranked, by what, and when a disk is full', () => {
    const day = sampleRange({ fromMs: NOW - DAY, text: 'last 24h' });
    const disk = (name: string, endValue: number, perHour: number) =>
      sampleSeries(
        name,
        minutes(144, (index) => endValue - (perHour * (143 - index)) / 6),
        { fromMs: NOW - DAY, stepMs: 10 * MINUTE },
      );
    const answer = sampleAnswer([disk('db02 /var', 96, 0.45), disk('db01 /', 91, 0), disk('web07 /', 84, 0)], {
      title: 'Disk used of 42 hosts',
      rankedFrom: 42,
      query: { measure: 'last', looks: { min: 0, max: 100 } },
      question: {
        range: day,
        ranking: { order: 'top', count: 3 },
        text: 'top 3 disk last 24h',
        arguments: { host: Array.from({ length: 42 }, (_, index) => `host${index}`) },
      },
    });
    expect(said(answer)[0]).toBe(
      'Disk used, 3 highest of 42 hosts db02 /var 96 % now (full in about 9 h) · db01 / 91 % · web07 / 84 %',
    );
  });
});

describe('rankings', () => {
  it('counts series, not hosts, when hosts have several each', () => {
    const answer = sampleAnswer([sampleSeries('db02 /var', [96]), sampleSeries('db02 /', [91])], {
      title: 'Disk used of 2 hosts',
      rankedFrom: 5,
      question: { ranking: { order: 'bottom', count: 2 }, arguments: { host: ['db02', 'db01'] } },
    });
    expect(said(answer)[0]).toMatch(/^Disk used, 2 highest of 5 series by mean /);
  });

  it('names the one that is alone at its end', () => {
    const answer = sampleAnswer([sampleSeries('web01', exampleValues())], {
      title: 'CPU of 3 hosts',
      rankedFrom: 3,
      question: { ranking: { order: 'bottom', count: 1 }, arguments: { host: ['db01', 'web01', 'web02'] } },
    });
    expect(said(answer)[0]).toMatch(/^CPU, lowest of 3 hosts by mean web01 62 % now · mean 40\.6 %/);
  });

  it('gives no total of counts that are only the first few', () => {
    const services = ['a', 'b'].map((name, index) =>
      sampleSeries(
        name,
        minutes(60, () => 2 - index),
        { unit: 'count' },
      ),
    );
    const answer = sampleAnswer(services, {
      title: 'Errors of 3 services',
      rankedFrom: 3,
      query: { unit: makeUnit('count'), consolidate: 'sum', measure: 'sum' },
      question: { ranking: { order: 'top', count: 2 }, arguments: { host: ['a', 'b', 'c'] } },
    });
    expect(said(answer)[0]).toBe('Errors, 2 highest of 3 hosts by sum a 120, b 60');
  });
});

describe('stacked parts', () => {
  it('says the total, the biggest part and what grew most', () => {
    const parts = [
      sampleSeries(
        'user',
        minutes(60, () => 40),
      ),
      sampleSeries(
        'iowait',
        minutes(60, (minute) => (minute < 30 ? 4 : 20)),
      ),
      sampleSeries(
        'system',
        minutes(60, () => 8),
      ),
    ];
    const answer = sampleAnswer(parts, { title: 'CPU of web01 by mode', query: { looks: { stacked: true } } });
    expect(said(answer)[0]).toBe(
      'CPU of web01 by mode total 68 % now · most is user 40 % · iowait grew most, 4 % → 20 % (first and last quarter) · mean 60 %, peak 68 % at 10:32',
    );
  });
});

describe('counts', () => {
  const query = { unit: makeUnit('count'), consolidate: 'sum' as const };
  const errors = minutes(60, (minute) => (minute === 42 ? 57 : minute === 59 ? 3 : 1));

  it('says the sum, the change, the busiest minute and the newest one', () => {
    // 58 × 1 + 57 + 3 = 118; before: 60 × 2 = 120
    const answer = sampleAnswer([sampleSeries('checkout', errors, { unit: 'count' })], {
      ...against(
        'last week',
        minutes(60, () => 2),
        7 * DAY,
        'count',
      ),
      title: 'Errors of checkout',
      query,
    });
    expect(said(answer)[0]).toBe(
      'Errors of checkout 118 in 1 h, 2 (1.7 %) fewer than a week ago (120) · busiest minute 10:44 with 57 · 3 in the last minute',
    );
  });

  it('adds samples up to minutes', () => {
    const values = minutes(360, (index) => (index >= 120 && index < 126 ? 2 : 1));
    const answer = sampleAnswer([sampleSeries('checkout', values, { unit: 'count', stepMs: 10_000 })], {
      title: 'Errors',
      query,
    });
    expect(said(answer)[0]).toBe('Errors 366 in 1 h · busiest minute 10:22 with 12 · 6 in the last minute');
  });

  it('says none where nothing happened', () => {
    const answer = sampleAnswer(
      [
        sampleSeries(
          'checkout',
          minutes(60, () => 0),
          { unit: 'count' },
        ),
      ],
      { title: 'Errors', query },
    );
    expect(said(answer)[0]).toBe('Errors none in 1 h · 0 in the last minute');
  });

  it('does not add up a level that happens to be whole', () => {
    const answer = sampleAnswer(
      [
        sampleSeries(
          'web01',
          minutes(60, () => 4),
          { unit: 'count' },
        ),
      ],
      {
        title: 'Replicas',
        query: { unit: makeUnit('count') },
      },
    );
    expect(said(answer)[0]).toBe('Replicas 4 now · every value the same');
  });

  it('names the services with the most, and adds the rest up', () => {
    const services = Array.from({ length: 7 }, (_, index) =>
      sampleSeries(
        `s${index}`,
        minutes(60, () => index),
        { unit: 'count' },
      ),
    );
    expect(said(sampleAnswer(services, { title: 'Errors', query }))[0]).toContain(
      'Errors 1260 in 1 h · s6 360, s5 300, s4 240, s3 180, s2 120, … 2 more, 60 together',
    );
  });
});

describe('trends', () => {
  const day = sampleRange({ fromMs: NOW - DAY, text: 'last 24h' });
  const rising = (perStep: number) =>
    sampleSeries(
      'db02',
      minutes(144, (index) => 40 * 1024 ** 3 + perStep * index),
      {
        unit: 'bytes',
        fromMs: NOW - DAY,
        stepMs: 10 * MINUTE,
      },
    );

  it('says the rate and when the end of the scale is reached', () => {
    // 2 GiB a day from 42 GiB to 60 GiB: 9 days
    const answer = sampleAnswer([rising((2 * 1024 ** 3) / 144)], {
      title: 'Disk used of db02',
      query: { measure: 'last', looks: { min: 0, max: 60 * 1024 ** 3 } },
      question: { range: day },
    });
    expect(said(answer)[0]).toContain('rising 2 GiB/day, full in about 9 days at this rate');
  });

  it('says no end that nobody knows', () => {
    const answer = sampleAnswer([rising((2 * 1024 ** 3) / 144)], { question: { range: day } });
    expect(said(answer)[0]).toMatch(/ · rising 2 GiB\/day$/);
  });

  it('names the limit that a load is going to pass', () => {
    const values = minutes(60, (minute) => 20 + minute * 0.5);
    const answer = sampleAnswer([sampleSeries('web01', values)], { query: LIMITS });
    // 49.5 % now, half a point a minute: 61 min to 80 %
    expect(said(answer)[0]).toContain('rising 30 points/h, at warning (80 %) in about 61 min at this rate');
  });

  it.each([
    ['noise', (minute: number) => 50 + 30 * Math.sin(minute * 12.9898)],
    ['a wave', (minute: number) => 50 + 30 * Math.sin(minute / 6)],
    ['a jump', (minute: number) => (minute < 30 ? 20 : 80)],
    ['a spike at the end', (minute: number) => (minute > 56 ? 95 : 20)],
    ['a creep of one percent', (minute: number) => 50 + minute / 120],
  ])('claims none for %s', (_, valueAt) => {
    const answer = sampleAnswer([sampleSeries('web01', minutes(60, valueAt))], { query: LIMITS });
    expect(said(answer)[0]).not.toMatch(/rising|falling/);
  });
});

describe('what stands under the numbers', () => {
  const series = sampleSeries('web01', exampleValues());
  const deploy = (clock: string, title: string) => ({ timeMs: at(clock), kind: 'deploy' as const, title, tags: [] });

  it('lists deploys in the window, the newest five, and counts the others', () => {
    const annotations = [
      deploy('09:50', 'too early'),
      ...['10:05', '10:10', '10:15', '10:20', '10:30', '10:41'].map((clock) => deploy(clock, `checkout ${clock}`)),
      { timeMs: at('10:22'), endMs: at('10:35'), kind: 'incident' as const, title: 'Incident 7', tags: [] },
    ];
    expect(said(sampleAnswer([series], { annotations }))[2]).toBe(
      '10:15 deploy checkout 10:15 · 10:20 deploy checkout 10:20 · 10:22–10:35 Incident 7 · 10:30 deploy checkout 10:30 · 10:41 deploy checkout 10:41 · … 2 earlier',
    );
  });

  it('puts each remark on its own line, none twice, with warnings of the source', () => {
    const answer = sampleAnswer([series], {
      frames: [sampleFrame([series], { warnings: ['Graphite has nothing for web02.', 'One.'] })],
      notes: ['One.', '`wbe01` is not a host I know. Showing **web01**.'],
    });
    expect(said(answer).slice(2)).toEqual([
      'One.',
      'wbe01 is not a host I know. Showing web01.',
      'Graphite has nothing for web02.',
    ]);
  });

  it('gives names from outside as names, never as its own words', () => {
    const hostile = 'web01](http://evil) @all';
    const answer = sampleAnswer([sampleSeries(hostile, exampleValues()), sampleSeries('web02', exampleValues())], {
      title: hostile,
      annotations: [deploy('10:41', hostile)],
      notes: [hostile],
    });
    const own = linesOf(answerMessage(answer))
      .flat()
      .filter((span) => typeof span === 'string')
      .join('');
    expect(own).not.toContain('evil');
    expect(own).not.toContain('@all');
  });

  it('offers the other windows as whole questions', () => {
    expect(answerMessage(sampleAnswer([series])).buttons).toEqual([
      { label: '6h', question: 'cpu web01 last 6h' },
      { label: '24h', question: 'cpu web01 last 24h' },
      { label: '7d', question: 'cpu web01 last 7d' },
    ]);
  });

  it('offers no window that the query refuses', () => {
    const { buttons } = answerMessage(sampleAnswer([series], { query: { maxRangeMs: DAY } }));
    expect(buttons?.map(({ label }) => label)).toEqual(['6h', '24h']);
  });
});

describe('questionWith', () => {
  const asked = (text: string, rangeText: string) =>
    questionWith(sampleQuestion({ text, range: sampleRange({ text: rangeText }) }), 'last 6h');

  it('replaces the window where it stands', () => {
    expect(asked('cpu web01 last 1h vs last week', 'last 1h')).toBe('cpu web01 last 6h vs last week');
  });

  it('leaves the other side of a comparison alone', () => {
    expect(asked('cpu web01 last week vs last week', 'last week')).toBe('cpu web01 last 6h vs last week');
  });

  it('leaves quoted words alone', () => {
    expect(asked('logs checkout "down last 1h" last 1h', 'last 1h')).toBe('logs checkout "down last 1h" last 6h');
  });

  it('adds a window that was not said, before a comparison', () => {
    expect(asked('cpu web01', 'last 1h')).toBe('cpu web01 last 6h');
    expect(asked('cpu web01 vs yesterday', 'last 1h')).toBe('cpu web01 last 6h vs yesterday');
  });
});

describe('nothing to draw', () => {
  const empty = (reason: NonNullable<Answer['empty']>, question = {}) => sampleAnswer([], { empty: reason, question });

  it('says that a thing never existed, with the names near it and the question for the nearest', () => {
    const answer = empty(
      { kind: 'never_existed', what: 'servers.web99', near: ['web09', 'web19'] },
      { text: 'cpu web99 last 1h' },
    );
    expect(said(answer)[0]).toBe(
      'CPU of web01 servers.web99 has never sent anything. Near: web09, web19. Try cpu web09 last 1h.',
    );
  });

  it('keeps a name whole that was said whole', () => {
    const text = 'zabbix: web01 cpu.usr 6h';
    const answer = empty({ kind: 'never_existed', what: 'cpu.usr', near: ['cpu.user'] }, { text });
    expect(said(answer)[0]).toBe(
      'CPU of web01 cpu.usr has never sent anything. Near: cpu.user. Try zabbix: web01 cpu.user 6h.',
    );
  });

  it('says when it stopped, with the last value and the window that shows it', () => {
    const answer = empty({ kind: 'stopped', what: 'web01', lastMs: at('07:42'), lastValue: 61 });
    expect(said(answer)[0]).toBe(
      'CPU of web01 web01 sent its last value at 07:42 (3 h ago): 61 %. cpu web01 06:45-07:45 shows it.',
    );
  });

  it('dates a stop on another day, in words that can be asked', () => {
    const answer = empty({ kind: 'stopped', what: 'web01', lastMs: at('00:12', '2026-11-20'), lastValue: 61 });
    expect(said(answer)[0]).toContain(
      'Fri 20 Nov 00:12 (5 days ago): 61 %. cpu web01 2026-11-19 23:15 to 2026-11-20 00:15 shows it.',
    );
  });

  it('says that the window is too old', () => {
    const range = sampleRange({ fromMs: NOW - 42 * DAY, toMs: NOW - 41 * DAY, text: '2026-10-14' });
    const answer = empty({ kind: 'too_old', keptMs: 30 * DAY }, { range, text: 'cpu web01 2026-10-14' });
    expect(said(answer)[0]).toBe(
      'CPU of web01 Graphite keeps this metric for 30 days; the window ends 41 days ago. cpu web01 last 30d is all that it still has.',
    );
  });

  it('says that the expression is mistaken, and how it would be right', () => {
    const answer = empty({ kind: 'mistaken', why: 'sum takes away le', write: 'sum by (le) (…)' });
    expect(said(answer)[0]).toBe('CPU of web01 sum takes away le. It should say sum by (le) (…).');
  });

  it('tells a window of 70 days ago from one of the 60 that are kept', () => {
    const range = sampleRange({ fromMs: NOW - 71 * DAY, toMs: NOW - 70 * DAY, text: '2026-09-16' });
    const answer = empty({ kind: 'too_old', keptMs: 60 * DAY }, { range, text: 'cpu web01 2026-09-16' });
    expect(said(answer)[0]).toContain('keeps this metric for 60 days; the window ends 70 days ago.');
  });

  it('calls the product by its own name', () => {
    const range = sampleRange({ fromMs: NOW - 42 * DAY, toMs: NOW - 41 * DAY, text: '2026-10-14' });
    const answer = empty({ kind: 'too_old', keptMs: 30 * DAY }, { range, text: 'cpu web01 2026-10-14' });
    expect(said({ ...answer, origin: 'InfluxDB · cpu.usage_user' })[0]).toContain(
      'InfluxDB keeps this metric for 30 days',
    );
  });

  it('says that a filter is too narrow', () => {
    const answer = empty({ kind: 'filter', filter: '"payment refused"', withoutFilter: 1204 });
    expect(said(answer)[0]).toContain('nothing matches "payment refused"; without it there are 1204.');
  });

  it('says that it began later, and where that is', () => {
    const answer = empty({ kind: 'not_yet', what: 'web01', firstMs: at('10:42') });
    expect(said(answer)[0]).toContain(
      'web01 sent its first value at 10:42, after this window. cpu web01 10:40-11:05 shows it.',
    );
  });

  it('says silence, and where more may be', () => {
    expect(said(empty({ kind: 'silent', what: 'web01' }))[0]).toContain(
      'web01 exists, but sent nothing in this window. cpu web01 last 24h looks further back.',
    );
  });

  it('offers no window that begins later than the one that was asked', () => {
    const silent = empty({ kind: 'silent', what: 'web01' });
    const ago = (days: number) => {
      const [fromMs, toMs] = [silent.nowMs - days * 86_400_000, silent.nowMs - days * 86_400_000 + 3_600_000];
      const range = { ...silent.question.range, fromMs, toMs };
      return said({ ...silent, question: { ...silent.question, range } })[0];
    };
    expect(ago(2)).toContain('cpu web01 last 7d looks further back.');
    expect(ago(300)).not.toContain('looks further back');
  });

  it('gives the same as plain text', () => {
    expect(emptyText(empty({ kind: 'silent', what: 'web01' }))).toBe(
      'CPU of web01: web01 exists, but sent nothing in this window. cpu web01 last 24h looks further back.',
    );
    expect(emptyReason(empty({ kind: 'never_existed', what: 'servers.web99', near: ['servers.web09'] }))).toBe(
      'servers.web99 has never sent anything',
    );
    expect(emptyReason(empty({ kind: 'silent', what: 'web01' }))).toBe('web01 exists, but sent nothing in this window');
    expect(emptyText(sampleAnswer([sampleSeries('web01', [1])]))).toBe('');
  });
});

describe('alt text', () => {
  it('has the first line, least, mean, greatest and newest value of every series, and the window', () => {
    const answer = sampleAnswer([sampleSeries('web01', exampleValues())], { query: LIMITS });
    expect(answerAlt(answer).replaceAll('\u202F', ' ')).toBe(
      'CPU of web01: 62 % now; mean 40.6 %, peak 93 % at 10:47; above warning (80 %) for 6 min (10:44–10:50). web01: last 62 %, min 35 %, mean 40.6 %, max 93 %. 10:02–11:02 CET.',
    );
  });

  it('counts the series that have no room', () => {
    const series = Array.from({ length: 300 }, (_, index) => sampleSeries(`web${index}`, [1, 2, 3]));
    const alt = answerAlt(sampleAnswer(series));
    const named = alt.match(/web\d+: last/g)?.length ?? 0;
    expect(named).toBeGreaterThan(5);
    expect(alt).toContain(`And ${300 - named} more. 10:02–11:02 CET.`);
  });
});
