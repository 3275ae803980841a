/** Deploys that sources keep as marks on the time axis (annotations of Grafana, events of Graphite), as changes. */
import type { ChangeEvent } from '../domain/alert.ts';
import type { Annotation } from '../domain/annotation.ts';
import { abortable } from '../lib/abortable.ts';
import { withDeadline } from '../lib/clock.ts';
import type { ConfiguredSource, SourceSet } from '../sources/source-set.ts';
import { type Found, SOURCE_TIMEOUT_MS, whyMissing } from './gather-context.ts';

/** What all sources have, and which of them could not say. */
export interface MarkedDeploys {
  readonly changes: readonly ChangeEvent[];
  readonly missing: Found['missing'];
}

/** Times in ms since the Unix epoch, half-open; an IANA zone. */
export interface MarkWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly zone: string;
}

/** Marks of one source; nobody reads points of them. */
const MARK_POINTS = 100;
/** The newest of one source; more of them nobody reads. */
const MARKS_MAX = 500;
/** A mark this near to a change that was told is the same. */
const SAME_MS = 2 * 60_000;
/** Marks have no format of their own; nothing that is received is called so. */
const MARK = 'annotation';

/** Asks all sources that keep marks, each with its own deadline. @throws the signal's reason when it aborts */
export async function markedDeploys(
  { all }: SourceSet,
  window: MarkWindow,
  signal: AbortSignal,
  timeoutMs: number = SOURCE_TIMEOUT_MS,
): Promise<MarkedDeploys> {
  const found = await Promise.all(all.map((source) => marksOf(source, window, timeoutMs, signal)));
  return {
    changes: found.flatMap(({ changes }) => changes),
    missing: found.flatMap(({ missing }) => missing),
  };
}

/** Whether a change is a mark of a source. */
export function isMark({ source }: Pick<ChangeEvent, 'source'>): boolean {
  return source === MARK;
}

/** Whether two are one: what was told is often marked too. */
export function isSameChange(one: ChangeEvent, other: ChangeEvent): boolean {
  const isNear = Math.abs(+one.startsAt - +other.startsAt) < SAME_MS;
  return one.id === other.id || (isNear && (isMark(one) || isMark(other)));
}

async function marksOf(
  { name, title, source }: ConfiguredSource,
  window: MarkWindow,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<MarkedDeploys> {
  if (!source.annotations) return { changes: [], missing: [] };
  const deadline = withDeadline(timeoutMs, signal);
  try {
    const asked = source.annotations({ ...window, maxPoints: MARK_POINTS }, { tags: [] }, deadline);
    const marks = await abortable(asked, deadline);
    const deploys = marks.filter(({ kind }) => kind === 'deploy').toSorted((a, b) => b.timeMs - a.timeMs);
    return { changes: deploys.slice(0, MARKS_MAX).map((mark) => changeOf(mark, name)), missing: [] };
  } catch (thrown) {
    signal.throwIfAborted();
    return { changes: [], missing: [whyMissing(`marks of ${title}`, thrown, deadline, timeoutMs)] };
  }
}

/** A mark as a change, so that both read alike. */
function changeOf({ timeMs, endMs, title, text, tags, url }: Annotation, sourceName: string): ChangeEvent {
  const id = `${MARK}:${sourceName}:${timeMs}:${title}`;
  return {
    source: MARK,
    sourceInstance: sourceName,
    deliveryId: id,
    id,
    kind: 'deployment',
    phase: 'info',
    title,
    ...(text !== undefined && { text }),
    tags,
    startsAt: new Date(timeMs),
    endsAt: endMs === undefined ? null : new Date(endMs),
    receivedAt: new Date(timeMs),
    attributes: {},
    links: url === undefined ? [] : [{ rel: 'source', href: url }],
  };
}
