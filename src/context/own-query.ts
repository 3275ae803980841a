/** A definition for one question, made from what an alert brings. Pure. */
import type { Alert } from '../domain/alert.ts';
import type { AlertView } from '../domain/alert-view.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import type { Series } from '../domain/series.ts';
import { makeUnit } from '../domain/unit.ts';
import type { ConfiguredSource } from '../sources/source-set.ts';

/** One chart of what some alerts were judged by. */
export interface OwnChart {
  readonly alerts: readonly Alert[];
  readonly query: SavedQuery;
  /** In the unit of the query. */
  readonly limit?: AlertView['limit'];
  readonly notes: readonly string[];
  /** Whether a series is one that an alert is about. */
  isOf(series: Series, alert: Alert, isOnly: boolean): boolean;
}

const MAX_RANGE_MS = 90 * 86_400_000;

/** Makes the definition of an expression in a source's own language; `more` is what is known of it. */
export function ownQuery(
  expression: string,
  prefix: string,
  { name, kind, env, isDemo }: ConfiguredSource,
  block: unknown,
  more: Partial<SavedQuery> = {},
): SavedQuery {
  return {
    id: `${prefix}: ${expression}`,
    pack: '',
    sourceName: name,
    kind,
    ...(env !== undefined && { env }),
    block,
    title: literal(expression),
    aliases: [],
    examples: [],
    tags: [],
    parameters: [],
    unit: makeUnit('none'),
    looks: {},
    consolidate: 'max',
    measure: 'max',
    worst: 'high',
    thresholds: [],
    rangeText: '1h',
    maxRangeMs: MAX_RANGE_MS,
    overlays: [],
    links: [],
    isDemo,
    origin: 'alert',
    ...more,
  };
}

/** What an alert brings has no placeholders. */
export function literal(expression: string): string {
  return expression.replaceAll('${', () => '$${');
}
