/** How bad alerts are, in order and as signs. */
import type { Alert, AlertSeverity } from './alert.ts';

/** The worst first; what is not known may be bad. */
export const SEVERITIES: readonly AlertSeverity[] = ['critical', 'error', 'warning', 'unknown', 'info'];

/** Beside the word, never instead of it. */
export const SEVERITY_SIGNS: Readonly<Record<AlertSeverity, string>> = {
  critical: '🔴',
  error: '🟠',
  warning: '🟡',
  info: '🔵',
  unknown: '⚪',
};

/** The worst severity of some alerts; `unknown` of none. */
export function worstSeverity(alerts: readonly Pick<Alert, 'severity'>[]): AlertSeverity {
  return SEVERITIES.find((severity) => alerts.some((alert) => alert.severity === severity)) ?? 'unknown';
}

/** What an alert is called, wherever it came from: the name of its rule or check, else its title. */
export function alertName({ labels, title }: Pick<Alert, 'labels' | 'title'>): string {
  return labels.alertname ?? labels.check ?? title;
}
