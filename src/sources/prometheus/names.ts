/** Names of series: the definition's legend, else what the question and the labels tell apart. Pure. */
import type { Labels } from '../../domain/labels.ts';
import { nameSeries, namesOfLegend } from '../../domain/series-names.ts';
import { applyFilters, isFilter } from '../../queries/expand.ts';

/** A series before it has a name. */
export interface NamedRow {
  /** As the server has them, with `__name__` where it has one. */
  readonly labels: Labels;
  /** The value of each parameter. */
  readonly parameters: Labels;
  /** Labels by which the parameters were matched: they say the same again. */
  readonly matched: ReadonlySet<string>;
  /** The name of its expression in the definition. */
  readonly expression?: string;
}

/** Gives every row the name a legend shows, unique among them; same order. */
export function nameRows(rows: readonly NamedRow[], legend: string | undefined, fallback: string): string[] {
  if (legend === undefined) return nameSeries(rows.map(nameable), fallback);
  const written = rows.map((row) => fromLegend(legend, row));
  return namesOfLegend(
    written,
    rows.map(({ parameters }) => parameters),
    fallback,
  );
}

function nameable({ labels, parameters, matched, expression }: NamedRow) {
  const own = Object.fromEntries(Object.entries(labels).filter(([name]) => !matched.has(name)));
  return { labels: own, parameters, ...(expression !== undefined && { part: expression }) };
}

function fromLegend(legend: string, { labels, parameters }: NamedRow): string {
  const lookup = (name: string) => parameters[name] ?? labels[name] ?? '';
  return legend
    .replace(/\{\{\s*(\w+)\s*(?:\|\s*(\w+)\s*)?\}\}/g, (_, name: string, filter?: string) =>
      filter !== undefined && isFilter(filter) ? applyFilters(lookup(name), [filter]) : lookup(name),
    )
    .trim();
}
