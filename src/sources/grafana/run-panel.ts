/** Runs the queries of one panel for one set of values. */
import { BotError } from '../../domain/errors.ts';
import type { FetchWindow } from '../source.ts';
import type { BoundVariable } from './bound-value.ts';
import type { GrafanaClient } from './client.ts';
import type { DataFrame } from './data-frame.ts';
import type { Datasource, Datasources } from './datasources.ts';
import { askQueries, type QueryAnswers } from './ds-query.ts';
import { failureOfQuery, TITLE } from './failures.ts';
import { parseInterval } from './interval.ts';
import type { Dashboard, Panel } from './panel.ts';
import { type PlacedTarget, planQueries, type QueryRequest } from './plan-queries.ts';
import { resolveRef } from './variables/list-options.ts';

/** What running one needs. */
export interface RunDeps {
  readonly client: GrafanaClient;
  readonly datasources: Datasources;
  readonly orgId?: number | undefined;
}

/** What a panel gave. */
export interface PanelData {
  readonly frames: readonly DataFrame[];
  /** The window that was asked, moved by the panel's own shift. */
  readonly window: FetchWindow;
  /** Whole sentences: queries that failed beside others that did not, a shift. */
  readonly notes: readonly string[];
}

/** A panel of mixed data asks so many at once. */
const REQUESTS_AT_ONCE = 4;

/**
 * Asks what a panel asks. One query that fails beside others is a note.
 *
 * @throws BotError `SOURCE_…` when all fail; `SOURCE_BAD_QUERY` naming variables that nothing defines
 */
export async function runPanel(
  dashboard: Dashboard,
  panel: Panel,
  variables: ReadonlyMap<string, BoundVariable>,
  asked: FetchWindow,
  deps: RunDeps,
  signal: AbortSignal,
): Promise<PanelData> {
  const shiftMs = parseInterval(panel.timeShift ?? '') ?? 0;
  const window = { ...asked, fromMs: asked.fromMs - shiftMs, toMs: asked.toMs - shiftMs };
  const scope = { dashboard, window, variables, orgId: deps.orgId };
  const targets: PlacedTarget[] = [];
  for (const target of panel.targets) {
    targets.push({ ...target, source: await resolveRef(target.datasource, scope, deps.datasources, signal) });
  }
  const { fromMs, toMs, zone, maxPoints } = window;
  const around = { fromMs, toMs, zone, dashboard, orgId: deps.orgId };
  const plan = planQueries(panel, targets, { variables, around, maxPoints });
  if (plan.missing.length > 0) throw missingVariables(plan.missing, dashboard);
  const answered = await askAll(plan.requests, dashboard, panel, window, deps, signal);
  const hidden = new Set(targets.filter(({ isHidden }) => isHidden).map(({ refId }) => refId));
  const shifted = shiftMs === 0 ? [] : [`This panel shows the time ${panel.timeShift} earlier.`];
  return {
    frames: answered.frames.filter(({ refId }) => !hidden.has(refId)),
    window,
    notes: [...shifted, ...answered.notes],
  };
}

function missingVariables(missing: readonly string[], { title }: Dashboard): BotError {
  const names = missing.map((name) => `$${name}`).join(', ');
  return new BotError(
    'SOURCE_BAD_QUERY',
    `The panel refers to ${names}, which the dashboard “${title}” does not define.`,
    {
      missing,
    },
  );
}

interface Answered {
  readonly frames: readonly DataFrame[];
  readonly notes: readonly string[];
}

async function askAll(
  requests: readonly QueryRequest[],
  dashboard: Dashboard,
  panel: Panel,
  window: FetchWindow,
  deps: RunDeps,
  signal: AbortSignal,
): Promise<Answered> {
  const asking = { dashboardUid: dashboard.uid, panelId: panel.id };
  const answers: (QueryAnswers | BotError)[] = [];
  let next = 0;
  async function work(): Promise<void> {
    while (next < requests.length) {
      const at = next++;
      const { source, queries } = requests[at] as QueryRequest;
      answers[at] = await askOne(source, () => askQueries(deps.client, queries, window, asking, signal));
    }
  }
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
  return judged(answers, requests);
}

/** A request that failed as a whole, beside others that may not have. */
async function askOne(source: Datasource, ask: () => Promise<QueryAnswers>): Promise<QueryAnswers | BotError> {
  try {
    return await ask();
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    return thrown.code === 'SOURCE_NOT_FOUND' ? withoutSource(source, thrown) : thrown;
  }
}

/** A dashboard may name a data source that was removed, or is of another server. */
function withoutSource({ name, type }: Datasource, cause: BotError): BotError {
  const message = `${TITLE} has no data source ${name} (${type}), which this panel asks.`;
  return new BotError('SOURCE_NOT_FOUND', message, cause.details, { cause });
}

/** One failing query among several is a note, all failing a failure. */
function judged(answers: readonly (QueryAnswers | BotError)[], requests: readonly QueryRequest[]): Answered {
  const frames: DataFrame[] = [];
  const failures: BotError[] = [];
  let good = 0;
  for (const [index, answer] of answers.entries()) {
    const { source, queries } = requests[index] as QueryRequest;
    if (answer instanceof BotError) {
      failures.push(answer);
      continue;
    }
    frames.push(...answer.frames);
    good += queries.length - answer.failures.length;
    failures.push(...answer.failures.map((failure) => failureOfQuery(failure, nameOf(source))));
  }
  const [first] = failures;
  if (first && (good <= 0 || frames.length === 0)) throw first;
  return { frames: renamedBack(frames, requests), notes: failures.map(({ message }) => message) };
}

function nameOf({ name, uid, type }: Datasource): string {
  return name === uid ? `${TITLE}'s ${type} data source` : name;
}

/** Old servers answer the only query of a request as A, whatever it is called. */
function renamedBack(frames: readonly DataFrame[], requests: readonly QueryRequest[]): readonly DataFrame[] {
  const asked = new Set(requests.flatMap(({ queries }) => queries.map(({ refId }) => refId)));
  const [only] = asked;
  if (asked.size !== 1 || only === undefined) return frames;
  return frames.map((frame) => (frame.refId === only ? frame : { ...frame, refId: only }));
}
