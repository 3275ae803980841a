/** Asks `/render`: every target marked so that its rows can be told, large questions in several requests. */
import { BotError } from '../../domain/errors.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import { type BoundTarget, type GraphiteRequest, SERIES_MAX, tooManySeries } from './bind.ts';
import type { GraphiteClient } from './client.ts';
import { decodeRender, type RenderRow } from './decode-render.ts';
import type { BoundRow } from './frames.ts';
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
 * @throws BotError `SOURCE_TOO_MUCH` for more than {@link SERIES_MAX} rows, and what the client throws
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
      if (count > SERIES_MAX) throw tooManySeries(count);
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
    targets.map((bound, index) => marked(bound, index, how)),
    plan,
  );
  const rows = decodeRender(await client.text('render', form, signal, 'POST'));
  return rows
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
    tz: 'UTC',
    maxDataPoints: String(plan.maxDataPoints),
    ...(plan.isLive && { noCache: '1' }),
    ...(plan.nowSeconds !== undefined && { now: String(plan.nowSeconds) }),
  });
  for (const target of targets) form.append('target', target);
  return form;
}

/** Rows come without the target they answer, so each target puts its number before the names of its rows. */
function marked({ target, isConsolidated }: BoundTarget, index: number, how: Consolidation): string {
  return `aliasSub(${isConsolidated ? target : `consolidateBy(${target},'${how}')`},'^','g${index}:')`;
}

function claim(row: RenderRow, targets: readonly BoundTarget[]): { index: number; row: RenderRow; name: string } {
  const [, mark, rest] = /^g(\d+):([\s\S]*)$/.exec(row.target) ?? [];
  const index = mark === undefined && targets.length === 1 ? 0 : Number(mark);
  const bound = targets[index];
  if (!bound) throw new BotError('SOURCE_UNEXPECTED', 'Graphite sent a series that was not asked for.');
  const name = rest ?? row.target;
  return { index, row, name: bound.isConsolidated ? name : withoutConsolidation(name) };
}

/** `consolidateBy` puts itself around the name of a row, with either quote. */
function withoutConsolidation(name: string): string {
  return /^consolidateBy\(([\s\S]*),\s*(["'])\w+\2\)$/.exec(name)?.[1] ?? name;
}
