/** All steps of context, in the order in which people read them. */
import type { Catalog } from '../domain/catalog.ts';
import type { SourceSet } from '../sources/source-set.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { changesStep } from './changes.ts';
import type { ContextStep } from './gather-context.ts';
import { historyStep } from './history.ts';
import { logsStep } from './logs.ts';
import { pagesStep } from './pages.ts';

/** What all steps together work with. */
export interface StepDeps {
  readonly alerts: AlertStore;
  catalog(): Catalog;
  readonly sources: SourceSet;
}

/** Makes the steps. */
export function contextSteps({ alerts, catalog, sources }: StepDeps): readonly ContextStep[] {
  return [
    changesStep({ record: alerts, sources }),
    logsStep({ catalog, sources }),
    historyStep(alerts),
    pagesStep({ catalog, sources }),
  ];
}
