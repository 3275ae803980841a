/** Gathers what a woken person needs, in parallel; every step has its own deadline, and what is not there is named. */
import { toBotError } from '../domain/errors.ts';
import type { Line } from '../domain/message.ts';
import { abortable } from '../lib/abortable.ts';
import { isDeadline, withDeadline } from '../lib/clock.ts';
import type { ContextReport } from '../store/context-store.ts';
import type { Subject } from './subject.ts';

/** What one step found. */
export interface Found {
  readonly lines: readonly Line[];
  /** What it could not get, as sentences without a full stop: `Loki did not answer within 3 s`. */
  readonly missing: readonly string[];
}

/** One kind of context. */
export interface ContextStep {
  /** What it gives, as sentences have it: `log lines`. */
  readonly what: string;
  find(subject: Subject, signal: AbortSignal): Promise<Found>;
}

/** Hears how each step went. */
export interface StepWatch {
  now(): number;
  done(step: ContextReport['steps'][number]): void;
}

/** A context is worth nothing when it comes late: longest that one source may take. */
export const SOURCE_TIMEOUT_MS = 3_000;
/** A source that is late is named by itself, before its whole step would be. */
const STEP_TIMEOUT_MS = SOURCE_TIMEOUT_MS + 200;
/** So much that is missing is named. */
const MISSING_SHOWN = 4;
/** A sentence about a failure is cut here. */
const MISSING_MAX_CHARS = 200;

/**
 * Runs the steps side by side; their lines stand in the order of the steps, what is missing in one line behind them.
 *
 * @throws the signal's reason when it aborts; a step that fails or is late only becomes a sentence
 */
export async function gatherContext(
  subject: Subject,
  steps: readonly ContextStep[],
  signal: AbortSignal,
  timeoutMs: number = STEP_TIMEOUT_MS,
  watch?: StepWatch,
): Promise<readonly Line[]> {
  const { lines, missing } = await findAll(subject, steps, signal, timeoutMs, watch);
  return [...lines, ...missingLines(missing)];
}

/** The same with what is missing as it is, a sentence each. Throws as {@link gatherContext}. */
export async function findAll(
  subject: Subject,
  steps: readonly ContextStep[],
  signal: AbortSignal,
  timeoutMs: number = STEP_TIMEOUT_MS,
  watch?: StepWatch,
): Promise<Found> {
  const run = async (step: ContextStep) => {
    const begunMs = watch?.now() ?? 0;
    const found = await runStep(step, subject, signal, timeoutMs);
    const missing = found.missing.map(tidied).join('; ');
    watch?.done({ what: step.what, ms: watch.now() - begunMs, ...(missing !== '' && { missing }) });
    return found;
  };
  const found = await Promise.all(steps.map(run));
  return { lines: found.flatMap(({ lines }) => lines), missing: found.flatMap(({ missing }) => missing) };
}

/** `Not available: Loki did not answer within 3 s.`; none where nothing is missing. */
export function missingLines(missing: readonly string[]): readonly Line[] {
  const distinct = [...new Set(missing.map(tidied))];
  if (distinct.length === 0) return [];
  const more = distinct.length - MISSING_SHOWN;
  const shown = [...distinct.slice(0, MISSING_SHOWN), ...(more > 0 ? [`${more} more`] : [])];
  return [['Not available: ', { name: `${shown.join('; ')}.` }]];
}

function tidied(sentence: string): string {
  const line = sentence.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > MISSING_MAX_CHARS ? `${line.slice(0, MISSING_MAX_CHARS - 1)}…` : line;
}

async function runStep(step: ContextStep, subject: Subject, signal: AbortSignal, timeoutMs: number): Promise<Found> {
  const deadline = withDeadline(timeoutMs, signal);
  try {
    return await abortable(step.find(subject, deadline), deadline);
  } catch (thrown) {
    signal.throwIfAborted();
    return { lines: [], missing: [whyMissing(step.what, thrown, deadline, Math.min(timeoutMs, SOURCE_TIMEOUT_MS))] };
  }
}

/** Data of charts may be dearer than words; each chart has a little less than this. */
const CHARTS_TIMEOUT_MS = 6_000;

/** The charts of alerts, or why there are none. Throws the outer signal's reason when that aborted, unless it is a deadline too. */
export async function chartsInTime<Charts extends { readonly notes: readonly string[] }>(
  find: (signal: AbortSignal) => Promise<Charts>,
  none: Charts,
  signal: AbortSignal,
): Promise<Charts> {
  const deadline = withDeadline(CHARTS_TIMEOUT_MS, signal);
  try {
    return await abortable(find(deadline), deadline);
  } catch (thrown) {
    if (signal.aborted && !isDeadline(signal.reason)) throw thrown;
    return { ...none, notes: [whyMissing('the chart', thrown, deadline, CHARTS_TIMEOUT_MS)] };
  }
}

/** Says why something of a back end is missing. Throws the outer signal's reason when that aborted. */
export function whyMissing(what: string, thrown: unknown, deadline: AbortSignal, timeoutMs: number): string {
  if (deadline.aborted && isDeadline(deadline.reason)) return `${what} did not answer within ${timeoutMs / 1000} s`;
  const { code, message } = toBotError(thrown);
  if (code === 'INTERNAL') return `${what} failed`;
  return message.toLowerCase().includes(what.toLowerCase()) ? message : `${what}: ${message}`;
}
