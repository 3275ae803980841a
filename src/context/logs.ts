/** Log lines around the start of an alert: how many, how many before, which messages. */
import type { Catalog } from '../domain/catalog.ts';
import { foldMessages } from '../domain/fold-messages.ts';
import { formatValue } from '../domain/format-number.ts';
import type { LogsFrame } from '../domain/frame.ts';
import type { Line, Span } from '../domain/message.ts';
import { makeUnit } from '../domain/unit.ts';
import { abortable } from '../lib/abortable.ts';
import { withDeadline } from '../lib/clock.ts';
import { clockTime } from '../render/clock-words.ts';
import type { FetchWindow } from '../sources/source.ts';
import type { SourceSet } from '../sources/source-set.ts';
import { type ContextStep, type Found, SOURCE_TIMEOUT_MS, whyMissing } from './gather-context.ts';
import { argumentsByPlace, type BoundQuery, queriesNaming } from './matching-queries.ts';
import type { Subject } from './subject.ts';

/** What log lines are found with. */
export interface LogsDeps {
  catalog(): Catalog;
  readonly sources: SourceSet;
  /** Longest that one source may take, ms. */
  readonly timeoutMs?: number;
}

/** What is asked at once: logs are dear. */
const QUERIES_MAX = 2;
/** An alert begins after what it is about: rules wait some minutes. */
const LEAD_MS = 5 * 60_000;
/** Of an alert that is old only its beginning is looked at. */
const SPAN_MAX_MS = 30 * 60_000;
/** What is usual. */
const BASELINE_MS = 30 * 60_000;
const MINUTE_MS = 60_000;
/** Bars of a count, which nobody sees here. */
const POINTS = 60;
const PATTERNS_SHOWN = 3;
const PATTERN_MAX_CHARS = 100;
const COUNT = makeUnit('count');

/** The step: of queries that give lines, those that name the alerts, else one that service and host fill. */
export function logsStep({ catalog, sources, timeoutMs = SOURCE_TIMEOUT_MS }: LogsDeps): ContextStep {
  return {
    what: 'log lines',
    async find(subject, signal) {
      const wanted = logQueries(subject, catalog());
      const found = await Promise.all(wanted.map((one) => countLines(one, subject, sources, timeoutMs, signal)));
      return { lines: found.flatMap(({ lines }) => lines), missing: found.flatMap(({ missing }) => missing) };
    },
  };
}

interface LogQuery extends BoundQuery {
  /** Whether its definition says that it belongs to the alert: then silence is news too. */
  readonly isNamed: boolean;
}

/** The queries to ask, the most telling first. */
export function logQueries(subject: Pick<Subject, 'alerts'>, { queries }: Catalog): readonly LogQuery[] {
  const giving = queries.filter(({ output }) => output === 'lines');
  const named = queriesNaming(subject.alerts, giving).map((one) => ({ ...one, isNamed: true }));
  const others = giving
    .filter((query) => !named.some((one) => one.query === query))
    .flatMap((query) => {
      const args = argumentsByPlace(query, subject);
      return args ? [{ query, arguments: args, isNamed: false }] : [];
    })
    .sort((a, b) => Number(isOfErrors(b)) - Number(isOfErrors(a)));
  return [...named, ...others.slice(0, named.length > 0 ? 0 : 1)].slice(0, QUERIES_MAX);
}

function isOfErrors({ query: { id, aliases } }: BoundQuery): boolean {
  return [id, ...aliases].some((name) => /err|exception|fatal/i.test(name));
}

async function countLines(
  { query, arguments: args, isNamed }: LogQuery,
  subject: Subject,
  sources: SourceSet,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Found> {
  const { source, title, linkTitle = title } = sources.get(query.sourceName);
  const fromMs = Math.floor((subject.startMs - LEAD_MS) / MINUTE_MS) * MINUTE_MS;
  const window: FetchWindow = {
    fromMs,
    toMs: Math.max(fromMs + MINUTE_MS, Math.min(subject.nowMs, subject.startMs + SPAN_MAX_MS)),
    zone: subject.zone,
    maxPoints: POINTS,
  };
  const before: FetchWindow = { ...window, fromMs: fromMs - BASELINE_MS, toMs: fromMs };
  const deadline = withDeadline(timeoutMs, signal);
  try {
    const { block, unit, consolidate } = query;
    const request = source.request(block, { arguments: args, unit, consolidate });
    const [now, earlier] = await abortable(
      Promise.all([window, before].map(async (one) => logsIn(await source.fetch(request, one, deadline)))),
      deadline,
    );
    // a query that was only guessed says nothing of a service that it does not know
    if (!now || (now.total === 0 && !(isNamed && (earlier?.total ?? 0) > 0))) return { lines: [], missing: [] };
    const url = source.link(request, window);
    const link: Line = url === undefined ? [] : [' · ', { link: { title: linkTitle, url } }];
    const what = [query.id, ...Object.values(args).flat()]
      .filter((word) => word !== '' && word !== '*')
      .slice(0, 4)
      .join(' ');
    return { lines: [[...wordsOf(now, earlier, what, window, subject), ...link]], missing: [] };
  } catch (thrown) {
    signal.throwIfAborted();
    return { lines: [], missing: [whyMissing(title, thrown, deadline, timeoutMs)] };
  }
}

function logsIn(frames: readonly { readonly kind: string }[]): LogsFrame | undefined {
  return frames.find((frame): frame is LogsFrame => frame.kind === 'logs');
}

/** `Logs 312 of errors checkout since 10:41 (5 in the half hour before): …`. */
function wordsOf(
  now: LogsFrame,
  earlier: LogsFrame | undefined,
  what: string,
  window: FetchWindow,
  { zone, nowMs }: Subject,
): Line {
  const until = window.toMs < nowMs ? ` to ${clockTime(window.toMs, zone)}` : '';
  const span = `${until === '' ? 'since' : 'from'} ${clockTime(window.fromMs, zone)}${until}`;
  const before = earlier ? ` (${earlier.total === 0 ? 'none' : counted(earlier.total)} in the half hour before)` : '';
  const isSample = now.lines.length < now.total;
  const patterns = foldMessages(now.lines).slice(0, PATTERNS_SHOWN);
  const said = patterns.flatMap(({ pattern, count }, index): Span[] => [
    index === 0 ? `${isSample ? `; of the newest ${counted(now.lines.length)}` : ''}: ` : ' · ',
    { code: pattern.length > PATTERN_MAX_CHARS ? `${pattern.slice(0, PATTERN_MAX_CHARS - 1)}…` : pattern },
    ` ${counted(count)}`,
  ]);
  const amount = now.total === 0 ? 'none' : counted(now.total);
  return [{ bold: 'Logs' }, ` ${amount} of `, { code: what }, ` ${span}${before}`, ...said];
}

function counted(count: number): string {
  return formatValue(count, COUNT);
}
