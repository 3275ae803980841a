/** From the words of senders to one scale. Pure. */
import type { AlertSeverity } from '../../domain/alert.ts';

const WORDS: Readonly<Record<Exclude<AlertSeverity, 'unknown'>, readonly string[]>> = {
  critical: ['critical', 'crit', 'page', 'fatal', 'emergency', 'disaster', 'sev0', 'sev1', 'p1', 'down', 'unreachable'],
  error: ['error', 'err', 'high', 'major', 'sev2', 'p2'],
  warning: ['warning', 'warn', 'medium', 'moderate', 'minor', 'average', 'sev3', 'p3'],
  info: [
    ...['info', 'information', 'informational', 'notice', 'low', 'ticket', 'none', 'debug', 'sev4', 'sev5', 'p4', 'p5'],
    ...['not classified', 'ok', 'success'],
  ],
};

const BY_WORD: ReadonlyMap<string, AlertSeverity> = new Map(
  Object.entries(WORDS).flatMap(([severity, words]) => words.map((word) => [word, severity as AlertSeverity] as const)),
);

/** The severity that a word means, in any case; `unknown` for all other. */
export function severityOf(word: string | undefined): AlertSeverity {
  return BY_WORD.get(word?.trim().toLowerCase() ?? '') ?? 'unknown';
}

/** Labels that senders put it in, the first that is there counts. */
const SEVERITY_LABELS = ['severity', 'priority', 'level'];

/** Severity of a label set, with the sender's word; `severityText` is left out where there is none. */
export function severityIn(
  labels: Readonly<Record<string, string>>,
  fallback: AlertSeverity = 'unknown',
): { readonly severity: AlertSeverity; readonly severityText?: string } {
  const word = SEVERITY_LABELS.map((name) => labels[name]).find((text) => text !== undefined && text !== '');
  return word === undefined ? { severity: fallback } : { severity: severityOf(word), severityText: word };
}
