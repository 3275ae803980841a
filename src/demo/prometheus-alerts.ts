/** The rules of the demo fleet's Prometheus, and which of them hold now. */
import type { Labels } from '../domain/labels.ts';
import { evaluatePromql, type MetricStore } from './promql-evaluate.ts';
import { without } from './promql-values.ts';

/** A rule: what its expression gives, fires after a while. */
interface Rule {
  readonly name: string;
  readonly expr: string;
  readonly forS: number;
  readonly severity: 'warning' | 'critical';
  summary(labels: Labels, value: number): string;
}

const percent = (value: number) => `${(100 * value).toFixed(1)} %`;

/** What the alerts of the story are judged by. */
export const RULE_EXPRESSIONS = {
  HighErrorRate:
    'sum by (service) (rate(http_requests_total{code=~"5.."}[5m])) / sum by (service) (rate(http_requests_total[5m])) > 0.02',
  HighLatency: 'histogram_quantile(0.95, sum by (service, le) (rate(http_request_duration_seconds_bucket[5m]))) > 0.5',
} as const;

const RULES: readonly Rule[] = [
  {
    name: 'HighErrorRate',
    expr: RULE_EXPRESSIONS.HighErrorRate,
    forS: 120,
    severity: 'critical',
    summary: ({ service = '' }, value) => `${percent(value)} of the requests of ${service} fail`,
  },
  {
    name: 'DiskNearlyFull',
    expr: 'node_filesystem_avail_bytes / node_filesystem_size_bytes < 0.1',
    forS: 600,
    severity: 'warning',
    summary: ({ mountpoint = '' }, value) => `${percent(value)} of ${mountpoint} are left`,
  },
  {
    name: 'TargetDown',
    expr: 'up == 0',
    forS: 300,
    severity: 'critical',
    summary: ({ instance = '' }) => `${instance} does not answer`,
  },
];

/** An alert as the API tells it. */
export interface ActiveAlert {
  readonly labels: Labels;
  readonly annotations: { readonly summary: string };
  readonly state: 'pending' | 'firing';
  /** ISO 8601. */
  readonly activeAt: string;
  readonly value: string;
}

/** How far back the beginning of an alert is looked for. */
const LOOK_BACK_S = 6 * 3_600;
const STEP_S = 60;

/** What holds now, and since when. */
export function activeAlerts(store: MetricStore): ActiveAlert[] {
  const endS = Math.floor(store.nowS / STEP_S) * STEP_S;
  const grid = { startS: endS - LOOK_BACK_S, stepS: STEP_S, count: LOOK_BACK_S / STEP_S + 1 };
  return RULES.flatMap((rule) => {
    const found = evaluatePromql(rule.expr, store, grid);
    return (found.kind === 'vector' ? found.columns : []).flatMap(({ labels, values }): ActiveAlert[] => {
      const value = values.at(-1) as number;
      if (Number.isNaN(value)) return [];
      const since = values.length - 1 - values.findLastIndex(Number.isNaN);
      const activeS = endS - (since - 1) * STEP_S;
      const own = without(labels, ['__name__']);
      return [
        {
          labels: { alertname: rule.name, severity: rule.severity, ...own },
          annotations: { summary: rule.summary(own, value) },
          state: endS - activeS >= rule.forS ? 'firing' : 'pending',
          activeAt: new Date(activeS * 1_000).toISOString(),
          value: String(value),
        },
      ];
    });
  });
}

/** The rules with the alerts that they give now, as the API tells them. */
export function alertRules(store: MetricStore): object {
  const all = activeAlerts(store);
  const rules = RULES.map(({ name, expr, forS, severity }) => {
    const alerts = all.filter(({ labels }) => labels.alertname === name);
    const state = alerts.some((one) => one.state === 'firing') ? 'firing' : alerts.length > 0 ? 'pending' : 'inactive';
    return {
      name,
      query: expr,
      duration: forS,
      labels: { severity },
      annotations: {},
      alerts,
      state,
      type: 'alerting',
    };
  });
  return { groups: [{ name: 'fleet', file: 'fleet.yaml', interval: STEP_S, rules }] };
}
