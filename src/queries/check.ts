/** What `glimpse queries check` and `glimpse queries list` say. */
import { countOf, type Fault, faultLines, faultsError } from '../config/fault.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import type { SourceDefinition } from '../sources/source.ts';
import type { QueryFolder } from './folders.ts';
import { loadQueries, type QueryEnvironment } from './load-catalog.ts';
import type { CatalogSource } from './site.ts';

/** What a check of all definitions found. */
export interface QueriesCheck {
  readonly isGood: boolean;
  readonly queries: number;
  readonly files: number;
  /** Those without a fault of their own. */
  readonly catalog: readonly SavedQuery[];
  /** Sorted by file and line. */
  readonly faults: readonly Fault[];
  /** What is allowed and hardly meant, likewise. */
  readonly warnings: readonly Fault[];
  /** All of it as text: the faults, one a line, or one line that all is good; then the warnings. */
  readonly text: string;
}

/** Reads every definition and says what is wrong with any of them. Throws for nothing that is in the files. */
export async function checkQueries(
  folders: readonly QueryFolder[],
  sources: readonly CatalogSource[],
  sourceKinds: readonly SourceDefinition[],
  env: QueryEnvironment,
): Promise<QueriesCheck> {
  const { queries, files, faults, warnings } = await loadQueries(folders, sources, sourceKinds, env);
  const counts = { queries: queries.length, files: files.length, catalog: queries, warnings };
  const warned = warnings.length === 0 ? [] : [`${countOf(warnings.length, 'warning')}:`, ...faultLines(warnings)];
  if (faults.length === 0) {
    const good = warned.length === 0 ? ', all good' : '';
    const head = `${queries.length} ${queries.length === 1 ? 'query' : 'queries'} in ${countOf(files.length, 'file')}${good}`;
    return { ...counts, isGood: true, faults: [], text: [head, ...warned].join('\n') };
  }
  const error = faultsError('CONFIG_QUERY_INVALID', faults, countOf(files.length, 'file'));
  return {
    ...counts,
    isGood: false,
    faults: error.details.faults as readonly Fault[],
    text: [error.message, ...warned].join('\n'),
  };
}

/** One line of `glimpse queries list`. */
export interface QueryRow {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly pack: string;
  readonly source: string;
  /** Parameters as they are asked: `host`, `[service]` where it has a default. */
  readonly parameters: readonly string[];
  readonly description: string;
  /** `file:line`. */
  readonly origin: string;
}

/** The definitions in force, by name, then by pack and source. */
export function listQueries({ queries }: Catalog): readonly QueryRow[] {
  return queries
    .map((query) => ({
      name: query.id,
      aliases: query.aliases,
      pack: query.pack,
      source: query.sourceName,
      parameters: query.parameters.map(({ name, default: value }) => (value === undefined ? name : `[${name}]`)),
      description: query.description?.split('\n')[0] ?? '',
      origin: query.origin,
    }))
    .sort((a, b) => a.name.localeCompare(b.name) || a.pack.localeCompare(b.pack) || a.source.localeCompare(b.source));
}
