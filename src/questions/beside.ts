/** What goes with an answer and may be missing from it: marks, other queries drawn beneath, links of dashboards. */
import type { Annotation } from '../domain/annotation.ts';
import type { Link } from '../domain/answer.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Frame, SeriesFrame } from '../domain/frame.ts';
import type { Arguments, Question } from '../domain/question.ts';
import type { Overlay, SavedQuery } from '../domain/saved-query.ts';
import { withDeadline } from '../lib/clock.ts';
import { whyFailed } from '../lib/why-failed.ts';
import { expandTemplate, parseTemplate } from '../queries/expand.ts';
import type { FetchWindow } from '../sources/source.ts';
import type { ConfiguredSource, SourceSet } from '../sources/source-set.ts';
import { fetchFitting } from './fetch-fitting.ts';
import { titleOf } from './present.ts';
import { withRegularSteps } from './regular.ts';
import { code } from './say.ts';

/** Marks and links are a courtesy: an answer does not wait longer for them. */
const COURTESY_TIMEOUT_MS = 2_000;
/** A query drawn beneath is half the answer; still the one that was asked is not kept back for it. */
const UNDER_TIMEOUT_MS = 3_000;
/** More marks than this would hide the data; then none is drawn, and the words say so. */
const ANNOTATIONS_MAX = 40;

/** Marks on the time axis from every source that the definition names; failures are notes. */
export async function fetchMarks(
  { query }: Question,
  window: FetchWindow,
  sources: SourceSet,
  signal: AbortSignal,
): Promise<{ readonly annotations: readonly Annotation[]; readonly notes: readonly string[] }> {
  const notes: string[] = [];
  const overlays = query.overlays.filter((overlay) => overlay.kind === 'annotations');
  const found = await Promise.all(
    overlays.map(async (overlay) => {
      const { source, title } = sources.get(overlay.source);
      if (!source.annotations) return [];
      try {
        return await source.annotations(window, { tags: overlay.tags }, withDeadline(COURTESY_TIMEOUT_MS, signal));
      } catch (thrown) {
        if (signal.aborted) throw thrown;
        notes.push(
          `Marks of ${title} (${overlay.source}) are missing: ${whyFailed(thrown, 'it did not answer in time.')}`,
        );
        return [];
      }
    }),
  );
  const annotations = found.flat().sort((a, b) => a.timeMs - b.timeMs);
  if (annotations.length <= ANNOTATIONS_MAX) return { annotations, notes };
  notes.push(`${annotations.length} marks are too many for one picture; a shorter window shows them.`);
  return { annotations: [], notes };
}

/** What {@link fetchUnder} looks queries and sources up in. */
export interface UnderDeps {
  readonly catalog: Catalog;
  readonly sources: SourceSet;
}

/** The series of other queries over the same window, each with its title and its own limits; failures are notes. */
export async function fetchUnder(
  question: Question,
  window: FetchWindow,
  deps: UnderDeps,
  signal: AbortSignal,
): Promise<{ readonly frames: readonly Frame[]; readonly notes: readonly string[] }> {
  if (question.output !== 'chart') return { frames: [], notes: [] };
  const overlays = question.query.overlays.filter((overlay) => overlay.kind === 'query');
  const found = await Promise.all(overlays.map((overlay) => fetchOne(overlay, question, window, deps, signal)));
  return { frames: found.flatMap(({ frames }) => frames), notes: found.flatMap(({ notes }) => notes) };
}

type QueryOverlay = Extract<Overlay, { kind: 'query' }>;

async function fetchOne(
  overlay: QueryOverlay,
  question: Question,
  window: FetchWindow,
  { catalog, sources }: UnderDeps,
  signal: AbortSignal,
): Promise<{ readonly frames: readonly Frame[]; readonly notes: readonly string[] }> {
  const other = variantOf(catalog.named(overlay.query), question.query);
  if (!other) return { frames: [], notes: [`${code(overlay.query)} is not there to be drawn beneath this.`] };
  const configured = sources.get(other.sourceName);
  const args = argumentsOf(overlay, other, question);
  const title = titleOf({ ...question, query: other, arguments: args, asWritten: {} });
  try {
    const frames = await fetchSeries(other, args, window, configured, signal);
    const isThere = frames.some(({ series }) => series.length > 0);
    return { frames: frames.map((frame) => ({ ...frame, title })), notes: isThere ? [] : [`${title}: no values.`] };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return {
      frames: [],
      notes: [`${title} (${other.sourceName}) is missing: ${whyFailed(thrown, 'it did not answer in time.')}`],
    };
  }
}

/** Of several definitions of that name the one that is nearest to the asked one. */
function variantOf(variants: readonly SavedQuery[], asked: SavedQuery): SavedQuery | undefined {
  const nearness = [
    ({ sourceName }: SavedQuery) => sourceName === asked.sourceName,
    ({ pack }: SavedQuery) => pack === asked.pack,
    ({ env }: SavedQuery) => env !== undefined && env === asked.env,
    () => true,
  ];
  return nearness.flatMap((isNear) => variants.find(isNear) ?? [])[0];
}

/** `${host}` alone hands over every value; inside a text the first. What is left out has its own default. */
function argumentsOf(overlay: QueryOverlay, other: SavedQuery, { arguments: args }: Question): Arguments {
  const presets = other.parameters.flatMap(({ name, default: preset }) =>
    preset === undefined ? [] : [[name, [preset]] as const],
  );
  const given = Object.entries(overlay.with).map(([name, text]) => [name, boundValues(text, args)] as const);
  return Object.fromEntries([...presets, ...given.filter(([, values]) => values.length > 0)]);
}

function boundValues(text: string, args: Arguments): readonly string[] {
  const template = parseTemplate(text);
  const [only] = template;
  if (template.length === 1 && typeof only === 'object' && only.filters.length === 0) return args[only.name] ?? [];
  return [
    expandTemplate(
      template,
      (name) => args[name]?.[0] ?? '',
      (value) => value,
    ),
  ];
}

async function fetchSeries(
  other: SavedQuery,
  args: Arguments,
  window: FetchWindow,
  { source, timeoutMs, title, linkTitle = title }: ConfiguredSource,
  signal: AbortSignal,
): Promise<SeriesFrame[]> {
  const { block, unit, consolidate, thresholds, looks } = other;
  const request = source.request(block, { arguments: args, unit, consolidate });
  const deadline = withDeadline(Math.min(timeoutMs, UNDER_TIMEOUT_MS), signal);
  // as finely as the question itself: its words tell the peaks of these too
  const frames = await fetchFitting(source, request, window, deadline);
  const url = source.link(request, window);
  const links = url === undefined ? {} : { links: [{ title: `${linkTitle}: ${other.id}`, url }] };
  return frames
    .map((frame) => withRegularSteps(frame, other))
    .flatMap((frame) => (frame.kind === 'series' ? [{ ...frame, thresholds, looks, ...links }] : []));
}

/** The definition's dashboards at this window, from the sources that have them; one that cannot be found is a note. */
export async function dashboardLinks(
  { query, arguments: args }: Question,
  window: FetchWindow,
  { all }: SourceSet,
  signal: AbortSignal,
): Promise<{ readonly links: readonly Link[]; readonly notes: readonly string[] }> {
  const found = await Promise.all(
    (query.dashboards ?? []).map(async (dashboard) => {
      const having = all.filter(({ kind }) => kind === dashboard.kind);
      if (having.length === 0) return { links: [], notes: [] };
      const variables = Object.fromEntries(
        Object.entries(dashboard.variables).map(([name, text]) => [name, boundValues(text, args)]),
      );
      const deadline = withDeadline(COURTESY_TIMEOUT_MS, signal);
      // one that is down keeps nobody from the dashboards of another
      const failures: unknown[] = [];
      for (const { source } of having) {
        try {
          const url = await source.dashboardLink?.({ ...dashboard, variables }, window, deadline);
          if (url !== undefined) return { links: [{ title: dashboard.title, url }], notes: [] };
        } catch (thrown) {
          if (signal.aborted) throw thrown;
          failures.push(thrown);
        }
      }
      const note =
        failures.length > 0
          ? `The link ${code(dashboard.title)} is missing: ${whyFailed(failures[0], 'it did not answer in time.')}`
          : `There is no dashboard ${code(dashboard.dashboard)} to link to.`;
      return { links: [], notes: [note] };
    }),
  );
  return { links: found.flatMap(({ links }) => links), notes: found.flatMap(({ notes }) => notes) };
}
