/** KQL, stored queries and what they mark, against a real Elasticsearch and a real OpenSearch. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Arguments } from '../../src/domain/question.ts';
import { messageHtml } from '../../src/http/message-html.ts';
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
  values,
  writeIndex,
} from './elasticsearch-setting.ts';

for (const [name, port, product] of PRODUCTS) {
  const setting = await startElasticsearch(name, port + 5);
  const { why, isMissing, url, endMs, hour, ask, lines } = setting;
  const byHost = { filter: { term: { 'host.name': '${host}' } } };

  describe.skipIf(isMissing)(`a real ${product}, asked in KQL${why}`, () => {
    it('reads KQL with bound values: bucket by bucket, as the filters do', async () => {
      const kql = 'host.name: ${host} and http.response.status_code >= 500';
      const [frame] = await ask({ kql }, ALL);
      expect(frame.series.map((series) => series.name)).toEqual(HOSTS);
      for (const [host, series] of frame.series.entries()) {
        const expected = [...series.times].map((timeMs) => Number(isError(host, Math.floor(timeMs / MINUTE_MS))));
        expect(values(series)).toEqual(expected);
      }
      const status = { kql: 'http.response.status_code: ${status} and ${host}', lines: {} };
      expect((await lines(status, { status: ['500'], host: ['db01'] })).total).toBe(errorsIn(hour, [2]));
      expect((await lines(status, { status: ['500'], host: ['db01" or "web01'] })).total).toBe(0);
      const hostile = await ask({ kql }, { host: ['web01 or host.name: *', '*', '" or "'] });
      expect(hostile[0].series).toEqual([]);
    });

    it.each<[string, readonly number[], 'all' | 'errors' | 'rest']>([
      ['', [0, 1, 2], 'all'],
      ['service.name: checkout', [0, 1], 'all'],
      ['service.name: checkout and not log.level: error', [0, 1], 'rest'],
      ['host.name: (web01 or db01) and log.level: error', [0, 2], 'errors'],
      ['NOT host.name: web01 AND NOT (host.name: web02)', [2], 'all'],
      ['host.name: web*', [0, 1], 'all'],
      ['host.name: *b0*', [0, 1, 2], 'all'],
      ['host.*: web01', [0], 'all'],
      ['host.name: "web01" or host.name: "web02" and log.level: error', [0], 'all'],
      ['error.stack_trace: *', [0, 1, 2], 'errors'],
      ['http.response.status_code: "500"', [0, 1, 2], 'errors'],
      ['http.response.status_code: (500 or 503)', [0, 1, 2], 'errors'],
      ['@timestamp >= "2020-01-01" and @timestamp < now+1d and host.name: db01', [2], 'all'],
      ['message: "payment refused"', [0, 1, 2], 'errors'],
      ['message: refus*', [0, 1, 2], 'errors'],
      ['"payment refused" and web02', [1], 'errors'],
      ['http.response.status_code > 200 and http.response.status_code <= 500', [0, 1, 2], 'errors'],
      ['host.name: web01 and \\or', [], 'all'],
      ['host.name: "web01 or web02"', [], 'all'],
      ['host.name: web\\*', [], 'all'],
    ])('counts what KQL means: %s', async (kql, hosts, which) => {
      const logs = await lines({ ...(kql !== '' && { kql }) });
      const documents = 2 * 60 * hosts.length;
      const errors = errorsIn(hour, hosts);
      const plain = kql.startsWith('host.name: "web01" or') ? documents + errorsIn(hour, [1]) : documents;
      expect(logs.total).toBe({ all: plain, errors, rest: documents - errors }[which]);
    });

    it('runs stored queries and texts of Lucene, sorted as they say', async () => {
      const block = {
        query: { bool: { must_not: [{ match_phrase: { 'host.name': 'db01' } }] } },
        lucene: 'http.response.status_code:[500 TO 599] OR log.level:err*',
      };
      const logs = await lines(block);
      expect(logs.total).toBe(errorsIn(hour, [0, 1]));
      const sorted = { sort: [{ 'event.duration': 'desc' }], lines: { columns: ['event.duration'] } };
      const slow = await lines(sorted);
      const durations = slow.lines.map(({ fields }) => Number(fields['event.duration']));
      expect(durations).toEqual(durations.toSorted((a, b) => a - b));
      expect(durations.at(-1)).toBe(Math.max(...minutesOf(hour).map((minute) => durationNs(2, minute))));
      const oldest = { sort: [{ '@timestamp': 'asc' }], filter: { term: { 'host.name': 'web01' } } };
      const first = await lines(oldest);
      expect([first.lines[0]?.timeMs, first.lines.at(-1)?.timeMs]).toEqual([hour.fromMs, hour.toMs - 30_000]);
    });

    it('marks in the lines what was looked for', async () => {
      const marked = async (block: object, args: Arguments = {}) => {
        const logs = await lines({ filter: { term: { 'log.level': 'error' } }, ...block }, args);
        expect(logs.total).toBe(errorsIn(hour, [0, 1, 2]));
        return new Set(
          logs.lines.map(({ message, matches = [] }) => matches.map((place) => message.slice(...place)).join('|')),
        );
      };
      expect(await marked({ text: 'phrase' }, { phrase: ['Payment refused'] })).toEqual(new Set(['payment refused']));
      expect(await marked({ kql: 'message: karta and log.level: error' })).toEqual(new Set(['karta']));
      expect(await marked({ lucene: 'message:refus*' })).toEqual(new Set(['refused']));
      expect(await marked({ query: { match: { message: 'žádná payment' } } })).toEqual(new Set(['payment|žádná']));
      expect(await marked({ kql: 'message: karta', highlight: false })).toEqual(new Set(['']));
    });

    it('takes the gain of a counter each second from a server that can tell it, and says when it cannot', async () => {
      const asked = ask({ ...byHost, metric: { rate: 'event.duration' }, step: '1m' }, { host: ['web01'] });
      // the rig's Elasticsearch is the server alone, without the module that has it
      if (name === 'elasticsearch') {
        await expect(asked).rejects.toMatchObject({
          code: 'SOURCE_BAD_QUERY',
          message: 'This server (Elasticsearch) cannot tell the rate of a counter: it has no aggregation derivative.',
        });
        return;
      }
      const [frame] = await asked;
      const expected = minutesOf(hour).map((minute, index) => {
        const gain = (durationNs(0, minute) - durationNs(0, minute - 1)) / 60;
        return index === 0 || gain < 0 ? Number.NaN : gain;
      });
      expect(values(frame.series[0])).toEqual(expected);
      expect(frame.warnings).toEqual(['A counter was set back; what it gained just then is left out.']);
    });

    it('computes fields when they are asked for, where the server can', async () => {
      const block = { kql: 'page: "/p1"', runtimeMappings: { page: { type: 'keyword', script: 'emit("/p1")' } } };
      const refusal = await lines(block).then(
        () => '',
        (thrown: Error) => thrown.message,
      );
      // the rig's Elasticsearch is without the language of scripts
      expect(refusal).toMatch(name === 'opensearch' ? /has no fields at run time/ : /painless|script/i);
      if (name === 'opensearch') return;
      const plain = { kql: 'url.path: "/p1"', runtimeMappings: { 'url.path': { type: 'keyword' } } };
      expect((await lines(plain)).total).toBe(120);
    });

    it('says that this server has no ES|QL', async () => {
      const asked = ask({ esql: 'FROM logs-* | LIMIT 1' }, {});
      await expect(asked).rejects.toMatchObject({
        code: 'SOURCE_BAD_QUERY',
        message: expect.stringMatching(/^This server \((?:Elasticsearch|OpenSearch)\) has no ES\|QL/),
      });
    });

    it.each<[string, object, RegExp]>([
      ['a nested query where nothing is nested', { kql: 'host: { name: web01 }' }, /nested/],
      ['a broken text of Lucene', { lucene: 'message:(' }, /parse|query/i],
      ['a pattern in a number', { kql: 'http.response.status_code: 5*' }, /prefix|wildcard|keyword/i],
    ])('says what is wrong with %s', async (_, block, message) => {
      await expect(ask({ ...block, lines: {} }, {})).rejects.toMatchObject({
        code: 'SOURCE_BAD_QUERY',
        message: expect.stringMatching(message),
      });
    });

    it('takes what is said within braces as said of one object', async () => {
      const item = (title: string, count: number) => ({ title, count });
      const docs = [
        { '@timestamp': hour.fromMs + 1, items: [item('pear', 9), item('plum', 1)] },
        { '@timestamp': hour.fromMs + 2, items: [item('pear', 1), item('plum', 9)] },
      ];
      await writeIndex(url, 'orders', { items: { type: 'nested' } }, docs);
      const total = async (kql: string) => (await lines({ index: 'orders', kql })).total;
      expect(await total('items: { title: pear }')).toBe(2);
      expect(await total('items: { title: pear and count > 5 }')).toBe(1);
      expect(await total('not items: { title: pear and count > 5 }')).toBe(1);
      expect(await total('items: { title: pear or count > 5 }')).toBe(2);
      expect(await total('items: { title: "pear or plum" }')).toBe(0);
    });

    it('answers the packs for nginx and Metricbeat, through to the words', async () => {
      const steps = Array.from({ length: 181 }, (_, at) => endMs - 30 * MINUTE_MS + at * 10_000);
      const docs = steps.flatMap((timeMs, at) => [
        { '@timestamp': timeMs, 'host.name': 'web01', 'system.cpu.total.norm.pct': 0.25 },
        { '@timestamp': timeMs, 'host.name': 'web02', 'system.cpu.total.norm.pct': 0.5 },
        ...['eth0', 'lo'].map((name, index) => ({
          '@timestamp': timeMs,
          'host.name': 'web01',
          'system.network.name': name,
          'system.network.in.bytes': (index + 1) * 20_480 * at,
        })),
        ...['/', '/var'].map((mount, index) => ({
          '@timestamp': timeMs,
          'host.name': 'web01',
          'system.filesystem.mount_point': mount,
          'system.filesystem.used.pct': 0.5 + index / 4,
        })),
      ]);
      await writeIndex(url, 'metricbeat-test', {}, docs);
      const yaml = `
queries: [{ pack: ecs-nginx }, { pack: metricbeat }]
sources:
  logs: { kind: elasticsearch, url: ${url}, timeout: 20s }
`;
      const conversation = await openConversation({ nowMs: endMs, yaml, definitions: {} });
      onTestFinished(() => conversation.close());
      const first = async (question: string) => (await conversation.ask(question)).lines[0];
      expect(await first('cpu web01 20m')).toContain('25 % now');
      expect(await first('top 2 cpu 20m')).toMatch(/web02 50 %.*web01 25 %/);
      expect(await first('disk web01 20m')).toMatch(/\/var 75 %.*\/ 50 %/);
      // the server alone, as this rig has it, cannot tell rates
      const net = await conversation.ask('net web01 20m');
      expect(net.text).toMatch(
        name === 'opensearch' ? /lo 4(?:\.0)? KiB\/s.*eth0 2(?:\.0)? KiB\/s/s : /cannot tell the rate of a counter/,
      );
      const last = { ...hour, fromMs: endMs - HOUR_MS, toMs: endMs };
      expect(await first('http-errors web01 1h')).toContain(`${errorsIn(last, [0])} in 1 h`);
      const rates = await conversation.ask('request-rate web01 1h as csv');
      expect(new TextDecoder().decode(rates.parts.file?.bytes).trim().split('\r\n').length).toBeGreaterThan(60);
      const slow = await conversation.ask('slow-requests db01 1h');
      expect(slow.text).toContain(`${Math.max(...minutesOf(last).map((minute) => durationNs(2, minute)))} db01`);
      const paths = await conversation.ask('paths web01 1h');
      expect(paths.frame.series.map((series) => series.name).toSorted()).toEqual(['/p0', '/p1', '/p2']);
    });

    it('answers raw questions in KQL and Lucene, through to the words', async () => {
      const nowMs = Math.floor((endMs - 7 * MINUTE_MS) / (10 * MINUTE_MS)) * 10 * MINUTE_MS + 7 * MINUTE_MS;
      const yaml = `
queries: [{ pack: ecs-logs }]
sources:
  logs: { kind: elasticsearch, url: ${url}, publicUrl: https://kibana.example.net/s/ops, raw: true, timeout: 20s }
`;
      const conversation = await openConversation({ nowMs, yaml, definitions: {} });
      onTestFinished(() => conversation.close());
      const window = { ...hour, fromMs: nowMs - 30 * MINUTE_MS, toMs: nowMs };
      const raw = await conversation.ask('kql: service.name: checkout and log.level: error 30m');
      expect(errorsIn(window, [0, 1])).toBe(12);
      expect(raw.lines[0]).toMatch(/^service\.name: checkout and log\.level: error 12 in 30 min/);
      expect(raw.text).toContain('web01 error GET /p');
      const phrase = await conversation.ask('kql: message: "payment refused" and host.name: db01 30m');
      expect(phrase.lines[0]).toContain(`${errorsIn(window, [2])} in 30 min`);
      expect(messageHtml(phrase.parts.message)).toContain(' <mark>payment refused</mark>: žádná karta');
      const lucene = await conversation.ask('lucene: host.name:web01 AND http.response.status_code:>=500 30m');
      expect(lucene.lines[0]).toContain(`${errorsIn(window, [0])} in 30 min`);
      const broken = await conversation.ask('kql: service.name: checkout and (log.level: 30m');
      expect(broken.code).toBe('ASK_UNKNOWN_VALUE');
      const position = await conversation.ask('kql: host.name: web01 log.level: error 30m');
      expect(position.text).toContain('at character 27: expected `and`, `or` or the end');
      const esql = await conversation.ask('esql: FROM logs-* | STATS count() BY service.name 1h');
      expect(esql.text).toContain('has no ES|QL');
    });
  });
}
