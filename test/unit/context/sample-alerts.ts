/** Alerts and sources made by hand for tests of context. */
import type { Alert } from '../../../src/domain/alert.ts';
import type { Labels } from '../../../src/domain/labels.ts';
import { makeSeries, type Series } from '../../../src/domain/series.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import type { Binding, FetchWindow, Source } from '../../../src/sources/source.ts';
import type { ConfiguredSource } from '../../../src/sources/source-set.ts';

export const MINUTE = 60_000;
/** Wed 25 Nov 2026, 11:02 in Berlin. */
export const NOW_MS = Date.UTC(2026, 10, 25, 10, 2);
export const ZONE = 'Europe/Berlin';

/** An alert of Alertmanager's kind about a PromQL rule; it began `minutes` ago. */
export function sampleAlert(
  labels: Labels,
  { minutes = 12, ...overrides }: Partial<Alert> & { readonly minutes?: number } = {},
): Alert {
  const host = labels.instance?.replace(/:\d+$/, '');
  return {
    source: 'alertmanager',
    sourceInstance: 'default',
    deliveryId: JSON.stringify(labels),
    fingerprint: JSON.stringify(labels),
    status: 'firing',
    transition: 'triggered',
    flags: {},
    severity: 'critical',
    title: labels.alertname ?? 'alert',
    labels,
    annotations: {},
    attributes: host === undefined ? {} : { 'host.name': host },
    startsAt: new Date(NOW_MS - minutes * MINUTE),
    endsAt: null,
    receivedAt: new Date(NOW_MS),
    timeSource: 'event',
    metric: { query: 'rate(errors_total[5m]) > 5', language: 'promql' },
    values: [],
    links: [{ rel: 'query', href: 'https://prom.example.net/graph?g0.expr=x' }],
    images: [],
    ...overrides,
  };
}

/** What a fake source was asked. */
export interface Asked {
  readonly block: unknown;
  readonly binding: Binding;
  readonly window?: FetchWindow;
}

/** A series of one value a minute over a window. */
export function steady(name: string, labels: Labels, value: number, window: FetchWindow): Series {
  const count = Math.floor((window.toMs - window.fromMs) / MINUTE);
  const samples = Array.from({ length: count }, (_, index) => [window.fromMs + index * MINUTE, value] as const);
  return makeSeries({ name, labels, unit: makeUnit('none'), stepMs: MINUTE }, samples);
}

/** A source that remembers what it was asked and gives what a test says. */
export function fakeSource(
  answer: (asked: Required<Asked>, signal: AbortSignal) => readonly Series[] | Promise<readonly Series[]>,
  overrides: Partial<ConfiguredSource> = {},
): { readonly configured: ConfiguredSource; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const source: Source = {
    request(block, binding) {
      return { label: 'fake', block, binding } as { readonly label: string };
    },
    async fetch(request, window, signal) {
      const one = { ...(request as unknown as Required<Asked>), window };
      asked.push(one);
      const series = await answer(one, signal);
      return [{ kind: 'series', series, range: { ...window, text: '' }, stepMs: MINUTE, warnings: [] }];
    },
    link: (_, { fromMs }) => `https://prom.example.net/graph?from=${fromMs}`,
    check: async () => ({ problems: [] }),
  };
  const configured: ConfiguredSource = {
    name: 'prom',
    kind: 'prometheus',
    title: 'Prometheus',
    isDemo: false,
    allowsRaw: false,
    rawPrefixes: ['promql', 'prometheus'],
    rawBlock: (expression) => ({ expr: expression }),
    timeoutMs: 5_000,
    source,
    ...overrides,
  };
  return { configured, asked };
}
