import { describe, expect, it } from 'vitest';
import { type LokiStore, lokiDouble } from '../../../doubles/loki.ts';
import { line, NOW_SECONDS, signal, startLoki, stream, windowOf } from '../loki-harness.ts';

const [HOUR, DAY] = [3_600, 86_400];

/** Two applications that write a line an hour, between two moments before now. */
function store(fromSeconds: number, toSeconds: number, level = 'info'): LokiStore {
  const times = Array.from(
    { length: Math.floor((fromSeconds - toSeconds) / HOUR) + 1 },
    (_, at) => fromSeconds - at * HOUR,
  );
  const lines = times.map((before) => line(before, `level=${level} msg="all is well"`));
  return { streams: ['checkout', 'search'].map((app) => stream({ app, level }, lines)) };
}

async function why(data: LokiStore, expr: string, app: string, window = windowOf(HOUR), phrase = '') {
  const { source, request } = await startLoki(lokiDouble(data));
  const bound = request(expr, { arguments: { app: [app], phrase: [phrase] } });
  return source.whyEmpty?.(bound, window, signal);
}

describe('why there are no lines', () => {
  it('says how many there are without the phrase', async () => {
    const expr = '{app="${app}"} |= "level" |~ "(?i)${phrase}" | logfmt';
    const found = await why(store(6 * HOUR, 0), expr, 'checkout', windowOf(5.5 * HOUR), 'refused (42)');
    expect(found).toEqual({ kind: 'filter', filter: '"refused (42)"', withoutFilter: 5 });
  });

  it("says how many there are without the definition's own filters", async () => {
    const piped = await why(
      store(6 * HOUR, 0),
      '{app="${app}"} | logfmt | level="error"',
      'checkout',
      windowOf(5.5 * HOUR),
    );
    expect(piped).toEqual({ kind: 'filter', filter: '| logfmt | level="error"', withoutFilter: 5 });
    const matched = await why(store(6 * HOUR, 0), '{app=~"${app}", level="error"}', 'checkout', windowOf(5.5 * HOUR));
    expect(matched).toEqual({ kind: 'filter', filter: 'level="error"', withoutFilter: 5 });
    const both = {
      streams: [...store(6 * HOUR, 0).streams, stream({ app: 'other', level: 'error' }, [line(60, 'x')])],
    };
    const other = await why(both, '{app=~"${app}", level="error"}', 'checkout', windowOf(5.5 * HOUR));
    expect(other).toEqual({ kind: 'filter', filter: 'level="error"', withoutFilter: 5 });
  });

  it('offers names near one that never logged', async () => {
    expect(await why(store(DAY, 0), '{app="${app}"}', 'chekcout')).toEqual({
      kind: 'never_existed',
      what: 'chekcout',
      near: ['checkout'],
    });
    expect(await why(store(DAY, 0), 'rate({app=~"${app}"}[5m])', 'serach')).toMatchObject({
      what: 'serach',
      near: ['search'],
    });
    expect(await why(store(DAY, 0), '{ap="${app}"}', 'search')).toMatchObject({ what: 'search', near: [] });
  });

  it('finds when logs stopped, within the last weeks too, and that they had not begun', async () => {
    const at = (seconds: number) => (NOW_SECONDS - seconds) * 1000;
    expect(await why(store(DAY, 3 * HOUR), '{app="${app}"}', 'checkout')).toEqual({
      kind: 'stopped',
      what: 'checkout',
      lastMs: at(3 * HOUR),
    });
    expect(await why(store(20 * DAY, 10 * DAY), '{app="${app}"}', 'checkout')).toMatchObject({ lastMs: at(10 * DAY) });
    const before = await why(store(2 * HOUR, 0), '{app="${app}"}', 'checkout', windowOf(5 * HOUR, 4 * HOUR));
    expect(before).toEqual({ kind: 'not_yet', what: 'checkout', firstMs: at(2 * HOUR) });
  });

  it('claims nothing where there are lines on both sides', async () => {
    const data = store(DAY, 0);
    const streams = data.streams.map((one) => ({
      ...one,
      lines: one.lines.filter(
        ({ ns }) =>
          ns < BigInt(NOW_SECONDS - 5 * HOUR) * 1_000_000_000n || ns > BigInt(NOW_SECONDS - 2 * HOUR) * 1_000_000_000n,
      ),
    }));
    const found = await why({ streams }, '{app="${app}"}', 'checkout', windowOf(4 * HOUR, 3 * HOUR));
    expect(found).toEqual({ kind: 'silent', what: 'checkout' });
  });
});

describe('the check', () => {
  const data = store(HOUR, 0);

  it('asks for the tenant where there are several, and says when it has no logs', async () => {
    const missing = await startLoki(lokiDouble({ ...data, tenant: 'team-a' }));
    expect((await missing.source.check(signal)).problems).toEqual([
      'Loki has several tenants and wants to know which to read (no X-Scope-OrgID was sent). Set tenant to the one to read.',
    ]);
    const wrong = await startLoki(lokiDouble({ ...data, tenant: 'team-a' }), { tenant: 'team-b' });
    expect((await wrong.source.check(signal)).problems.join()).toContain(
      'no logs of the last hours for the tenant team-b',
    );
    const right = await startLoki(lokiDouble({ ...data, tenant: 'team-a' }), { tenant: 'team-a' });
    expect(await right.source.check(signal)).toEqual({ version: 'Loki 3.3.2', problems: [] });
  });

  it('says that it is not ready yet', async () => {
    const double = lokiDouble(data);
    const notReady = {
      status: 503,
      contentType: 'text/plain',
      body: 'Ingester not ready: waiting for 15s after being ready\n',
    };
    const { source } = await startLoki((request) => (request.pathname === '/ready' ? notReady : double(request)));
    expect((await source.check(signal)).problems).toEqual([
      'It says that it is not ready yet; answers may lack the newest lines.',
    ]);
  });

  it.each([
    [404, '404 page not found', /without that path/],
    [403, 'no', /Allow it .*query_range/],
    [401, 'no', /\(401\)\. Set token/],
  ])('says what to do about %i', async (status, body, words) => {
    const { source } = await startLoki({ status, body, contentType: 'text/plain' });
    const { problems } = await source.check(signal);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(words);
  });
});
