import { describe, expect, it } from 'vitest';
import type { Answering } from '../../../doubles/http-backend.ts';
import { prometheusDouble } from '../../../doubles/prometheus.ts';
import { NOW_SECONDS, signal, startPrometheus } from '../prometheus-harness.ts';

const double = (flavour: 'prometheus' | 'thanos' | 'mimir' | 'victoriametrics') =>
  prometheusDouble({ series: [], nowSeconds: () => NOW_SECONDS, flavour });

async function check(answering: Answering, options: Readonly<Record<string, unknown>> = {}) {
  const { source } = await startPrometheus(answering, options);
  return source.check(signal);
}

const TENANT = { headers: { 'X-Scope-OrgID': 'a' } };

describe('the check of a Prometheus', () => {
  it.each([
    ['prometheus', 'Prometheus 2.42.0', {}],
    ['thanos', 'Thanos 2.42.0', {}],
    ['victoriametrics', 'VictoriaMetrics (set flavour: victoriametrics, so that links suit it)', {}],
    ['mimir', 'Mimir 2.14.0 (set flavour: mimir, so that links suit it)', TENANT],
  ] as const)('finds out that it is %s', async (flavour, version, options) => {
    expect(await check(double(flavour), options)).toEqual({ version, problems: [] });
  });

  it('is content with a flavour that is right', async () => {
    expect(await check(double('victoriametrics'), { flavour: 'victoriametrics' })).toEqual({
      version: 'VictoriaMetrics',
      problems: [],
    });
  });

  it('says which flavour would be right', async () => {
    const { problems } = await check(double('mimir'), { flavour: 'prometheus', ...TENANT });
    expect(problems).toEqual(['It is set to flavour: prometheus, but Mimir answers; set flavour: mimir.']);
  });

  it('says how to name a tenant', async () => {
    const { problems } = await check(double('mimir'));
    expect(problems.join()).toMatch(/wants to know the tenant.*Set headers: \{ X-Scope-OrgID: … \}/);
  });

  it('says where the API may lie', async () => {
    const { problems } = await check({ status: 404, contentType: 'text/plain', body: '404 page not found' });
    expect(problems.join()).toMatch(/no query API at this address \(404\).*below \/prometheus/);
  });

  it('says what is lost when names cannot be listed', async () => {
    const answers = double('prometheus');
    const { problems, version } = await check((request) =>
      request.pathname.endsWith('/labels') ? { status: 403, body: 'no' } : answers(request),
    );
    expect(version).toBe('Prometheus 2.42.0');
    expect(problems.join()).toMatch(/names cannot be listed.*neither checked nor completed.*\(403\)/);
  });

  it('says that nobody answers', async () => {
    const { source, close } = await startPrometheus({});
    await close();
    expect((await source.check(signal)).problems.join()).toMatch(/refused the connection.*Check the url/);
  });
});
