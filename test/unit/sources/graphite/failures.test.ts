import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { SERVER_PATH, tracebackPage } from '../../../doubles/graphite-web.ts';
import type { Reply } from '../../../doubles/http-backend.ts';
import { startGraphite } from '../graphite-harness.ts';

const FIXTURES = resolve(import.meta.dirname, '../../../fixtures/graphite/graphite-web-1.1.8');

function recorded(file: string, status: number): Reply {
  return { status, contentType: 'text/html; charset=utf-8', body: readFileSync(join(FIXTURES, file)) };
}

function plain(status: number, body: string): Reply {
  return { status, contentType: 'text/plain', body };
}

async function failureOf(reply: Reply) {
  const { ask } = await startGraphite(reply);
  const failure = await ask('a.b').catch((thrown: unknown) => thrown);
  return failure as { code: string; message: string; details: Record<string, unknown> };
}

it.each([
  ['unknown-function.html', 400, 'Received request for unknown function: foo.'],
  ['bad-time.html', 400, "Invalid offset unit 'm'."],
  ['wrong-arguments.html', 500, "TypeError: movingAverage() missing 1 required positional argument: 'windowSize'."],
  ['unparsable.html', 500, "ParseException: , found '(' (at char 0), (line:1, col:1)."],
  ['bad-consolidation.html', 500, "Exception: Invalid consolidation function: 'median'."],
])('takes one sentence from the recorded page %s', async (file, status, sentence) => {
  expect(await failureOf(recorded(file, status))).toMatchObject({
    code: 'SOURCE_BAD_QUERY',
    message: `Graphite does not understand the target: ${sentence}`,
    details: { httpStatus: status },
  });
});

it.each<[string, Reply, string, string]>([
  [
    'a time-out inside the page',
    tracebackPage('Exception: Timed out after 6.0s for fetch for servers.*'),
    'SOURCE_TIMEOUT',
    'Graphite gave up on this query (it timed out there); a shorter window or fewer series may work.',
  ],
  [
    'storage that does not answer',
    tracebackPage('Exception: All requests failed for find (3)'),
    'SOURCE_BACKEND_DOWN',
    'Graphite cannot reach its own storage (500).',
  ],
  ['a fault inside', tracebackPage('KeyError: 1'), 'SOURCE_UNEXPECTED', 'Graphite failed inside (500).'],
  [
    'carbonapi that cannot parse',
    plain(
      400,
      'Bad Request: Could not parse &#34;aliasSub(consolidateBy(a b,&#39;max&#39;),&#39;^&#39;,&#39;g0:&#39;)&#34;: at 1\n',
    ),
    'SOURCE_BAD_QUERY',
    'Graphite does not understand the target: Bad Request: Could not parse "a b": at 1.',
  ],
  [
    'a query that is too long for carbonapi',
    plain(400, 'Bad Request: total target length exceed 1000'),
    'SOURCE_TOO_MUCH',
    'Graphite finds this too much: Bad Request: total target length exceed 1000.',
  ],
  [
    'too many points for VictoriaMetrics',
    plain(400, 'too many points per series must be returned on the given range'),
    'SOURCE_TOO_MUCH',
    'Graphite finds this too much: too many points per series must be returned on the given range.',
  ],
  ['a URL that is too long', plain(414, ''), 'SOURCE_TOO_MUCH', 'Graphite finds this too much (414).'],
  ['a refused login', plain(401, ''), 'SOURCE_AUTH', 'Graphite does not accept my login (401).'],
  [
    'a login page',
    { contentType: 'text/html', body: '<html>Please log in' },
    'SOURCE_AUTH',
    'Graphite sent a login page instead of data (200); it needs other credentials.',
  ],
  [
    'a picture',
    { contentType: 'image/png', body: 'PNG' },
    'SOURCE_UNEXPECTED',
    'Graphite sent a picture instead of data: it ignored format=json.',
  ],
])('has words of its own for %s', async (_, reply, code, message) => {
  expect(await failureOf(reply)).toMatchObject({ code, message });
});

it('never shows a page: no path, no markup, no mention, no address, one line of bounded length', async () => {
  const pages = [
    tracebackPage(
      `TypeError: f() at ${SERVER_PATH} <b>@all</b> https://10.0.0.7:8080/x 10.0.0.7 \`rm\` ${'x'.repeat(500)}`,
    ),
    plain(400, `@channel **bold** [link](https://evil.example/) ${SERVER_PATH}\nsecond line`),
    { status: 400, contentType: 'text/html', body: '<!doctype html><html><body>secret page</body></html>' },
  ];
  for (const page of pages) {
    const { message } = await failureOf(page);
    expect(message).not.toContain('/opt/graphite');
    expect(message).not.toMatch(/[<>@`*\n]|evil|10\.0\.0\.7|second line|secret page/);
    expect(message.length).toBeLessThan(260);
  }
});

it('passes on how long an overloaded server asks to wait', async () => {
  const inSeconds = await failureOf({ status: 429, headers: { 'retry-after': '7' } });
  expect(inSeconds).toMatchObject({ code: 'SOURCE_OVERLOADED', details: { retryAfterMs: 7_000 } });
  const atDate = new Date(1_795_000_023_000 + 90_000).toUTCString();
  expect((await failureOf({ status: 503, headers: { 'retry-after': atDate } })).details.retryAfterMs).toBe(90_000);
  expect((await failureOf({ status: 503, headers: { 'retry-after': 'soon' } })).details).not.toHaveProperty(
    'retryAfterMs',
  );
});
