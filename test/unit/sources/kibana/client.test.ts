import { describe, expect, it } from 'vitest';
import { type Setting, signal, startKibana } from '../kibana-harness.ts';

const view = { dataView: 'logs-test-view' };

async function failureOf(setting: Setting): Promise<{ readonly code?: string; readonly message?: string }> {
  const { run } = await startKibana('8.19', setting);
  return run(view).then(
    () => ({}),
    (thrown: unknown) => thrown as Error,
  );
}

const json = (status: number, message: string) => ({
  status,
  body: JSON.stringify({ statusCode: status, error: 'x', message }),
});

describe('requests to Kibana', () => {
  it('say that they are no page of another site, and which API they mean', async () => {
    const { run, requests } = await startKibana('9.2', { double: { hasNoSavedObjectRoutes: true } });
    await run({ search: 'Errors of checkout' });
    expect(requests.every(({ headers }) => headers['kbn-xsrf'] !== undefined)).toBe(true);
    expect(new Set(requests.map(({ headers }) => headers['elastic-api-version']))).toEqual(new Set(['2023-10-31']));
  });

  it('go to the space, whichever way it is configured', async () => {
    const paths: (string | undefined)[] = [];
    const named = await startKibana('8.19', { options: { space: 'ops' } });
    await named.run(view);
    paths.push(named.requests.at(-1)?.pathname);
    const other = await startKibana('8.19', { double: { spaces: { ops: { objects: [], rules: [] } } } });
    await expect(other.run({ ...view, space: 'ops' })).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
    paths.push(other.requests.at(-1)?.pathname);
    expect(paths).toEqual(['/s/ops/api/data_views/data_view/logs-test-view', '/s/ops/api/data_views']);
  });

  it('use the routes of the version', async () => {
    const old = await startKibana('7.17');
    await old.run(view);
    expect(old.requests.map(({ pathname }) => pathname)).toEqual([
      '/api/status',
      '/api/index_patterns/index_pattern/logs-test-view',
    ]);
    const dashboards = await startKibana('7.17', {
      options: { flavour: 'opensearch-dashboards' },
      double: { flavour: 'opensearch-dashboards', version: '2.19.1' },
    });
    await dashboards.run(view);
    expect(dashboards.requests.at(-1)?.pathname).toBe('/api/saved_objects/index-pattern/logs-test-view');
    expect(dashboards.requests.at(-1)?.headers).toMatchObject({ 'osd-xsrf': expect.any(String) });
  });

  it('find the old routes where the version is not told', async () => {
    const { run } = await startKibana('7.17', { double: { hidesVersion: true } });
    expect((await run(view)).block.index).toBe('logs-test');
  });
});

describe('a refusal of Kibana', () => {
  it.each<[string, Setting, string, string]>([
    ['401', { double: { authorization: 'Bearer other' } }, 'SOURCE_AUTH', 'Kibana does not accept my login (401).'],
    [
      'a login page',
      { answering: { contentType: 'text/html', body: '<html>login</html>' } },
      'SOURCE_AUTH',
      'Kibana sent a login page instead of data (200); it needs other credentials.',
    ],
    [
      'the start, in plain text',
      { double: { isStarting: () => true } },
      'SOURCE_BACKEND_DOWN',
      'Kibana is starting and not ready yet (503).',
    ],
    [
      'an unknown space',
      { options: { space: 'ops' }, double: { spaces: { ops: undefined as never } } },
      'SOURCE_NOT_FOUND',
      'Kibana has no space ops, or my login may not see it (404).',
    ],
    [
      '403 within a space',
      { options: { space: 'ops', version: '8.19' }, answering: json(403, 'Forbidden') },
      'SOURCE_FORBIDDEN',
      'Kibana has no space ops that my login may read (403).',
    ],
    [
      'a missing xsrf header, which is our fault',
      { options: { version: '8.19' }, answering: json(400, 'Request must contain a kbn-xsrf header.') },
      'SOURCE_UNEXPECTED',
      'Kibana failed inside: Request must contain a kbn-xsrf header.',
    ],
    [
      'JSON that ends early',
      { options: { version: '8.19' }, answering: { body: '{"data_view":{"ti' } },
      'SOURCE_UNEXPECTED',
      'Kibana sent JSON that is broken.',
    ],
    [
      'JSON of another shape',
      { options: { version: '8.19' }, answering: { body: '{"data_view":{}}' } },
      'SOURCE_UNEXPECTED',
      'Kibana sent JSON of another shape than a data view has.',
    ],
  ])('by %s is said as such', async (_, setting, code, message) => {
    expect(await failureOf(setting)).toMatchObject({ code, message });
  });
});

describe('check', () => {
  const check = async (version: '7.17' | '8.19' | '9.2', setting: Setting = {}) =>
    (await startKibana(version, setting)).source.check(signal);

  it('tells the version', async () => {
    expect(await check('8.19')).toEqual({ version: 'Kibana 8.19.2', problems: [] });
  });

  it.each<[string, Setting, string]>([
    ['a login that is refused', { double: { authorization: 'Bearer other' } }, 'Set apiKey, token'],
    [
      'a space that is not there',
      { options: { space: 'ops' }, double: { spaces: { ops: undefined as never } } },
      'Check space',
    ],
    ['a basePath that is left out', { double: { basePath: '/kibana' } }, 'basePath'],
    [
      'a role without data views',
      { double: { spaces: { default: { objects: [], rules: [] } } } },
      'shows my login no data view',
    ],
    ['Dashboards that is taken for Kibana', { double: { version: '2.19.1' } }, 'set flavour: opensearch-dashboards'],
    [
      'Kibana that is taken for Dashboards',
      {
        options: { flavour: 'opensearch-dashboards' },
        double: { flavour: 'opensearch-dashboards', version: '8.19.2' },
      },
      'set flavour: kibana',
    ],
    ['another version than is configured', { options: { version: '8.14' } }, 'set to version: 8.14, but 8.19.2'],
    ['a version that is not told', { double: { hidesVersion: true } }, 'set version'],
    ['a version that is too old', { double: { version: '6.8.23' } }, 'too old'],
    ['data that are nowhere', { options: { elasticsearch: undefined } }, 'set elasticsearch:'],
    ['a Kibana that starts', { double: { isStarting: () => true } }, 'is starting'],
  ])('finds %s', async (_, setting, words) => {
    const { problems } = await check('8.19', setting);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(words);
  });
});
