/** What every source must do, whatever it reads: run over each registered kind and each flavour of it. */
import { describe, expect, it } from 'vitest';
import type { Frame, SeriesFrame, TableFrame } from '../../src/domain/frame.ts';
import { makeUnit } from '../../src/domain/unit.ts';
import { type Answering, type Reply, startHttpBackend } from '../doubles/http-backend.ts';
import {
  binding,
  createSource,
  NOW_SECONDS,
  PUBLIC_URL,
  SECRET,
  type SourceHarness,
  startSource,
  window,
} from './source-setting.ts';

/** Which hosts an answer is about, in its order; with the value of each that is newest. */
function valuesByHost(frame: Frame | undefined): (readonly [host: unknown, value: unknown])[] {
  if (frame?.kind === 'series') {
    return frame.series.map(({ labels, values }) => [labels.host, values.findLast(Number.isFinite)]);
  }
  const { columns, rows } = frame as TableFrame;
  const at = (name: string) => columns.findIndex((column) => column.name === name);
  return rows.map((row) => [row[at('host')], row[at('value')]]);
}

/** How pages write a moment of UTC: since the epoch, as a date, with a blank or what stands for one. */
function waysToWrite(timeMs: number): readonly string[] {
  const iso = new Date(timeMs).toISOString();
  const [day = '', time = ''] = iso.slice(0, 19).split('T');
  // Graphite has no seconds: the minutes around
  const minutes = [Math.floor, Math.ceil].map((round) => new Date(round(timeMs / 60_000) * 60_000).toISOString());
  const ofGraphite = minutes.map((one) => `${one.slice(11, 16)}_${one.slice(0, 10).replaceAll('-', '')}`);
  const dates = [`${day}T${time}`, `${day} ${time}`, `${day}+${time}`];
  return [String(timeMs), String(timeMs / 1000), iso, ...dates, ...ofGraphite];
}

const hostsIn = (frame: Frame | undefined) => valuesByHost(frame).map(([host]) => host);

/** Adds the contract's tests for one harness. */
export function describeSourceContract(harness: SourceHarness): void {
  const { definition, shape = 'series', requests: { setup, fetch: perFetch } = { setup: 0, fetch: 1 } } = harness;
  const block = definition.block.parse(harness.block);

  const start = (answering?: Answering, timeoutMs?: number) => startSource(harness, answering, timeoutMs);

  function expectSeries({ series: [series], stepMs }: SeriesFrame): void {
    expect(series?.times.length).toBeGreaterThan(300);
    expect([...(series?.times ?? [])]).toEqual([...(series?.times ?? [])].sort((a, b) => a - b));
    expect(series?.times[0]).toBeGreaterThanOrEqual(window.fromMs);
    expect(series?.times.at(-1)).toBeLessThan(window.toMs);
    const expected = [...(series?.times ?? [])].map((timeMs) => harness.valueAt(0, timeMs / 1000));
    expect([...(series?.values ?? [])]).toEqual(expected);
    expect(stepMs).toBe(series?.stepMs);
  }

  function expectTable(frame: TableFrame): void {
    expect(valuesByHost(frame)).toEqual([[harness.hosts[0], harness.valueAt(0, NOW_SECONDS)]]);
    const column = frame.columns.find(({ name }) => name === 'value');
    expect(column).toMatchObject({ type: 'number', unit: makeUnit('percent') });
  }

  describe(`a source of kind ${harness.title}`, () => {
    it(`gives the values that the backend has${shape === 'series' ? ', ordered and inside the window' : ' now'}`, async () => {
      const { ask } = await start();
      const [frame] = await ask();
      if (shape === 'series') expectSeries(frame as SeriesFrame);
      else expectTable(frame as TableFrame);
    });

    it('labels and names the series of several hosts in the order of the question', async () => {
      const { ask } = await start();
      const asked = [harness.hosts[1], harness.hosts[0]];
      const [frame] = await ask(asked);
      // a table is in an order of its own
      expect(hostsIn(frame)).toEqual(shape === 'series' ? asked : [...asked].sort());
      if (frame?.kind === 'series') expect(frame.series.map(({ name }) => name)).toEqual(asked);
      expect(frame?.warnings).toEqual([]);
    });

    it('draws what it has and names the host that it has nothing for', async () => {
      const { ask } = await start();
      const [frame] = await ask([harness.hosts[0], 'web99']);
      expect(hostsIn(frame)).toEqual([harness.hosts[0]]);
      expect(frame?.warnings.join()).toContain('web99');
    });

    it('answers two questions at once, each with its own data', async () => {
      const { ask } = await start();
      const [one, two] = await Promise.all([ask([harness.hosts[0]]), ask([harness.hosts[1]])]);
      expect(hostsIn(one[0])).toEqual([harness.hosts[0]]);
      expect(hostsIn(two[0])).toEqual([harness.hosts[1]]);
    });

    it('gives frames without values, not an error, where the backend has nothing', async () => {
      const { ask } = await start(harness.nothing);
      expect((await ask()).every((frame) => frame.kind === shape && valuesByHost(frame).length === 0)).toBe(true);
    });

    it.each<[string, Reply, string]>([
      ['401', { status: 401, contentType: 'text/html', body: '<h1>Unauthorized</h1>' }, 'SOURCE_AUTH'],
      ['a redirect to a login', { status: 302, headers: { location: 'https://sso.example/' } }, 'SOURCE_AUTH'],
      ['a login page with 200', { contentType: 'text/html', body: '<html>log in</html>' }, 'SOURCE_AUTH'],
      ['403', { status: 403, contentType: 'text/plain', body: 'no' }, 'SOURCE_FORBIDDEN'],
      ['404', { status: 404, contentType: 'text/html', body: '<h1>Not Found</h1>' }, 'SOURCE_NOT_FOUND'],
      ['400', { status: 400, contentType: 'text/plain', body: 'Bad Request: no' }, 'SOURCE_BAD_QUERY'],
      ['413', { status: 413, contentType: 'text/plain', body: 'too large' }, 'SOURCE_TOO_MUCH'],
      ['429', { status: 429, contentType: 'text/plain', body: 'slow down' }, 'SOURCE_OVERLOADED'],
      ['503', { status: 503, contentType: 'text/html', body: '<h1>Unavailable</h1>' }, 'SOURCE_OVERLOADED'],
      ['502', { status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }, 'SOURCE_BACKEND_DOWN'],
      ['504', { status: 504, contentType: 'text/html', body: '<h1>Timeout</h1>' }, 'SOURCE_TIMEOUT'],
      ['500', { status: 500, contentType: 'text/html', body: '<h1>Server Error</h1>' }, 'SOURCE_UNEXPECTED'],
      ['a picture', { contentType: 'image/png', body: 'PNG' }, 'SOURCE_UNEXPECTED'],
      ['JSON of another shape', { body: '{"datapoints":1}' }, 'SOURCE_UNEXPECTED'],
      ['JSON that ends early', { body: '[{"target":"x","data' }, 'SOURCE_UNEXPECTED'],
      ['an answer that breaks off', { body: '[]'.padEnd(10_000), midway: 'reset' }, 'SOURCE_BACKEND_DOWN'],
    ])('tells %s apart', async (_, reply, code) => {
      const { ask } = await start(reply);
      await expect(ask()).rejects.toMatchObject({ code, details: { source: 'test' } });
    });

    it('keeps its deadline when the backend is silent', async () => {
      const { ask } = await start({ isSilent: true }, 150);
      await expect(ask()).rejects.toMatchObject({
        code: 'SOURCE_TIMEOUT',
        message: `${definition.title} did not answer within 0.2 s.`,
      });
    });

    it('keeps its deadline when the answer stops halfway', async () => {
      const { ask } = await start({ body: '['.padEnd(10_000), midway: 'hang' }, 150);
      await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_TIMEOUT' });
    });

    it('stops when the asker gives up', async () => {
      const { ask, open } = await start({ isSilent: true });
      const aborter = new AbortController();
      const answer = ask([harness.hosts[0]], aborter.signal);
      await expect.poll(() => open.now).toBe(1);
      aborter.abort(new Error('gone'));
      await expect(answer).rejects.toThrow('gone');
      await expect.poll(() => open.now).toBe(0);
    });

    it('does not even ask for somebody who gave up before', async () => {
      const { ask, requests } = await start();
      await expect(ask([harness.hosts[0]], AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
      expect(requests).toEqual([]);
    });

    it('says that nobody listens at the address', async () => {
      const { close, url } = await startHttpBackend({});
      await close();
      const source = createSource(harness, url);
      const request = source.request(block, { ...binding, arguments: { host: [harness.hosts[0]] } });
      await expect(source.fetch(request, window, AbortSignal.timeout(5_000))).rejects.toMatchObject({
        code: 'SOURCE_BACKEND_DOWN',
        message: expect.stringContaining('refused the connection'),
      });
    });

    it('tries once more what may pass, and answers', async () => {
      const healthy = harness.backend(() => NOW_SECONDS);
      let count = 0;
      const { ask, requests } = await start((request) =>
        count++ === 0 ? { status: 503, body: '' } : healthy(request),
      );
      expect((await ask()).length).toBe(1);
      expect(requests.length).toBe(1 + setup + perFetch);
    });

    it('does not try again what will not pass', async () => {
      const { ask, requests } = await start({ status: 403, body: 'no' });
      await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_FORBIDDEN' });
      expect(requests.length).toBe(harness.requests?.refused ?? 1);
    });

    it('follows no redirect', async () => {
      const other = await startHttpBackend(harness.backend(() => NOW_SECONDS));
      const { ask } = await start({ status: 307, headers: { location: other.url } });
      await expect(ask()).rejects.toMatchObject({ code: 'SOURCE_AUTH' });
      expect(other.requests).toEqual([]);
    });

    it.each([401, 403, 400, 500, 302])('lets no secret into the words about a %i', async (status) => {
      const { ask, source } = await start((request) => ({
        status,
        contentType: 'text/plain',
        body: `refused ${JSON.stringify(request.headers)}`,
      }));
      const error = await ask().catch((thrown: unknown) => thrown as Error);
      const shown = [(error as Error).message, JSON.stringify((error as { details?: unknown }).details)];
      const { problems } = await source.check(AbortSignal.timeout(5_000));
      const encoded = Buffer.from(`glimpse:${SECRET}`).toString('base64');
      for (const text of [...shown, ...problems]) {
        expect(text).not.toContain(SECRET);
        expect(text).not.toContain(encoded);
      }
    });

    it.each(harness.hostile)('refuses the value %j and says so', async (value) => {
      const { source, requests } = await start();
      const bind = () => source.request(block, { ...binding, arguments: { host: [value] } });
      expect(bind).toThrow(expect.objectContaining({ code: 'ASK_UNKNOWN_VALUE' }));
      expect(requests).toEqual([]);
    });

    it('links to the public address with the frozen window and no secret', async () => {
      const { source, url } = await start();
      const request = source.request(block, { ...binding, arguments: { host: [harness.hosts[0]] } });
      const link = source.link(request, window) ?? '';
      expect(link.startsWith(PUBLIC_URL)).toBe(true);
      expect(link).not.toContain(url);
      expect(link).not.toContain(SECRET);
      expect(link).toContain(harness.hosts[0]);
      // names of parameters are the server's own; what stands in them must not end the link or format the text
      const values = link.replace(/([?&/])g\d+\.\w+=/g, '$1');
      expect(values).not.toMatch(/[\s()<>[\]*_'"|\\`]/);
    });

    it.runIf(shape === 'series')('links to the window as it was, by absolute times', async () => {
      const { source, ask } = await start();
      // some know the page of a thing only after they have read it
      await ask();
      const request = source.request(block, { ...binding, arguments: { host: [harness.hosts[0]] } });
      const link = decodeURIComponent(decodeURIComponent(source.link(request, window) ?? ''));
      expect(waysToWrite(window.toMs).filter((way) => link.includes(way))).not.toEqual([]);
      // where a page wants an end and a length, this is the length
      const starts = [...waysToWrite(window.fromMs), 'range_input=1h', 'range_input=3600s'];
      expect(starts.filter((way) => link.includes(way))).not.toEqual([]);
      expect(link).not.toMatch(/\bnow\b/);
    });

    it('links to all of many hosts, or to a page that says less, never to one too long for a chat', async () => {
      const { source } = await start();
      const hosts = Array.from({ length: 150 }, (_, at) => `web${at}-of-a-rather-long-name-in-a-rack-somewhere`);
      let link: string | undefined;
      try {
        link = source.link(source.request(block, { ...binding, arguments: { host: hosts } }), window);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'SOURCE_TOO_MUCH' });
      }
      expect(link?.length ?? 0).toBeLessThan(4_000);
      expect(link ?? PUBLIC_URL).toMatch(new RegExp(`^${PUBLIC_URL}`));
    });

    it('labels its request for the footer', async () => {
      const { source } = await start();
      const { label } = source.request(block, { ...binding, arguments: { host: [harness.hosts[0]] } });
      expect(label).toContain(harness.hosts[0]);
    });

    it('lists the values that exist, sorted, asking once for all who want them', async () => {
      const { source, requests } = await start();
      const signal = AbortSignal.timeout(5_000);
      const lists = await Promise.all([
        source.values?.(harness.pattern, signal),
        source.values?.(harness.pattern, signal),
      ]);
      expect(lists).toEqual([harness.hosts, harness.hosts]);
      expect(await source.values?.(harness.pattern, signal)).toEqual(harness.hosts);
      expect(requests.length).toBe(setup + 1);
    });

    it('does not lose a list because the first who asked gave up', async () => {
      const { source } = await start();
      const aborter = new AbortController();
      const first = source.values?.(harness.pattern, aborter.signal);
      const second = source.values?.(harness.pattern, AbortSignal.timeout(5_000));
      aborter.abort(new Error('gone'));
      await expect(first).rejects.toThrow('gone');
      expect(await second).toEqual(harness.hosts);
    });

    it('passes its check and says what answered', async () => {
      const { source } = await start();
      const report = await source.check(AbortSignal.timeout(5_000));
      expect(report.problems).toEqual([]);
      expect(report.version).toMatch(/\w/);
    });

    it('says in its check what to do about a refused login', async () => {
      const { source } = await start({ status: 401, contentType: 'text/html', body: '<h1>Unauthorized</h1>' });
      const { problems } = await source.check(AbortSignal.timeout(5_000));
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/401.*token/);
    });

    it.each<[string, Answering]>([
      ['a login page', { contentType: 'text/html', body: '<html>log in</html>' }],
      ['a picture', { contentType: 'image/png', body: 'PNG' }],
      ['JSON of another shape', { body: '{"datapoints":1}' }],
      ['a list of something else', { body: '[{"name":"ssl"}]' }],
      ['JSON that ends early', { body: '{"data":{"x' }],
      ['a complaint about the request', { status: 400, contentType: 'text/plain', body: 'Bad Request' }],
    ])('says in its check that something else may answer there, of %s', async (_, answering) => {
      const { source } = await start(answering);
      const { problems, version } = await source.check(AbortSignal.timeout(5_000));
      expect(problems.join(' ')).toMatch(/check the url|check `flavour`|set `flavour`/i);
      expect(version).toBeUndefined();
    });

    it('says in its check who cannot be reached, and what to look at', async () => {
      const { close, url } = await startHttpBackend({});
      await close();
      const { problems } = await createSource(harness, url).check(AbortSignal.timeout(5_000));
      expect(problems).toEqual([expect.stringMatching(/^\S.* is down: .*refused the connection\. Check the url/)]);
    });

    it('says why there is nothing for a host that never existed, with names near it', async () => {
      const { source } = await start();
      const [host] = harness.hosts;
      const request = source.request(block, { ...binding, arguments: { host: [`${host}x`] } });
      const reason = await source.whyEmpty?.(request, window, AbortSignal.timeout(5_000));
      expect(reason).toMatchObject({ kind: 'never_existed', near: expect.arrayContaining([host]) });
    });

    it(`${harness.canAnnotate ? 'reads' : 'quietly has no'} annotations`, async () => {
      const { source } = await start();
      const marks = (await source.annotations?.(window, { tags: ['deploy'] }, AbortSignal.timeout(5_000))) ?? [];
      expect(marks.map(({ kind }) => kind)).toEqual(harness.canAnnotate ? [harness.markKind ?? 'deploy'] : []);
    });
  });
}
