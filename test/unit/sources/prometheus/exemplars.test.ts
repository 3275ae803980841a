/** Exemplars beside the lines: which are kept, where they lead, and that their failure costs nothing. */
import { expect, it } from 'vitest';
import type { SeriesFrame } from '../../../../src/domain/frame.ts';
import type { Answering, Received } from '../../../doubles/http-backend.ts';
import { bodyOf, NOW_SECONDS, startPrometheus } from '../prometheus-harness.ts';

const block = { expr: 'histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))', exemplars: true };
const lines = bodyOf([{ metric: {}, values: [[60, '0.5']] }]);
const exemplar = (labels: Readonly<Record<string, string>>, value: string, secondsBefore = 60) => ({
  labels,
  value,
  timestamp: NOW_SECONDS - secondsBefore + 0.25,
});

function answering(exemplars: readonly unknown[] | number): Answering {
  return ({ pathname }: Received) => {
    if (!pathname.endsWith('query_exemplars')) return { body: lines };
    if (typeof exemplars === 'number') return { status: exemplars, contentType: 'text/plain', body: 'no' };
    const data = [{ seriesLabels: { service: 'checkout' }, exemplars }];
    return { body: JSON.stringify({ status: 'success', data }) };
  };
}

async function ask(exemplars: readonly unknown[] | number, traceUrl = 'https://tempo.example/trace/${trace_id}?x=1') {
  const { ask: asked, requests } = await startPrometheus(answering(exemplars), { traceUrl });
  return { frame: (await asked(block, { unit: 'milliseconds' })) as SeriesFrame, requests };
}

it('keeps time, value in the unit, labels and the page of the trace', async () => {
  const { frame, requests } = await ask([exemplar({ trace_id: '4bf92f35' }, '1200')]);
  expect(frame.exemplars).toEqual([
    {
      timeMs: (NOW_SECONDS - 60) * 1000 + 250,
      value: 1.2,
      labels: { service: 'checkout', trace_id: '4bf92f35' },
      url: 'https://tempo.example/trace/4bf92f35?x=1',
    },
  ]);
  const sent = requests.find(({ pathname }) => pathname.endsWith('query_exemplars'));
  expect(sent?.form.get('query')).toBe(block.expr);
});

it.each([['../../admin'], ['a b'], ['"><script>'], ['']])('links nothing for a trace called %j', async (id) => {
  const { frame } = await ask([exemplar({ trace_id: id }, '1')]);
  expect(frame.exemplars?.[0]?.url).toBeUndefined();
});

it('keeps the hundred highest, in the order of time, without what is no number', async () => {
  const many = Array.from({ length: 300 }, (_, index) => exemplar({ trace_id: `t${index}` }, String(index), index));
  const { frame } = await ask([...many, exemplar({}, 'NaN'), exemplar({}, '+Inf')]);
  const values = (frame.exemplars ?? []).map(({ value }) => Math.round(value * 1000));
  expect(values).toEqual(Array.from({ length: 100 }, (_, index) => 299 - index));
});

it.each([[404], [500]])('draws the lines without them when they cannot be had (%i), and says so', async (status) => {
  const { frame } = await ask(status);
  expect(frame.series.length).toBe(1);
  expect(frame.exemplars).toBeUndefined();
  expect(frame.warnings.join()).toMatch(/^Exemplars are missing: /);
});

it('asks for none unless the definition wants them', async () => {
  const { ask: asked, requests } = await startPrometheus({ body: lines });
  await asked('up');
  expect(requests.length).toBe(1);
});
