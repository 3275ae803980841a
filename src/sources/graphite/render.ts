/** Asks `/render`: every target marked so that its rows can be told, large questions in several requests. */
import { BotError } from '../../domain/errors.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import { tooManySeries } from '../../queries/bind.ts';
import { type BoundTarget, type GraphiteRequest, NARROWER } from './bind.ts';
import type { GraphiteClient } from './client.ts';
import { decodeRender, type RenderRow } from './decode-render.ts';
import type { BoundRow } from './frames.ts';
import { markTarget, readMark, withoutConsolidation } from './marks.ts';
import type { WindowPlan } from './plan-window.ts';

/** Servers take a thousand form fields; this keeps each answer to about a megabyte, and several workers busy. */
const TARGETS_PER_REQUEST = 50;
/** Well below the 2.5 MB that Django takes, and below what proxies buffer. */
const FORM_MAX_CHARS = 100_000;
/** A question may not occupy all workers of a Graphite. */
const REQUESTS_AT_ONCE = 4;

/**
 * Reads all targets of a request; rows in the order of the targets, then of the server.
 *
 * @throws BotError `SOURCE_TOO_MUCH` for more rows than the request may have, and what the client throws
 */
export async function render(
  client: GraphiteClient,
  request: GraphiteRequest,
  plan: WindowPlan,
  signal: AbortSignal,
): Promise<BoundRow[]> {
  const chunks = chunksOf(request.targets);
  const answers: BoundRow[][] = [];
  let next = 0;
  let count = 0;
  // the first failure ends the others too: half an answer would be a wrong one
  const aborter = new AbortController();
  const both = AbortSignal.any([signal, aborter.signal]);
  async function work(): Promise<void> {
    while (next < chunks.length) {
      const at = next++;
      const rows = await renderChunk(client, chunks[at] as BoundTarget[], request.consolidate, plan, both);
      answers[at] = rows;
      count += rows.length;
      if (count > request.seriesMax) throw tooManySeries(count, request.seriesMax, NARROWER);
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(REQUESTS_AT_ONCE, chunks.length) }, work));
  } finally {
    aborter.abort();
  }
  return answers.flat();
}

function chunksOf(targets: readonly BoundTarget[]): BoundTarget[][] {
  const chunks: BoundTarget[][] = [];
  let size = 0;
  for (const bound of targets) {
    const last = chunks.at(-1);
    size += bound.target.length * 1.5 + 80;
    if (last && last.length < TARGETS_PER_REQUEST && size < FORM_MAX_CHARS) last.push(bound);
    else {
      chunks.push([bound]);
      size = bound.target.length * 1.5 + 80;
    }
  }
  return chunks;
}

async function renderChunk(
  client: GraphiteClient,
  targets: readonly BoundTarget[],
  how: Consolidation,
  plan: WindowPlan,
  signal: AbortSignal,
): Promise<BoundRow[]> {
  const form = renderForm(
    targets.map(({ target, isConsolidated }, index) => markTarget(target, index, isConsolidated ? undefined : how)),
    plan,
  );
  const rows = decodeRender(await client.text('render', form, signal, 'POST'));
  return rows
    .filter(({ target, values }) => target !== '' || values.length > 0) // old carbonapi sends an empty row for nothing
    .map((row) => claim(row, targets))
    .sort((a, b) => a.index - b.index)
    .map(({ index, row, name }) => ({ bound: targets[index] as BoundTarget, row, name }));
}

/** The form of a request; also used to look for single values. */
export function renderForm(targets: readonly string[], plan: WindowPlan): URLSearchParams {
  const form = new URLSearchParams({
    format: 'json',
    from: String(plan.fromSeconds),
    until: String(plan.untilSeconds),
    tz: plan.zone,
    maxDataPoints: String(plan.maxDataPoints),
    ...(plan.isLive && { noCache: '1' }),
    ...(plan.nowSeconds !== undefined && { now: String(plan.nowSeconds) }),
  });
  for (const target of targets) form.append('target', target);
  return form;
}

function claim(row: RenderRow, targets: readonly BoundTarget[]): { index: number; row: RenderRow; name: string } {
  const { index = targets.length === 1 ? 0 : -1, name } = readMark(row.target);
  const bound = targets[index];
  if (!bound) throw new BotError('SOURCE_UNEXPECTED', 'Graphite sent a series that was not asked for.');
  return { index, row, name: bound.isConsolidated ? name : withoutConsolidation(name) };
}
