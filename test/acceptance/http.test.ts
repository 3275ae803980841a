/** Questions over HTTP to a whole bot on embedded data. Wednesday 25 November 2026, 11:50 in Berlin. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AskResult } from '../../src/http/ask-result.ts';
import { type Bot, startBot } from './bot.ts';

let bot: Bot;
beforeAll(async () => {
  bot = await startBot({ yaml: 'zone: Europe/Berlin\n', startIso: '2026-11-25T10:50:00Z' });
});
afterAll(() => bot.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(bot.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function ask(q: string, zone?: string): Promise<AskResult> {
  const response = await post('/api/ask', { q, ...(zone && { zone }) });
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as AskResult;
}

describe('POST /api/ask', () => {
  it('answers with words, numbers, links and where the picture is', async () => {
    const result = await ask('cpu web01 last 1h');
    expect(result.explanation).toMatchObject({ query: 'cpu', source: 'demo', arguments: { host: ['web01'] } });
    expect(result.text).toContain('CPU of web01');
    expect(result.text).toMatch(/10:50–11:50 CET/);
    expect(result.text).toMatch(/demo/i);
    expect(result.frames).toHaveLength(1);
    expect(result.links[0]?.title).toBe('Graphite');
  });

  it('says in words exactly what the frames hold', async () => {
    const result = await ask('load db01 last 1h');
    const [frame] = result.frames as { series: { values: (number | null)[]; times: number[] }[] }[];
    const values = (frame?.series[0]?.values ?? []).filter((value) => value !== null);
    const shown = (value: number) => `${Number(value.toPrecision(3))}`;
    expect(values.length).toBeGreaterThan(300);
    expect(result.text).toContain(shown(Math.max(...values)));
    expect(result.text).toContain(shown(values.reduce((sum, value) => sum + value, 0) / values.length));
    expect(result.text).toContain(shown(values.at(-1) ?? Number.NaN));
  });

  it('gives a picture of the same window whenever it is fetched', async () => {
    const { image } = await ask('cpu web01 last 1h');
    const response = await fetch(bot.url + image);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    const { width, height } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect([width, height]).toEqual([1800, 800]);
  });

  it('meets small talk with what could be asked, not with a refusal', async () => {
    expect((await ask('thanks')).text).toBe(
      'Ask for example `cpu web01 last 1h` or `top 5 cpu last 1h`. `help` has the rest.',
    );
  });

  it('meets status of a service with what can be asked about it', async () => {
    // the demo fleet tells of deploys and alerts of its own, soon after the start
    const { text } = await ask('status checkout');
    expect(text).toMatch(/^(?:`checkout` is no source|checkout: )/);
    expect(text).toContain('`errors checkout` · `logs checkout` · `latency checkout`');
    expect((await ask('status demo')).text).toMatch(/^up · demo/);
  });

  it('says whose default window is which in help', async () => {
    const { text } = await ask('help cpu');
    expect(text).toContain('Default window on machine 15m, at most 24 hours');
    expect(text).toContain('Default window on demo 1h, at most 366 days');
  });

  it('lists the definition that a filter is about', async () => {
    expect((await ask('queries incident')).text).toContain('`cpu HOST` Share of time the processors were busy. Demo');
  });

  it('reads and shows times in the zone of the call', async () => {
    const result = await ask('cpu web01 since 09:00', 'Asia/Kolkata');
    expect(result.explanation.range).toMatchObject({ zone: 'Asia/Kolkata', from: '2026-11-25T03:30:00Z' });
  });

  it('answers about this machine when no host is named', async () => {
    const result = await ask('cpu last 5m');
    expect(result.explanation).toMatchObject({ source: 'machine' });
    expect(result.text).not.toMatch(/demo/i);
  });

  it.each([
    [{ q: 'xyzzy web01' }, 400, 'ASK_UNKNOWN_QUERY'],
    [{ q: 'errors' }, 400, 'ASK_MISSING_ARGUMENT'],
    [{ q: 'cpu web01 last 1x' }, 400, 'ASK_BAD_RANGE'],
    [{ q: 'cpu web' }, 400, 'ASK_AMBIGUOUS'],
    [{ q: 'cpu web01 last 5y' }, 400, 'ASK_RANGE_TOO_LONG'],
    [{ q: 'cpu web01', zone: 'Mars/Olympus' }, 400, 'ASK_BAD_RANGE'],
    [{ q: '' }, 400, 'ASK_EMPTY'],
    [{}, 400, 'HTTP_BAD_REQUEST'],
    ['{"q":', 400, 'HTTP_BAD_REQUEST'],
    [{ q: 'x'.repeat(70_000) }, 413, 'HTTP_TOO_LARGE'],
  ])('refuses %j as a problem', async (body, status, code) => {
    const response = await post('/api/ask', body);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status, code });
  });

  it('offers what would work with a refusal, and it works', async () => {
    const problem = (await (await post('/api/ask', { q: 'cpu web' })).json()) as { suggestions: string[] };
    expect(problem.suggestions.length).toBeGreaterThan(0);
    for (const suggestion of problem.suggestions) await ask(suggestion);
  });

  it.each(['help', 'help cpu', 'queries', 'hosts web', 'status', 'zone', 'why'])('answers %s in words', async (q) => {
    const result = await ask(q);
    expect(result.text.length).toBeGreaterThan(10);
    expect(result.image).toBeNull();
  });
});

describe('GET /render', () => {
  it('draws in the theme that was asked for', async () => {
    const corner = async (theme: string) => {
      const response = await fetch(`${bot.url}/render?q=cpu+web01+1h&theme=${theme}`);
      const { data } = await sharp(Buffer.from(await response.arrayBuffer()))
        .raw()
        .toBuffer({ resolveWithObject: true });
      return [...data.subarray(0, 3)];
    };
    expect(await corner('light')).toEqual([255, 255, 255]);
    expect(await corner('dark')).toEqual([0x1a, 0x1d, 0x21]);
  });

  it('gives the file of a question that asks for one', async () => {
    const response = await fetch(`${bot.url}/render?q=${encodeURIComponent('load db01 1h as csv')}`);
    expect(response.headers.get('content-type')).toContain('text/csv');
    expect((await response.text()).split('\r\n')[0]).toMatch(/^time,db01/);
  });

  it('says why there is nothing instead of drawing an empty chart', async () => {
    const response = await fetch(`${bot.url}/render?q=${encodeURIComponent('cpu web01 2020-01-01')}`);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'SOURCE_NO_DATA' });
  });
});

describe('the listener on loopback', () => {
  it('refuses pages of other sites and foreign host names', async () => {
    const origin = await post('/api/ask', { q: 'cpu web01' }, { origin: 'https://evil.example' });
    expect(origin.status).toBe(403);
    const response = await bot.app.http.inject({ path: '/api/queries', headers: { host: 'evil.example' } });
    expect(response.statusCode).toBe(403);
  });

  it('tells a probe that it is alive and ready', async () => {
    expect(await (await fetch(`${bot.url}/healthz`)).json()).toMatchObject({ status: 'ok' });
    const ready = await fetch(`${bot.url}/readyz`);
    expect(await ready.json()).toEqual({
      status: 'ok',
      checks: {
        store: 'ok',
        'source machine': 'ok',
        'source demo': 'ok',
        'source demo-logs': 'ok',
        'source demo-metrics': 'ok',
      },
    });
  });

  it('lists what can be asked', async () => {
    const { queries } = (await (await fetch(`${bot.url}/api/queries`)).json()) as {
      queries: { id: string; demo: boolean }[];
    };
    expect(
      queries
        .filter(({ demo }) => demo)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['cpu', 'disk', 'errors', 'latencies', 'latency', 'load', 'logs', 'memory', 'net', 'requests']);
  });

  it('shows a page whose every link answers', async () => {
    const page = await (await fetch(`${bot.url}/`)).text();
    const links = [...page.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, link]) =>
      (link ?? '').replaceAll('&amp;', '&'),
    );
    expect(links.length).toBeGreaterThan(5);
    for (const link of new Set(links)) expect((await fetch(bot.url + link)).status, link).toBe(200);
  });

  it('leads from an answer to the page of its data, with the window frozen', async () => {
    const { links } = await ask('cpu web01 last 1h');
    const link = new URL(links[0]?.url ?? '');
    const page = await fetch(bot.url + link.pathname + link.search);
    expect(page.status).toBe(200);
    expect(await page.text()).toMatch(/demo data/i);
    expect(link.searchParams.get('from')).toBe('09:50_20261125');
    expect(link.searchParams.get('until')).toMatch(/^10:5[01]_20261125$/);
  });
});

it('answers an unknown address as a problem', async () => {
  const response = await fetch(`${bot.url}/nothing/here?secret=1`);
  expect(response.status).toBe(404);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await response.text()).not.toContain('secret');
});

it('shows who came by a browser what there is instead, with links that work', async () => {
  const response = await fetch(`${bot.url}/querys?secret=1`, { headers: { accept: 'text/html,*/*;q=0.8' } });
  expect(response.status).toBe(404);
  const html = await response.text();
  expect(html).toContain('There is nothing at /querys.');
  const [, list = ''] = html.split('What there is');
  const links = [...list.matchAll(/<a href="([^"]+)"/g)].map(([, link = '']) => link);
  expect(links).toEqual(['/', '/queries', '/alerts']);
  for (const link of links) expect((await fetch(bot.url + link)).status, link).toBe(200);
});

it.each(['/api/ask', '/api/explain', '/mcp', '/api/demo/alert', '/session'])(
  'takes no plain text at %s',
  async (path) => {
    const response = await post(path, '{"q": "help"}', { 'content-type': 'text/plain' });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ code: 'HTTP_BAD_MEDIA_TYPE' });
  },
);

it('says that signing in takes a form', async () => {
  const detail = 'Send a form with Content-Type: application/x-www-form-urlencoded.';
  expect(await (await post('/session', { token: 'x' })).json()).toMatchObject({ code: 'HTTP_BAD_MEDIA_TYPE', detail });
});

it('logs what its asker cannot mend, over whatever way it was asked', async () => {
  const { url, log, stop } = await startBot({
    yaml: 'sources:\n  gone: { kind: graphite, url: http://127.0.0.1:9, raw: true }\n',
  });
  onTestFinished(() => stop());
  const q = 'graphite: a.b 1h on gone';
  const failed = () => log.filter((line) => line.includes('"a request failed"')).map((line) => JSON.parse(line).url);
  const send = (accept: string) =>
    fetch(`${url}/api/ask`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ q }),
    }).then((response) => response.text());
  expect(await send('application/json')).toContain('SOURCE_BACKEND_DOWN');
  expect(await send('text/event-stream')).toContain('event: problem');
  await (await fetch(`${url}/?${new URLSearchParams({ q, wait: '1' })}`)).text();
  expect(failed()).toEqual(['/api/ask', '/api/ask', '/']);
});

/** What the server answers to bytes that need not be HTTP. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(bot.url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.end(bytes);
  await once(socket, 'close');
  return answer;
}

describe('a request that cannot be answered', () => {
  it.each([
    ['PUT', '/api/ask', 'POST'],
    ['GET', '/api/explain', 'POST'],
    ['DELETE', '/render', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/api/answers/AAAAAAAAAAAAAAAAAAAAAA', 'GET, HEAD'],
    ['POST', '/answers/AAAAAAAAAAAAAAAAAAAAAA.png', 'GET, HEAD'],
    ['DELETE', '/api/alerts/x/context/', 'GET, HEAD'],
    ['DELETE', '/hooks/generic/x', 'GET, HEAD, POST, PUT'],
  ])('is told which methods work: %s %s', async (method, path, allow) => {
    const response = await fetch(bot.url + path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ status: 405, code: 'HTTP_METHOD_NOT_ALLOWED' });
  });

  it.each([
    ['an address that cannot be read', 'GET /% HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n', 400],
    ['an unknown method', 'FOO / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n', 400],
    ['no HTTP at all', 'hello?\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, 431],
  ])('is a problem too when it is %s', async (_what, bytes, status) => {
    const [head = '', body = ''] = (await raw(bytes)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect(JSON.parse(body)).toMatchObject({ type: 'about:blank', status, code: 'HTTP_BAD_REQUEST' });
  });

  it.each([
    ['null', 'The body is missing; send a JSON object such as {"q": "help"}.'],
    ['{}', 'The body lacks `q`.'],
    ['', 'The body is missing; send a JSON object such as {"q": "help"}.'],
    ['[]', 'The body should be a JSON object such as {"q": "help"}, and is a list.'],
    ['{"q": 1}', '`q` should be text, and is a number.'],
    ['{"q": "cpu", "zone": null}', '`zone` should be text or be left out, and is null.'],
    ['{"q": "cpu", "at": 1}', '`at` is no key here; there are `q`, `zone`, `follows` and `write`.'],
    [
      '{"question": "cpu"}',
      '`question` is no key here; there are `q`, `zone`, `follows` and `write`. The body lacks `q`.',
    ],
    ['{"qq": "cpu"}', '`qq` is no key here; did you mean `q`?'],
    ['{"q": "cpu",', expect.stringMatching(/^The body is no JSON: .* at position 12 \(line 1 column 13\)\.$/)],
    ['{"__proto__": {}}', expect.stringMatching(/^The body has a key that none may have: `__proto__`/)],
  ])('says what does not fit: %s', async (body, detail) => {
    const response = await post('/api/ask', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'HTTP_BAD_REQUEST', detail });
  });

  it('says that bodies are taken as they are', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const body = gzipSync('{"q": "help"}');
    const response = await fetch(`${bot.url}/api/ask`, { method: 'POST', headers, body });
    expect([response.status, await response.json()]).toMatchObject([
      415,
      { detail: expect.stringContaining('Content-Encoding') },
    ]);
  });

  it.each(['', 'Identity', 'utf-8'])('takes a plain body of the encoding %j', async (encoding) => {
    expect((await post('/api/ask', '{"q": "help"}', { 'content-encoding': encoding })).status).toBe(200);
  });

  it('says how large a body may be', async () => {
    const response = await post('/api/ask', { q: 'x'.repeat(70_000) });
    expect([response.status, await response.json()]).toMatchObject([
      413,
      { detail: 'The body is larger than 64 KiB.' },
    ]);
  });

  it.each([
    ['width=abc', '`width` should be a whole number from 120 to 2000, and is `abc`.'],
    ['width=', '`width` should be a whole number from 120 to 2000, and is empty.'],
    [`width=${'9'.repeat(70)}`, `\`width\` should be a whole number from 120 to 2000, and is \`${'9'.repeat(59)}…\`.`],
    ['width=%60%00%0Ax', "`width` should be a whole number from 120 to 2000, and is `' x`."],
    ['width=300&width=400', '`width` is there twice; give it once.'],
    ['q=a', '`q` is there twice; give it once.'],
    ['theme=blue', '`theme` should be `light` or `dark`, and is `blue`.'],
    ['heigth=300', '`heigth` is no parameter here; did you mean `height`?'],
  ])('says what does not fit: /render?q=cpu+web01&%s', async (query, detail) => {
    const response = await fetch(`${bot.url}/render?q=cpu+web01&${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'HTTP_BAD_REQUEST', detail });
  });

  it.each([
    ['/api/queries?x=1', 400, '`x` is no parameter here; there are none.'],
    ['/api/alerts?since=1h', 400, expect.stringMatching(/^`since` is no parameter here; there are `from`, /)],
    ['/api/alerts?from=2026-11-25T00:00:00+01:00', 400, expect.stringContaining(' 2026-11-25T23:00:00%2B01:00, ')],
    ['/api/values?query=cpu&parameter=%60x%0Ay', 400, "`cpu` has no parameter `'x y`. Its parameters are `host`."],
    [`/api/alerts/${'a'.repeat(101)}`, 400, 'A part of the address is longer than 100 characters.'],
    ['/answers/AAAAAAAAAAAAAAAAAAAAAA.json', 404, expect.stringMatching(/`\.png`.*`\.csv`/)],
    ['/api/alerts/%00', 404, 'No alert of that id is kept here.'],
    ['/render?q=cpu+web01&zone=x%0Ay', 400, expect.stringMatching(/^`x y` is not a time zone/)],
    ['/hooks/alertmanger', 404, 'No format is called `alertmanger`. Near: alertmanager.'],
    ['/render?q=', 400, 'Ask me something: `help` says what.'],
  ])('says what is wrong with %s', async (path, status, detail) => {
    const response = await fetch(bot.url + path);
    expect([response.status, await response.json()]).toMatchObject([status, { detail }]);
  });
});

it('takes an address that was made different against caches, of what is embedded by any name', async () => {
  expect((await fetch(`${bot.url}/api/queries?_=1764150000`)).status).toBe(200);
  const added = '_=1&t=1764&v=2&nocache=1&utm_source=wiki';
  expect((await fetch(`${bot.url}/render?q=cpu+web01&${added}`)).status).toBe(200);
  const { image } = await ask('cpu web01 last 1h');
  for (const file of [String(image), String(image).replace(/\.png.*$/, '.csv')])
    expect((await fetch(`${bot.url}${file}?${added}`)).status, file).toBe(200);
  const asked = await fetch(`${bot.url}/render?query=cpu+web01`);
  const detail = expect.stringMatching(
    /^`query` is no parameter here; there are `width`, .*\. The address lacks `q`\.$/,
  );
  expect([asked.status, await asked.json()]).toMatchObject([400, { detail }]);
});

it('keeps nothing of one caller for the next', async () => {
  const response = await post('/api/ask', { q: 'zone America/New_York' });
  expect([response.status, await response.json()]).toMatchObject([403, { code: 'ASK_FORBIDDEN' }]);
  expect((await ask('cpu web01 last 1h')).explanation.range?.zone).toBe('Europe/Berlin');
});

it('finishes what is being answered when it is told to stop, and takes no more', async () => {
  const other = await startBot({ startIso: '2026-11-25T10:50:00Z' });
  const asked = fetch(`${other.url}/render?q=${encodeURIComponent('cpu web* last 7d')}`);
  const received = once(other.app.http.server, 'request');
  await received;
  const stopped = other.stop(10_000);
  const response = await asked;
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1_000);
  await stopped;
  await expect(fetch(`${other.url}/healthz`)).rejects.toThrow();
});

describe('the page', () => {
  const page = async (q: string) => {
    const response = await fetch(`${bot.url}/?${new URLSearchParams({ q })}`);
    return { status: response.status, html: await response.text(), headers: response.headers };
  };

  it('answers in words and with a picture for each theme, without script', async () => {
    const { status, html } = await page('cpu web01 last 1h');
    expect(status).toBe(200);
    expect(html).toMatch(/<div class="words"><p><b>CPU of web01<\/b> \d/);
    expect(html).toMatch(/srcset="[^"]+theme=dark"\/><img src="\/answers\/[\w-]{22}\.png"/);
  });

  it('shows a refusal in words with what would work, and help as text', async () => {
    const { status, html } = await page('cpu nosuchhost');
    expect(status).toBe(400);
    expect(html).toMatch(/nosuchhost.*is not a host I know/);
    expect(html).toMatch(/These work.*<a class="chip" href="\/\?q=cpu/);
    expect((await page('help')).html).toMatch(/<div class="words"><p><b>Ask<\/b> for a query/);
  });

  it('never lets a question become markup', async () => {
    const { html } = await page('"></script><script>alert(1)</script><img src=x onerror=alert(1)>');
    expect(html.match(/<script[^>]*>/g)).toEqual([
      expect.stringMatching(/^<script type="module" src="\/assets\/main-[\w-]+\.js">$/),
      '<script type="application/json" id="data">',
    ]);
    expect(html).not.toMatch(/<img src=x/);
  });

  it('lets nothing run but its own script, and keeps its files for a year', async () => {
    const { html, headers } = await page('help');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe/);
    const script = await fetch(bot.url + (/src="(\/assets[^"]+)"/.exec(html)?.[1] ?? ''));
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(script.headers.get('content-type')).toMatch(/^(?:text|application)\/javascript/);
    expect((await script.arrayBuffer()).byteLength).toBeLessThan(100_000);
  });
});
