/** The Elasticsearch source against a real Elasticsearch and a real OpenSearch. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogsFrame } from '../../src/domain/frame.ts';
import type { Arguments } from '../../src/domain/question.ts';
import { openConversation } from '../acceptance/conversation.ts';
import {
  ALL,
  durationNs,
  errorsIn,
  HOSTS,
  HOUR_MS,
  isError,
  MINUTE_MS,
  minutesOf,
  PRODUCTS,
  startElasticsearch,
  sum,
  values,
} from './elasticsearch-setting.ts';
import { whyWords } from './why-words.ts';

for (const [name, port, product] of PRODUCTS) {
  const setting = await startElasticsearch(name, port);
  const { why, isMissing, url, endMs, hour, source, signal, createSource, requestOf, ask } = setting;

  const byHost = { filter: { term: { 'host.name': '${host}' } } };
  describe.skipIf(isMissing)(`a real ${product}${why}`, () => {
    it('counts the documents of every host, bucket by bucket', async () => {
      const [frame] = await ask(byHost, ALL);
      expect(frame.series.map((series) => series.name)).toEqual(HOSTS);
      expect(frame.stepMs).toBe(30_000);
      for (const series of frame.series) {
        expect(series.times.length).toBe(120);
        expect(series.times[0]).toBe(hour.fromMs);
        expect(new Set(series.values)).toEqual(new Set([1]));
      }
      expect(frame.warnings).toEqual([]);
    });

    it('counts errors to the document, nothing being 0 and no gap', async () => {
      const filter = [byHost.filter, { range: { 'http.response.status_code': { gte: 500 } } }];
      const [frame] = await ask({ filter }, ALL);
      for (const [host, series] of frame.series.entries()) {
        const expected = [...series.times].map((timeMs) => Number(isError(host, Math.floor(timeMs / MINUTE_MS))));
        expect(values(series)).toEqual(expected);
      }
    });

    it('measures a field: mean, extremes and sums by formula, gaps where nothing was measured', async () => {
      for (const name of ['avg', 'max', 'min'] as const) {
        const [frame] = await ask({ ...byHost, metric: { [name]: 'event.duration' } }, ALL, hour, 'nanoseconds');
        expect(frame.stepMs).toBe(10_000);
        for (const [host, series] of frame.series.entries()) {
          const measured = values(series).filter((value) => !Number.isNaN(value));
          expect(measured.length).toBe(120);
          series.times.forEach((timeMs, index) => {
            const value = series.values[index] as number;
            if (Number.isNaN(value)) return;
            expect(value).toBeCloseTo(durationNs(host, Math.floor(timeMs / MINUTE_MS)) / 1e9, 12);
          });
        }
      }
      const [total] = await ask({ ...byHost, metric: { sum: 'event.duration' } }, { host: ['db01'] });
      const expected = minutesOf(hour).reduce((all, minute) => all + 2 * durationNs(2, minute), 0);
      expect(sum(total.series[0])).toBe(expected);
    });

    it('gives percentiles as series of their own', async () => {
      const metric = { percentiles: { field: 'event.duration', percents: [50, 99] } };
      const [frame] = await ask({ ...byHost, metric, step: '1m' }, { host: ['web01'] }, hour, 'nanoseconds');
      expect(frame.series.map((series) => series.name)).toEqual(['p50', 'p99']);
      frame.series[0]?.times.forEach((timeMs, index) => {
        expect(frame.series[0]?.values[index]).toBeCloseTo(durationNs(0, timeMs / MINUTE_MS) / 1e9, 12);
      });
    });

    it('splits by the values of a field, counts the others together, and loses none', async () => {
      const [frame] = await ask({ split: { field: 'url.path', size: 2 } }, {});
      expect(frame.series.map((series) => series.name).at(-1)).toBe('others');
      expect(frame.series.length).toBe(3);
      expect(frame.series.map(sum)).toEqual([120, 120, 120]);
      const [byStatus] = await ask({ ...byHost, split: 'http.response.status_code' }, { host: ['web02'] });
      expect(byStatus.series.map((series) => [series.name, sum(series)])).toEqual([
        ['200', 120 - errorsIn(hour, [1])],
        ['500', errorsIn(hour, [1])],
      ]);
    });

    it('begins where the window begins, also within a bucket, and leaves out the one that is still filling', async () => {
      const window = { ...hour, fromMs: hour.fromMs + 7_000 };
      const [past] = await ask(byHost, { host: ['web01'] }, window);
      expect(past.series[0]?.times[0]).toBe(window.fromMs);
      // the document of second 0 lies before it, that of second 30 in the next bucket
      expect(sum(past.series[0])).toBe(119);
      const live = { ...hour, fromMs: endMs - HOUR_MS + 2_000, toMs: endMs + 2_000 };
      const [now] = await ask(byHost, { host: ['web01'] }, live);
      expect((now.series[0]?.times.at(-1) ?? 0) + (now.stepMs ?? 0)).toBeLessThanOrEqual(endMs + 2_000);
    });

    it('takes days by the calendar of the zone', async () => {
      const window = { fromMs: endMs - 200 * 24 * HOUR_MS, toMs: endMs, zone: 'Europe/Berlin', maxPoints: 900 };
      const [frame] = await ask({}, {}, window);
      expect(frame.stepMs).toBe(7 * 24 * HOUR_MS);
      const [daily] = await ask({}, {}, { ...window, fromMs: endMs - 100 * 24 * HOUR_MS });
      expect(daily.stepMs).toBe(24 * HOUR_MS);
      for (const timeMs of daily.series[0]?.times.slice(1) ?? []) {
        const hours = new Date(timeMs).toLocaleString('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit' });
        expect(hours).toBe('00');
      }
    });

    it('gives the newest log lines whole, newest last, and how many there are', async () => {
      const block = { ...byHost, lines: { columns: ['host.name', 'service.name', 'error.stack_trace'] } };
      const frames = await source.fetch(requestOf(block, ALL), { ...hour, fromMs: hour.toMs - 10 * MINUTE_MS }, signal);
      const logs = frames[0] as LogsFrame;
      expect(logs.total).toBe(60);
      expect(logs.lines.length).toBe(60);
      const times = logs.lines.map(({ timeMs }) => timeMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBe(hour.toMs - 10_000);
      for (const { timeMs, level, message, fields } of logs.lines) {
        const minute = Math.floor(timeMs / MINUTE_MS);
        const host = HOSTS.indexOf(fields['host.name'] as 'web01');
        expect(timeMs % 30_000).toBe(host * 10_000);
        const failed = isError(host, minute);
        expect(level).toBe(failed ? 'error' : 'info');
        const text = `GET /p${minute % 3} ${failed ? 500 : 200}${failed ? ' payment refused: žádná karta' : ''}`;
        expect(message).toBe(text);
        expect(fields['service.name']).toBe(host === 2 ? 'db' : 'checkout');
        expect(fields['error.stack_trace']?.split('\n').length).toBe(failed ? 3 : undefined);
      }
    });

    it('finds a phrase in the message, and takes what looks like a query as words', async () => {
      const block = { filter: { term: { 'service.name': '${service}' } }, text: 'phrase', lines: {} };
      const total = async (phrase: string) => {
        const request = requestOf(block, { service: ['checkout'], phrase: [phrase] });
        return ((await source.fetch(request, hour, signal))[0] as LogsFrame).total;
      };
      expect(await total('payment refused')).toBe(errorsIn(hour, [0, 1]));
      expect(await total('refused payment')).toBe(0);
      expect(await total('* OR service.name:db')).toBe(0);
      expect(await total('"}}}],"match_all":{}')).toBe(0);
    });

    it('keeps a service without errors at 0, and leaves out a host that is not there', async () => {
      const filter = [byHost.filter, { term: { 'log.level': 'error' } }];
      const window = { ...hour, fromMs: hour.toMs - MINUTE_MS * 10 };
      const quiet = minutesOf(window).find((minute) => !isError(0, minute)) ?? 0;
      const minute = { ...hour, fromMs: quiet * MINUTE_MS, toMs: (quiet + 1) * MINUTE_MS };
      const [frame] = await ask({ filter }, { host: ['web01', 'web99'] }, minute);
      expect(frame.series.map((series) => [series.name, sum(series)])).toEqual([['web01', 0]]);
      expect(frame.warnings.join()).toContain('web99');
    });

    it('says why there is nothing', async () => {
      const reason = (block: object, args: Arguments, window = hour) =>
        source.whyEmpty?.(requestOf(block, args), window, signal);
      const lines = { ...byHost, text: 'phrase', lines: {} };
      const phrase = { host: ['web01'], phrase: ['no such words'] };
      expect(await reason(lines, phrase)).toEqual({ kind: 'filter', filter: '"no such words"', withoutFilter: 120 });
      const never = await reason(byHost, { host: ['web03'] });
      expect(never).toEqual({ kind: 'never_existed', what: 'web03', near: expect.arrayContaining(['web01', 'web02']) });
      const filter = [byHost.filter, { term: { 'log.level': 'fatal' } }];
      expect(await reason({ filter }, { host: ['web01'] })).toEqual({
        kind: 'filter',
        filter: 'log.level: fatal',
        withoutFilter: 120,
      });
      const later = { ...hour, fromMs: endMs + HOUR_MS, toMs: endMs + 2 * HOUR_MS };
      expect(await reason(byHost, { host: ['web01'] }, later)).toEqual({
        kind: 'stopped',
        what: 'web01',
        lastMs: endMs - 30_000,
      });
      const earlier = { ...hour, fromMs: endMs - 48 * HOUR_MS, toMs: endMs - 47 * HOUR_MS };
      expect(await reason(byHost, { host: ['web01'] }, earlier)).toMatchObject({ kind: 'not_yet', what: 'web01' });
    });

    it('says why there is nothing in words that a person can go on with', async () => {
      const say = async (block: object, args: Arguments, window = hour) => {
        const reason = await source.whyEmpty?.(requestOf(block, args), window, signal);
        const asked = { text: 'logs web03 last 1h', product: 'Elasticsearch', window, nowMs: endMs + 2 * HOUR_MS };
        return whyWords(reason, asked).split('\n');
      };
      expect((await say(byHost, { host: ['web03'] }))[0]).toMatch(/^web03 has never sent anything\. Near: web0[12], /);
      const filter = [byHost.filter, { term: { 'log.level': 'fatal' } }];
      expect((await say({ filter }, { host: ['web01'] }))[0]).toBe(
        'nothing matches `log.level: fatal`; without it there are 120.',
      );
      const later = { ...hour, fromMs: endMs + HOUR_MS, toMs: endMs + 2 * HOUR_MS };
      const [stopped = '', next = ''] = await say(byHost, { host: ['web01'] }, later);
      expect(stopped).toMatch(/^web01 sent its last line .*\(2\sh ago\)\.$/);
      expect(next).toMatch(/shows it\.$/);
    });

    it('lists the values of a field', async () => {
      expect(await source.values?.('terms:host.name on logs-nginx-*', signal)).toEqual(['db01', 'web01', 'web02']);
      expect(await source.values?.('terms:http.response.status_code on logs-*', signal)).toEqual(['200', '500']);
    });

    it.each<[string, object, string, RegExp]>([
      ['an index that is not there', { index: 'nothing-here' }, 'SOURCE_NOT_FOUND', /no index nothing-here/],
      ['a pattern that matches nothing', { index: 'nothing-*' }, 'SOURCE_NOT_FOUND', /matches nothing-\*/],
      [
        'a mean of text',
        { metric: { avg: 'message' } },
        'SOURCE_BAD_QUERY',
        /^(?:The field message|That field) is text/,
      ],
      ['a query that does not exist', { filter: { nonsense: { a: 1 } } }, 'SOURCE_BAD_QUERY', /nonsense/],
      ['text where a number belongs', { filter: { term: { 'event.duration': 'long' } } }, 'SOURCE_BAD_QUERY', /long/],
    ])('refuses %s in words', async (_, block, code, message) => {
      const asked = ask(block, {});
      await expect(asked).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    });

    it('says which product and version answered', async () => {
      const report = await source.check(signal);
      expect(report.problems).toEqual([]);
      expect(report.version?.startsWith(product)).toBe(true);
      const wrong = await createSource({ timeField: 'when' }).check(signal);
      expect(wrong.problems.join()).toContain('when');
    });

    it('answers the pack for ECS logs, through to the words', async () => {
      // seven minutes after a round ten: errors of web01 are in minutes 0, of web02 in minutes 9
      const nowMs = Math.floor((endMs - 7 * MINUTE_MS) / (10 * MINUTE_MS)) * 10 * MINUTE_MS + 7 * MINUTE_MS;
      const yaml = `
zone: Europe/Berlin
queries: [{ pack: ecs-logs }, { pack: ecs-nginx }]
sources:
  logs: { kind: elasticsearch, url: ${url}, publicUrl: https://kibana.example.net/s/ops, timeout: 20s }
`;
      const conversation = await openConversation({ nowMs, yaml, definitions: {} });
      onTestFinished(() => conversation.close());
      const clockOf = (ms: number) =>
        new Date(ms).toLocaleTimeString('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' });
      const last = (minutes: number) => ({ ...hour, fromMs: nowMs - minutes * MINUTE_MS, toMs: nowMs });

      const errors = await conversation.ask('errors checkout 30m');
      expect(errorsIn(last(30), [0, 1])).toBe(12);
      const firstMs = nowMs - 28 * MINUTE_MS;
      const message = (minute: number) => `GET /p${minute % 3} 500 payment refused: žádná karta`;
      const row = (ms: number, host: string) =>
        `${clockOf(ms)}:${host === 'web01' ? '00' : '10'} ${host} error ${message(ms / MINUTE_MS)}`;
      expect(errors.lines[0]).toBe(
        `Errors of checkout 12 in 30 min · most at ${clockOf(firstMs)} (2) · all the same message`,
      );
      expect(errors.lines[1]).toBe(`1. \`GET /p{n} {n} payment refused: žádná karta\` 12 · first ${clockOf(firstMs)}`);
      const zeroMs = nowMs - 7 * MINUTE_MS;
      expect(errors.lines.slice(2, 7)).toEqual([
        row(zeroMs - 10 * MINUTE_MS, 'web01').replace(':00 web01', ':30 web01'),
        row(zeroMs - MINUTE_MS, 'web02'),
        row(zeroMs - MINUTE_MS, 'web02').replace(':10 web02', ':40 web02'),
        row(zeroMs, 'web01'),
        row(zeroMs, 'web01').replace(':00 web01', ':30 web01'),
      ]);
      expect(errors.text).toContain('https://kibana.example.net/s/ops/app/discover#/');
      expect(errors.alt).toContain('Most often: GET /p{n} {n} payment refused: žádná karta (12).');
      expect(errors.parts.file).toBeUndefined();

      const phrase = await conversation.ask('logs checkout "payment refused" 15m');
      expect(phrase.lines[0]).toContain(`Logs of checkout ${errorsIn(last(15), [0, 1])} in 15 min`);
      const none = await conversation.ask('logs checkout "card stolen" 15m');
      expect(none.lines[0]).toBe(
        'Logs of checkout nothing matches `"card stolen"`; without it there are 60. `logs checkout "card stolen" last 24h` looks further back.',
      );

      const drawn = await conversation.ask('errors checkout 30m as bars');
      expect(drawn.parts.file?.mediaType).toBe('image/png');
      const csv = await conversation.ask('errors checkout 30m as csv');
      const text = new TextDecoder().decode(csv.parts.file?.bytes);
      expect(text.split('\r\n')[0]).toBe('time,host.name,level,message');
      expect(text.trim().split('\r\n').length).toBe(13);
      const table = await conversation.ask('errors checkout 30m as table');
      expect(table.lines.find((line) => line.startsWith('time'))).toMatch(/^time +host.name +level +message$/);

      const latency = await conversation.ask('latency db01 1h');
      const worst = Math.max(...minutesOf(last(60)).map((minute) => durationNs(2, minute))) / 1e6;
      expect(latency.lines[0]).toContain(`peak ${worst} ms`);
      const requests = await conversation.ask('requests web01 1h');
      expect(requests.lines[0]).toContain(`200: ${120 - errorsIn(last(60), [0])}, 500: ${errorsIn(last(60), [0])}`);
      const top = await conversation.ask('top 2 errors 24h');
      expect(top.text).toMatch(/checkout .*db /s);
      const typo = await conversation.ask('errors chekout 30m');
      expect(typo.text).toContain('Showing `checkout`');
    });
  });
}
