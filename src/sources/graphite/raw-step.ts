/** Finds out whether Graphite put several points into one, and under which time: its JSON does not say. */
import type { Consolidation } from '../../domain/saved-query.ts';
import { inferStepMs } from '../../domain/series.ts';
import type { GraphiteClient } from './client.ts';
import { decodeRender, type RenderRow } from './decode-render.ts';
import type { BoundRow, RawStep } from './frames.ts';
import { markTarget, readMark, withoutConsolidation } from './marks.ts';
import { mayBeConsolidated, type WindowPlan } from './plan-window.ts';
import { renderForm } from './render.ts';

/** So many of the steps that were sent: at least six of those that are stored, if they are finer. */
const PROBED_STEPS = 3;
/** More than any archive has in that time (a day in seconds), so that nothing is put together. */
const PROBE_MAX_POINTS = 100_000;
/** Targets of one definition; those of further ones are taken to be like the last. */
const PROBED_TARGETS_MAX = 10;

/**
 * What is known of each row, in their order; `undefined` where it cannot be told. Asks for the beginning of the same window
 * once more, which reads the same archive: one target for each of the definition's own, and only when there are so many
 * points that some may have been put together.
 */
export async function findRawSteps(
  client: GraphiteClient,
  rows: readonly BoundRow[],
  how: Consolidation,
  plan: WindowPlan,
  signal: AbortSignal,
): Promise<readonly (RawStep | undefined)[]> {
  const steps = rows.map(({ row }) => stepOf(row));
  const isDense = (index: number) => mayBeConsolidated((steps[index] as number) * 1000, plan);
  const probed = new Map<number, BoundRow>();
  for (const [index, bound] of rows.entries()) {
    const { template } = bound.bound;
    if (isDense(index) && !probed.has(template) && probed.size < PROBED_TARGETS_MAX) probed.set(template, bound);
  }
  const stored = await probe(
    client,
    [...probed.values()],
    Math.max(0, ...steps.filter(Number.isFinite)),
    how,
    plan,
    signal,
  );
  const found = rows.map(({ bound, name, row }, index) => {
    const stepMs = (steps[index] as number) * 1000;
    if (!isDense(index)) return Number.isNaN(stepMs) ? undefined : { rawStepMs: stepMs, lateMs: 0 };
    const like = stored.filter(({ template }) => template === bound.template);
    const raw = like.find((one) => one.name === name) ?? like.find(({ stepMs: own }) => own <= stepMs);
    return raw && howMade(row, stepMs, raw);
  });
  return isTogether(found) ? found : found.map((raw) => raw && { ...raw, lateMs: 0 });
}

/** Rows that are late by different times would no longer stand above each other; then all stay as they were labelled. */
function isTogether(found: readonly (RawStep | undefined)[]): boolean {
  return new Set(found.flatMap((raw) => (raw ? [raw.lateMs] : []))).size <= 1;
}

/** Seconds; NaN where there is none, or the points are out of order. */
function stepOf({ seconds }: RenderRow): number {
  const step = inferStepMs(seconds) ?? Number.NaN;
  return step > 0 ? step : Number.NaN;
}

/** A row as it is stored. */
interface StoredRow {
  readonly template: number;
  readonly name: string;
  readonly stepMs: number;
  readonly firstMs: number;
}

async function probe(
  client: GraphiteClient,
  rows: readonly BoundRow[],
  stepSeconds: number,
  how: Consolidation,
  plan: WindowPlan,
  signal: AbortSignal,
): Promise<readonly StoredRow[]> {
  if (rows.length === 0) return [];
  const untilSeconds = plan.fromSeconds + Math.ceil(stepSeconds * PROBED_STEPS);
  const targets = rows.map(({ bound: { target, isConsolidated } }, index) =>
    markTarget(target, index, isConsolidated ? undefined : how),
  );
  const form = renderForm(targets, { ...plan, untilSeconds, maxDataPoints: PROBE_MAX_POINTS });
  try {
    const found = decodeRender(await client.text('render', form, signal, 'POST'));
    return found.flatMap((row) => storedRow(row, rows));
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return []; // what is drawn does not depend on it
  }
}

function storedRow(row: RenderRow, rows: readonly BoundRow[]): StoredRow[] {
  const { index = rows.length === 1 ? 0 : -1, name } = readMark(row.target);
  const step = stepOf(row);
  const asked = rows[index];
  if (!asked || Number.isNaN(step)) return [];
  const { isConsolidated, template } = asked.bound;
  const plain = isConsolidated ? name : withoutConsolidation(name);
  return [{ template, name: plain, stepMs: step * 1000, firstMs: (row.seconds[0] as number) * 1000 }];
}

/**
 * graphite-web moves the beginning of a row on to a whole bucket and then drops one point too few, so that each of its
 * points stands for what begins one stored step before its time; its first label is therefore later than the first stored
 * point. carbonapi and VictoriaMetrics begin with that.
 */
function howMade({ seconds }: RenderRow, stepMs: number, raw: StoredRow): RawStep {
  if (raw.stepMs >= stepMs) return { rawStepMs: stepMs, lateMs: 0 };
  const isMoved = (seconds[0] as number) * 1000 - raw.firstMs >= raw.stepMs;
  return { rawStepMs: raw.stepMs, lateMs: isMoved ? raw.stepMs : 0 };
}
