/** Which labels an alert has: what routes, watchdogs, owners and maintenance windows are chosen by. Pure. */
import type { Alert } from '../domain/alert.ts';

/** Every label must have one of its values; `*` stands for any characters. */
export type LabelMatch = Readonly<Record<string, readonly string[]>>;

/** Whether an alert has all of these labels, each with one of its values; `*` in a value stands for any characters. */
export function hasLabels(alert: Alert, match: LabelMatch): boolean {
  return misfit(alert, match) === undefined;
}

/** The first label that does not fit; its value is left out where the alert has no such label. */
export interface Misfit {
  readonly label: string;
  readonly wanted: readonly string[];
  readonly value?: string;
}

/** Finds it; nothing where all fit. */
export function misfit(alert: Alert, match: LabelMatch): Misfit | undefined {
  for (const [label, wanted] of Object.entries(match)) {
    const value = labelOf(alert, label);
    if (value === undefined) return { label, wanted };
    if (!wanted.some((pattern) => fits(pattern, value))) return { label, wanted, value };
  }
  return undefined;
}

/** A label, else what every alert has: `severity` as we read it, `source`, `hook`, `status`, an attribute. */
function labelOf(alert: Alert, name: string): string | undefined {
  const { severity, source, sourceInstance: hook, status, labels, attributes } = alert;
  const ours: Readonly<Record<string, string>> = { severity, source, hook, status };
  if (name === 'severity') return severity === 'unknown' ? (labels.severity ?? severity) : severity;
  if (Object.hasOwn(labels, name)) return labels[name];
  return Object.hasOwn(ours, name) ? ours[name] : attributes[name as keyof typeof attributes];
}

/** Whether a value is what a pattern says; `*` stands for any characters. */
export function fits(pattern: string, value: string): boolean {
  if (!pattern.includes('*')) return pattern === value;
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`).test(value);
}
