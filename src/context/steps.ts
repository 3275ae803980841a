/** All steps of context, in the order in which people read them. */
import type { Catalog } from '../domain/catalog.ts';
import type { OnCall } from '../oncall/on-call.ts';
import type { SourceSet } from '../sources/source-set.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { changesStep, marksNear } from './changes.ts';
import { type AlertCharts, alertCharts } from './charts.ts';
import { type CollectedDeps, collectedChart } from './collected-values.ts';
import type { ContextStep } from './gather-context.ts';
import { historyStep } from './history.ts';
import { logsStep } from './logs.ts';
import { onCallStep } from './on-call.ts';
import { pagesStep } from './pages.ts';
import type { Subject } from './subject.ts';

/** What all steps together work with. */
export interface StepDeps {
  readonly alerts: Pick<AlertStore, 'changes' | 'history'>;
  catalog(): Catalog;
  readonly sources: SourceSet;
  /** Absent where the config has no rosters. */
  readonly onCall?: OnCall | undefined;
  /** Values that came with alerts; left out, none is drawn. */
  readonly collected?: CollectedDeps;
  /** Tells how long charts take, for `why`. */
  now?(): number;
}

/** Longest that one chart may take. */
const CHART_TIMEOUT_MS = 5_000;

/** Nobody misses, alert after alert, what an operator never configured. */
const NOT_CONFIGURED = /no source of kind \S+ is configured/;

/** Finds the charts of a group, with what was changed marked on them; a day beside them while it fires. */
export async function findCharts(
  subject: Subject,
  { alerts, catalog, sources, collected, now }: StepDeps,
  signal: AbortSignal,
): Promise<AlertCharts> {
  const { nowMs, zone, endMs } = subject;
  // marks are a courtesy: a store that is away has its own sentence
  const marks = await marksNear(subject, alerts).catch(() => []);
  const deps = { sources, catalog: catalog(), nowMs, zone, marks, timeoutMs: CHART_TIMEOUT_MS, ...(now && { now }) };
  const { answers, notes, reports } = await alertCharts(
    subject.alerts,
    { ...deps, hasCompanion: endMs === undefined },
    signal,
  );
  const kept = { notes: notes.filter((note) => !NOT_CONFIGURED.test(note)), reports };
  if (answers.length > 0 || !collected) return { answers, ...kept };
  const begunMs = now?.() ?? 0;
  const own = await collectedChart(subject, collected, marks);
  if (!own) return { answers, ...kept };
  const report = {
    what: own.title,
    why: 'no source has its history: the values that came with it',
    asked: own.origin,
    ms: (now?.() ?? 0) - begunMs,
  };
  return { answers: [own], notes: kept.notes, reports: [...reports, report] };
}

/** Makes the steps. */
export function contextSteps({ alerts, catalog, sources, onCall }: StepDeps): readonly ContextStep[] {
  return [
    changesStep({ record: alerts, sources }),
    logsStep({ catalog, sources }),
    historyStep(alerts),
    ...(onCall ? [onCallStep(onCall)] : []),
    pagesStep({ catalog, sources }),
  ];
}
