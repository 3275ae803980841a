/** Finds out why a panel gave no value: a value that never existed, or one that stopped, or began later. */
import type { EmptyReason } from '../../domain/answer.ts';
import { BotError } from '../../domain/errors.ts';
import type { Frame } from '../../domain/frame.ts';
import type { FetchWindow } from '../source.ts';
import type { GrafanaRequest } from './bind.ts';
import { type FetchDeps, fetchPanel, openDashboard } from './fetch.ts';
import { findPanel } from './find-panel.ts';
import { panelTitle } from './library/choose-panel.ts';
import type { Dashboard, Panel } from './panel.ts';
import { choosePanels } from './sheet.ts';

const DAY_MS = 86_400_000;
/** How far back a last value is looked for, step by step: most series that stop did so today. */
const LOOK_BACK_MS = [DAY_MS, 35 * DAY_MS];
const LOOK_POINTS = 1_500;
/** More values than these are no name for anything. */
const NAMED_MAX = 2;

/** The reason for the first panel of a request. @throws BotError */
export async function whyEmpty(
  request: GrafanaRequest,
  window: FetchWindow,
  deps: FetchDeps & { readonly nowMs: number },
  signal: AbortSignal,
): Promise<EmptyReason> {
  const dashboard = await openDashboard(request, deps.dashboards, signal);
  const panel = request.panel === undefined ? choosePanels(dashboard)[0] : findPanel(dashboard, request.panel);
  const place = request.panel === undefined || !panel ? dashboard.title : panelTitle(panel);
  const what = wordsOf(request, dashboard) || place;
  if (!panel) return { kind: 'silent', what };
  const look = (fromMs: number, toMs: number) =>
    extremes(request, panel, dashboard, { ...window, fromMs, toMs, maxPoints: LOOK_POINTS }, deps, signal);
  try {
    for (const backMs of LOOK_BACK_MS) {
      const { last } = await look(window.fromMs - backMs, window.fromMs);
      if (last) return { kind: 'stopped', what, lastMs: last.timeMs, lastValue: last.value };
    }
    const { first } = window.toMs < deps.nowMs - 1_000 ? await look(window.toMs, deps.nowMs) : {};
    return first ? { kind: 'not_yet', what, firstMs: first.timeMs } : { kind: 'silent', what };
  } catch (thrown) {
    const unknown = unknownIn(thrown);
    if (unknown) return unknown;
    throw thrown;
  }
}

/** A value that the variable's own list does not have. */
function unknownIn(thrown: unknown): EmptyReason | undefined {
  if (!(thrown instanceof BotError) || thrown.code !== 'ASK_UNKNOWN_VALUE') return undefined;
  const { value, near } = thrown.details;
  if (typeof value !== 'string') return undefined;
  return { kind: 'never_existed', what: value, near: Array.isArray(near) ? near.map(String) : [] };
}

/** The values that a question is about, where they are few enough to be named; not what its page is set to. */
function wordsOf({ variables }: GrafanaRequest, dashboard: Dashboard): string {
  const isAbout = (name: string) => dashboard.variables.find((one) => one.name === name)?.type === 'query';
  const about = Object.entries(variables).filter(([name]) => isAbout(name));
  const values = about.flatMap(([, some]) => some.map(({ value }) => value));
  return values.length <= NAMED_MAX && !values.some((value) => /^all$/i.test(value)) ? values.join(' ') : '';
}

interface Moment {
  readonly timeMs: number;
  readonly value: number;
}

async function extremes(
  request: GrafanaRequest,
  panel: Panel,
  dashboard: Dashboard,
  window: FetchWindow,
  deps: FetchDeps,
  signal: AbortSignal,
): Promise<{ readonly first?: Moment; readonly last?: Moment }> {
  const moments = (await fetchPanel(request, panel, dashboard, window, deps, signal)).flatMap(momentsOf);
  const sorted = moments.sort((a, b) => a.timeMs - b.timeMs);
  const [first, last] = [sorted[0], sorted.at(-1)];
  return { ...(first && { first }), ...(last && { last }) };
}

/** The first and the last value of each series. */
function momentsOf(frame: Frame): Moment[] {
  if (frame.kind !== 'series') return [];
  return frame.series.flatMap(({ times, values }) => {
    const first = values.findIndex((value) => !Number.isNaN(value));
    const last = values.findLastIndex((value) => !Number.isNaN(value));
    if (first === -1) return [];
    return [...new Set([first, last])].map((at) => ({ timeMs: times[at] as number, value: values[at] as number }));
  });
}
