/** The ready-made dashboard and alert rules ask only for metrics and labels that exist. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createMetrics } from '../../../src/metrics/metrics.ts';

const folder = resolve(import.meta.dirname, '../../../docs/monitoring');

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const dashboard = JSON.parse(readFileSync(join(folder, 'grafana-dashboard.json'), 'utf8')) as {
  readonly panels: readonly Panel[];
};
const rules = parse(readFileSync(join(folder, 'prometheus-rules.yml'), 'utf8')) as {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
};

const expressions = [
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [`panel ${title}`, expr] as const),
  ),
  ...rules.groups.flatMap(({ rules: all }) => all.map(({ alert, expr }) => [`rule ${alert}`, expr] as const)),
];

interface Known {
  readonly name: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

const known = createMetrics({ version: '', node: '' }).registry.getMetricsAsArray() as unknown as readonly Known[];
/** What Prometheus adds to every series, and to buckets. */
const ADDED = ['job', 'instance', 'le'];

/** Names of series with the labels that may be asked of them. */
const series = new Map(
  known.flatMap(({ name, type, labelNames }) => {
    const names = type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
    return names.map((one) => [one, new Set([...labelNames, ...ADDED])] as const);
  }),
).set('up', new Set(ADDED));

describe.each(expressions)('%s', (_what, expr) => {
  const selectors = [...expr.matchAll(/\b((?:glimpse|nodejs|process)_\w+|up)\b(?:\{([^}]*)\})?/g)];

  it('asks for metrics that there are', () => {
    const names = selectors.map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !series.has(name))).toEqual([]);
  });

  it('asks for labels that they have', () => {
    const of = new Set(selectors.flatMap(([, name = '']) => [...(series.get(name) ?? [])]));
    const matched = selectors.flatMap(([, , inside = '']) => [...inside.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)]);
    const grouped = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
    const asked = [...matched.map(([, label = '']) => label), ...grouped];
    expect(asked.filter((label) => !of.has(label))).toEqual([]);
  });
});

it('shows every metric of the bot on the dashboard or in a rule', () => {
  const all = expressions.map(([, expr]) => expr).join('\n');
  const own = known.filter(({ name }) => name.startsWith('glimpse_'));
  const unseen = own.filter(({ name }) => !all.includes(name)).map(({ name }) => name);
  // when it was read is a mark on the dashboard; changes are few
  expect(unseen).toEqual(['glimpse_changes_stored_total', 'glimpse_config_last_reload_success_timestamp_seconds']);
});

it('names only labels in legends that the panel has', () => {
  const wrong = dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.flatMap(({ expr, legendFormat }) => {
      const by = /by \((?:le, )?([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/);
      const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
      return shown.filter((label) => by !== undefined && !by.includes(label)).map((label) => `${title}: ${label}`);
    }),
  );
  expect(wrong).toEqual([]);
});
