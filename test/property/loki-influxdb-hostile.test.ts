/** A thousand hostile values asked end to end: each gets the data that bear it as their name, and never those of another. */
import { fc } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import type { Frame } from '../../src/domain/frame.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import type { HttpClient } from '../../src/lib/http-client.ts';
import { influxdb } from '../../src/sources/influxdb.ts';
import { loki } from '../../src/sources/loki.ts';
import type { SourceDefinition } from '../../src/sources/source.ts';
import { createFakeClock } from '../doubles/fake-clock.ts';
import type { Received, Reply } from '../doubles/http-backend.ts';
import { influxDouble } from '../doubles/influxdb.ts';
import { lokiDouble } from '../doubles/loki.ts';

const NOW_SECONDS = 1_795_000_200;
const VALUES = 1_000;
const SECRET = 'payroll';
const signal = AbortSignal.timeout(120_000);
const window = { fromMs: (NOW_SECONDS - 60) * 1000, toMs: NOW_SECONDS * 1000, zone: 'UTC', maxPoints: 400 };

const NASTY = [
  ...'"\'`\\{}()[]|.*+?^$,=!~#@:;<>/%&- \n\t',
  '"} or {app=~".+',
  '.*',
  '|',
  `|${SECRET}`,
  `" or app="${SECRET}`,
  "' OR 'a'='a",
  `' OR host='${SECRET}`,
  '"}|="',
  '$__interval',
  '$timeFilter',
  '$g0',
  '${app}',
  '(?i)',
  '__proto__',
  '＂',
  'é',
  '\u0000',
  '\ud800',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'grapheme', maxLength: 6 })), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => parts.join(''));

/** Hands requests to a double without a network between. */
function straightTo(answer: (request: Received) => Reply): HttpClient {
  return {
    async send(url, { method = 'GET', headers = {}, body = '' }) {
      const form = new URLSearchParams(url.searchParams);
      for (const [name, value] of new URLSearchParams(String(body))) form.append(name, value);
      const { pathname, searchParams } = url;
      const reply = answer({ method, pathname, searchParams, headers, body: String(body), form });
      const { status = 200, contentType = 'application/json', headers: own } = reply;
      return { status, contentType, headers: new Headers(own), text: String(reply.body ?? '') };
    },
  };
}

async function ask(
  definition: SourceDefinition,
  options: object,
  block: unknown,
  args: Record<string, string[]>,
  answer: (request: Received) => Reply,
) {
  const source = definition.create(
    definition.options.parse({ kind: definition.kind, url: 'http://double', ...options }),
    {
      name: 'test',
      http: straightTo(answer),
      clock: createFakeClock(NOW_SECONDS * 1000),
    },
  );
  const request = source.request(definition.block.parse(block), {
    arguments: args,
    unit: makeUnit(),
    consolidate: 'average',
  });
  return source.fetch(request, window, signal);
}

/** What of the data came back: `mine`, `other`, or a refusal. */
async function outcomeOf(asked: () => Promise<Frame[]>, told: (frame: Frame) => readonly string[]): Promise<string> {
  try {
    return [...new Set((await asked()).flatMap(told))].join();
  } catch (thrown) {
    if (thrown instanceof BotError && thrown.code === 'ASK_UNKNOWN_VALUE') return 'refused';
    throw thrown;
  }
}

function lokiOf(value: string) {
  const line = (text: string) => [{ ns: BigInt(NOW_SECONDS - 10) * 1_000_000_000n, line: text }];
  const streams = [
    { labels: { app: value }, lines: line('mine') },
    { labels: { app: SECRET }, lines: line('other') },
  ];
  return lokiDouble({ streams });
}

function influxOf(value: string) {
  const points = (host: string, x: number) => ({
    measurement: 'cpu',
    tags: { host },
    stepSeconds: 10,
    fromSeconds: NOW_SECONDS - 60,
    toSeconds: NOW_SECONDS,
    fields: () => ({ x }),
  });
  return influxDouble({ series: [points(value, 1), points(SECRET, 2)] });
}

const linesOf = (frame: Frame) => (frame.kind === 'logs' ? frame.lines.map(({ message }) => message) : []);
const valuesOf = (frame: Frame) =>
  frame.kind === 'series'
    ? frame.series.flatMap(({ values }) => [...values].map((value) => (value === 1 ? 'mine' : 'other')))
    : [];

it.each<[string, (value: string) => Promise<string>]>([
  [
    'a matcher of LogQL',
    (value) => outcomeOf(() => ask(loki, {}, '{app="${app}"}', { app: [value] }, lokiOf(value.trim())), linesOf),
  ],
  [
    'a regular expression of LogQL',
    (value) => outcomeOf(() => ask(loki, {}, '{app=~"${app}"}', { app: [value] }, lokiOf(value.trim())), linesOf),
  ],
  [
    'a field of InfluxQL',
    (value) => {
      const block = { measurement: 'cpu', field: 'x', where: { host: '${host}' } };
      return outcomeOf(
        () => ask(influxdb, { database: 'telegraf' }, block, { host: [value] }, influxOf(value.trim())),
        valuesOf,
      );
    },
  ],
  [
    'a text of InfluxQL',
    (value) => {
      const block = "SELECT max(x) FROM cpu WHERE host = '${host}' AND $timeFilter GROUP BY time($__interval)";
      return outcomeOf(
        () => ask(influxdb, { database: 'telegraf' }, block, { host: [value] }, influxOf(value.trim())),
        valuesOf,
      );
    },
  ],
])('%s gives what bears the value as its name, and nothing else', async (_, outcome) => {
  const values = fc.sample(hostile, { numRuns: VALUES, seed: 8 });
  const outcomes = await Promise.all(values.map(outcome));
  const wrong = values.filter((_value, index) => !['mine', 'refused'].includes(outcomes[index] ?? ''));
  expect(wrong).toEqual([]);
  expect(outcomes.filter((one) => one === 'mine').length).toBeGreaterThan(VALUES / 2);
});
