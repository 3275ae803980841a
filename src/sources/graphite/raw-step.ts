/** Finds out whether Graphite put several points into one: its JSON does not say. */
import { inferStepMs } from '../../domain/series.ts';
import type { GraphiteClient } from './client.ts';
import { decodeRender } from './decode-render.ts';
import type { BoundRow } from './frames.ts';
import { mayBeConsolidated, type WindowPlan } from './plan-window.ts';
import { renderForm } from './render.ts';

/** So many of the steps that were sent: at least six of those that are stored, if they are finer. */
const PROBED_STEPS = 3;
/** More than any archive has in that time (a day in seconds), so that nothing is put together. */
const PROBE_MAX_POINTS = 100_000;

/**
 * The distance of stored points, ms, where it is finer than the `stepMs` of the rows; `undefined` where the rows are as
 * stored or it cannot be told. Asks for the beginning of the same window once more, which reads the same archive, and only
 * when there are so many points that some may have been put together.
 */
export async function findRawStepMs(
  client: GraphiteClient,
  rows: readonly BoundRow[],
  stepMs: number | undefined,
  plan: WindowPlan,
  signal: AbortSignal,
): Promise<number | undefined> {
  const target = rows[0]?.bound.target;
  if (target === undefined || stepMs === undefined || !mayBeConsolidated(stepMs, plan)) return undefined;
  const untilSeconds = plan.fromSeconds + Math.ceil((stepMs / 1000) * PROBED_STEPS);
  const form = renderForm([target], { ...plan, untilSeconds, maxDataPoints: PROBE_MAX_POINTS });
  try {
    const [row] = decodeRender(await client.text('render', form, signal, 'POST'));
    const rawStepMs = row && inferStepMs(row.seconds.map((seconds) => seconds * 1000));
    return rawStepMs !== undefined && rawStepMs < stepMs ? rawStepMs : undefined;
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return undefined; // what is drawn does not depend on it
  }
}
