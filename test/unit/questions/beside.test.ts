/** What goes with an answer: other queries beneath it, dashboards; and what is said when it cannot be had. */
import { expect, it } from 'vitest';
import { BotError } from '../../../src/domain/errors.ts';
import type { Question } from '../../../src/domain/question.ts';
import type { SavedQuery } from '../../../src/domain/saved-query.ts';
import { makeSeries } from '../../../src/domain/series.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { dashboardLinks, fetchUnder } from '../../../src/questions/beside.ts';
import type { BoundDashboard, Source, SourceRequest } from '../../../src/sources/source.ts';
import { type ConfiguredSource, createSourceSet } from '../../../src/sources/source-set.ts';
import { makeCatalog, makeParameter, makeQuery, NOW_MS, ZONE } from './world.ts';

const window = { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS, zone: ZONE, maxPoints: 13_000 };
const signal = new AbortController().signal;
const service = makeParameter('service');
const latency = makeQuery('latency', 'metrics', {
  parameters: [service],
  overlays: [{ kind: 'query', query: 'errors', with: { service: '${service}', place: 'at ${service}' } }],
});
const errors = makeQuery('errors', 'logs', {
  title: 'Errors of ${service}',
  parameters: [service],
  looks: { bars: true },
  thresholds: [{ op: '>', value: 5, severity: 'warning' }],
});

function questionOf(query: SavedQuery, fields: Partial<Question> = {}): Question {
  const range = { fromMs: window.fromMs, toMs: window.toMs, zone: ZONE, text: 'last 1h' };
  return {
    query,
    arguments: { service: ['checkout', 'search'] },
    range,
    output: 'chart',
    looks: {},
    text: '',
    notes: [],
    ...fields,
  };
}

function sourceNamed(name: string, kind: string, source: Partial<Source>): ConfiguredSource {
  const whole = { link: () => `https://${name}.example/`, check: async () => ({ problems: [] }), ...source } as Source;
  const rest = { title: name, rawPrefixes: [kind], isDemo: false, allowsRaw: false, timeoutMs: 5_000 };
  return { name, kind, ...rest, source: whole };
}

function logs(fetch?: Source['fetch']) {
  const bound: unknown[] = [];
  const source = sourceNamed('logs', 'elasticsearch', {
    request(_, binding) {
      bound.push(binding.arguments);
      return { label: 'errors' };
    },
    fetch:
      fetch ??
      (async () => [
        { kind: 'logs', lines: [], total: 0, range: { ...window, text: '' }, warnings: [] },
        {
          kind: 'series',
          range: { ...window, text: '' },
          warnings: [],
          series: [makeSeries({ name: 'count', labels: {}, unit: makeUnit('count') }, [[NOW_MS - 60_000, 3]])],
        },
      ]),
  });
  return { bound, sources: createSourceSet([source]) };
}

it('fetches the other query with every value of the asked one, its title, its looks, its limits and its page', async () => {
  const { bound, sources } = logs();
  const { frames, notes } = await fetchUnder(
    questionOf(latency),
    window,
    { catalog: makeCatalog([errors]), sources },
    signal,
  );
  expect(bound).toEqual([{ service: ['checkout', 'search'], place: ['at checkout'] }]);
  expect(notes).toEqual([]);
  expect(frames).toMatchObject([
    {
      kind: 'series',
      title: 'Errors of checkout, search',
      looks: { bars: true },
      thresholds: [{ value: 5 }],
      links: [{ title: 'logs: errors', url: 'https://logs.example/' }],
    },
  ]);
});

it('reads the other query as finely as the asked one: its peak is told too', async () => {
  const points: number[] = [];
  const { sources } = logs(async (_, { maxPoints }) => {
    points.push(maxPoints);
    if (maxPoints > 1_000) throw new BotError('SOURCE_TOO_MUCH', 'too large', { maxBytes: 1 });
    return [];
  });
  await fetchUnder(questionOf(latency), window, { catalog: makeCatalog([errors]), sources }, signal);
  expect(points).toEqual([13_000, 800]);
});

it('takes the variant that is nearest to the asked query', async () => {
  const { sources } = logs();
  const near = makeQuery('errors', 'logs', { ...errors, pack: 'ours', title: 'Near' });
  const far = makeQuery('errors', 'logs', { ...errors, pack: 'theirs', title: 'Far' });
  const asked = { ...latency, pack: 'ours' };
  const { frames } = await fetchUnder(
    questionOf(asked),
    window,
    { catalog: makeCatalog([far, near]), sources },
    signal,
  );
  expect(frames[0]?.title).toBe('Near');
});

it('leaves a strip out with a sentence when its source fails or has nothing', async () => {
  const down = logs(async () => {
    throw new BotError('SOURCE_BACKEND_DOWN', 'It is down.');
  });
  const catalog = makeCatalog([errors]);
  expect(await fetchUnder(questionOf(latency), window, { catalog, sources: down.sources }, signal)).toEqual({
    frames: [],
    notes: ['Errors of checkout, search (logs) is missing: It is down.'],
  });
  const empty = logs(async () => []);
  const { notes } = await fetchUnder(questionOf(latency), window, { catalog, sources: empty.sources }, signal);
  expect(notes).toEqual(['Errors of checkout, search: no values.']);
  const gone = await fetchUnder(
    questionOf(latency),
    window,
    { catalog: makeCatalog([]), sources: empty.sources },
    signal,
  );
  expect(gone.notes).toEqual(['`errors` is not there to be drawn beneath this.']);
});

it('asks for nothing beneath a table', async () => {
  const { bound, sources } = logs();
  await fetchUnder(
    questionOf(latency, { output: 'table' }),
    window,
    { catalog: makeCatalog([errors]), sources },
    signal,
  );
  expect(bound).toEqual([]);
});

const dashboard = { title: 'Board', kind: 'grafana', dashboard: 'web', variables: { svc: '${service}' } } as const;
const withBoard = makeQuery('cpu', 'metrics', { dashboards: [dashboard] });

function grafana(name: string, dashboardLink: Source['dashboardLink']) {
  return sourceNamed(name, 'grafana', {
    request: () => ({ label: '' }) as SourceRequest,
    ...(dashboardLink && { dashboardLink }),
  });
}

it('links a dashboard at the first Grafana that has it, with every value', async () => {
  const asked: BoundDashboard[] = [];
  const none = grafana('one', async () => undefined);
  const has = grafana('two', async (link) => {
    asked.push(link);
    return 'https://two.example/d/web';
  });
  const { links, notes } = await dashboardLinks(questionOf(withBoard), window, createSourceSet([none, has]), signal);
  expect(links).toEqual([{ title: 'Board', url: 'https://two.example/d/web' }]);
  expect(asked[0]?.variables).toEqual({ svc: ['checkout', 'search'] });
  expect(notes).toEqual([]);
});

it('says which dashboard is missing and why, and nothing where there is no Grafana', async () => {
  const failing = grafana('one', async () => {
    throw new BotError('SOURCE_AUTH', 'Grafana does not accept my login.');
  });
  const ask = (sources: readonly ConfiguredSource[]) =>
    dashboardLinks(questionOf(withBoard), window, createSourceSet(sources), signal);
  expect((await ask([failing])).notes).toEqual(['The link `Board` is missing: Grafana does not accept my login.']);
  expect((await ask([grafana('one', async () => undefined)])).notes).toEqual([
    'There is no dashboard `web` to link to.',
  ]);
  expect(await ask([])).toEqual({ links: [], notes: [] });
  const has = grafana('two', async () => 'https://two.example/d/web');
  expect(await ask([failing, has])).toEqual({
    links: [{ title: 'Board', url: 'https://two.example/d/web' }],
    notes: [],
  });
});
