/** Loki and InfluxDB before back ends that never end or hardly begin: each has an end, and words for it. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setInterval } from 'node:timers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { influxdb } from '../../../src/sources/influxdb.ts';
import { loki } from '../../../src/sources/loki.ts';
import type { SourceDefinition } from '../../../src/sources/source.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';

const NOW_MS = 1_795_000_200_000;
const window = { fromMs: NOW_MS - 600_000, toMs: NOW_MS, zone: 'UTC', maxPoints: 400 };

/** Kinds with a block, options, and how their answers begin and go on. */
const KINDS: readonly (readonly [string, SourceDefinition, unknown, object, string, string])[] = [
  [
    'lines of Loki',
    loki,
    '{app="a"}',
    {},
    '{"status":"success","data":{"resultType":"streams","result":[',
    '{"stream":{},"values":[["1795000000000000000","x"]]},',
  ],
  [
    'numbers of Loki',
    loki,
    'rate({app="a"}[1m])',
    {},
    '{"status":"success","data":{"resultType":"matrix","result":[',
    '{"metric":{},"values":[[1795000000,"1"]]},',
  ],
  [
    'InfluxDB',
    influxdb,
    'SELECT x FROM y WHERE $timeFilter',
    { database: 'd' },
    '{"results":[{"series":[{"name":"y","columns":["time","x"],"values":[',
    '[1795000000000,1],',
  ],
];

async function start(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function ask([, definition, block, options]: (typeof KINDS)[number], url: string, timeoutMs: number) {
  const clock = createFakeClock(NOW_MS);
  const parsed = definition.options.parse({ kind: definition.kind, url, ...options });
  const source = definition.create(parsed, { name: 'test', http: createHttpClient({ timeoutMs }), clock });
  const request = source.request(definition.block.parse(block), {
    arguments: {},
    unit: makeUnit(),
    consolidate: 'average',
  });
  return source.fetch(request, window, AbortSignal.timeout(60_000));
}

describe.each(KINDS)('%s', (...kind) => {
  const [, definition, , , beginning, more] = kind;

  it('ends a body that never ends, at its bound', async () => {
    const chunk = more.repeat(Math.ceil(1_000_000 / more.length));
    const url = await start((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(beginning);
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pour);
      pour();
    });
    await expect(ask(kind, url, 30_000)).rejects.toMatchObject({
      code: 'SOURCE_TOO_MUCH',
      message: `${definition.title}'s answer is too large to read. A shorter window or fewer series may work.`,
    });
  });

  it('does not wait for an answer that trickles', async () => {
    const url = await start((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(beginning);
      const timer = setInterval(() => response.write(more), 20);
      response.on('close', () => clearInterval(timer));
    });
    await expect(ask(kind, url, 300)).rejects.toMatchObject({
      code: 'SOURCE_TIMEOUT',
      message: `${definition.title} did not answer within 0.3 s.`,
    });
  });
});
