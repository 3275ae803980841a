/** Where to go on: runbook, dashboards and pages of the queries that belong to an alert, with its window frozen in them. */
import type { Catalog } from '../domain/catalog.ts';
import { toBotError } from '../domain/errors.ts';
import type { Link } from '../domain/link.ts';
import type { Line, Span } from '../domain/message.ts';
import type { Question } from '../domain/question.ts';
import { dashboardLinks } from '../questions/beside.ts';
import { linksOf } from '../questions/present.ts';
import type { FetchWindow } from '../sources/source.ts';
import type { SourceSet } from '../sources/source-set.ts';
import type { ContextStep } from './gather-context.ts';
import { type BoundQuery, queriesNaming } from './matching-queries.ts';

/** What pages are made from. */
export interface PagesDeps {
  catalog(): Catalog;
  readonly sources: SourceSet;
}

const LEAD_MS = 30 * 60_000;
/** What one looks at. */
const SHOWN = 6;
/** Definitions whose pages are shown. */
const QUERIES_MAX = 3;

/** The step. */
export function pagesStep({ catalog, sources }: PagesDeps): ContextStep {
  return {
    what: 'dashboards',
    async find(subject, signal) {
      const window = { fromMs: subject.startMs - LEAD_MS, toMs: subject.nowMs, zone: subject.zone, maxPoints: 1 };
      const wanted = queriesNaming(subject.alerts, catalog().queries).slice(0, QUERIES_MAX);
      const found = await Promise.all(
        wanted.map((one) =>
          pagesOf(one, window, sources, signal).catch((thrown: unknown) => {
            signal.throwIfAborted();
            return { links: [], notes: [`pages of ${one.query.id}: ${toBotError(thrown).message}`] };
          }),
        ),
      );
      // what the first post links to already is not said twice
      const known = new Set(subject.alerts.flatMap(({ links }) => links.map(({ href }) => href)));
      const links = found.flatMap(({ links: own }) => own).filter(({ url }) => !known.has(url) && known.add(url));
      return { lines: linesOf(links), missing: found.flatMap(({ notes }) => notes) };
    },
  };
}

async function pagesOf(
  { query, arguments: args }: BoundQuery,
  window: FetchWindow,
  sources: SourceSet,
  signal: AbortSignal,
): Promise<{ readonly links: readonly Link[]; readonly notes: readonly string[] }> {
  const { fromMs, toMs, zone } = window;
  const question: Question = {
    query,
    arguments: args,
    range: { fromMs, toMs, zone, text: '' },
    output: query.output ?? 'chart',
    looks: query.looks,
    notes: [],
    text: query.id,
  };
  const configured = sources.get(query.sourceName);
  const { block, unit, consolidate } = query;
  const request = configured.source.request(block, { arguments: args, unit, consolidate });
  // that page stands beside the chart or the log lines
  const drillDown = configured.source.link(request, window);
  const own = linksOf(question, configured, request, window).filter(({ url }) => url !== drillDown);
  const { links, notes } = await dashboardLinks(question, window, sources, signal);
  return { links: [...own, ...links], notes };
}

function linesOf(links: readonly Link[]): readonly Line[] {
  if (links.length === 0) return [];
  const shown = links.slice(0, SHOWN).flatMap((link, index): Span[] => [...(index === 0 ? [] : [' · ']), { link }]);
  return [[{ bold: 'Look at' }, ' ', ...shown]];
}
