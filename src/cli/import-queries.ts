/** `glimpse queries import grafana|kibana …`: writes down as definitions what a back end keeps. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Document, isMap, type YAMLMap } from 'yaml';
import type { Config } from '../config/config.ts';
import { buildCore } from '../core.ts';
import { BotError } from '../domain/errors.ts';
import { withDeadline } from '../lib/clock.ts';
import { definitionSchema } from '../queries/schema.ts';
import { sourceKinds } from '../sources/index.ts';
import type { ImportedQuery, ImportWanted, Library } from '../sources/source.ts';
import type { ConfiguredSource } from '../sources/source-set.ts';
import { type CommandOptions, coreDeps, EXIT, type Io, UsageError } from './command.ts';

/** A dashboard of many panels, with their variables, is read in this time. */
const IMPORT_TIMEOUT_MS = 60_000;
/** YAML longer than this is folded where it can be. */
const LINE_CHARS = 118;

const USAGE =
  'queries import wants a source and what to import: glimpse queries import grafana "Web overview" [--panel CPU]';

/**
 * Prints YAML, or writes it to `--out`; what could not be carried over stands in comments.
 *
 * @throws UsageError; BotError as the library's `import`, `CONFIG_INVALID` where the file cannot be written
 */
export async function importQueries(
  [from, ...rest]: readonly string[],
  config: Config,
  options: CommandOptions,
  io: Io,
): Promise<number> {
  const what = rest.join(' ').trim();
  if (from === undefined || what === '') throw new UsageError(USAGE);
  const core = await buildCore(config, { ...coreDeps(io, 'error'), isPatient: false });
  try {
    const { source, name } = libraryNamed(from, core.sources.all);
    const kinds = [...new Set(core.sources.all.map(({ kind }) => kind))];
    const wanted: ImportWanted = { what, kinds, ...(options.panel !== undefined && { panel: options.panel }) };
    const queries = (await source.import(wanted, withDeadline(IMPORT_TIMEOUT_MS))).map(checked);
    if (queries.length === 0)
      throw new BotError('ASK_UNKNOWN_QUERY', `There is nothing in ${what} that a definition could ask for.`);
    const text = options.json ? `${JSON.stringify(queries, undefined, 2)}\n` : yamlOf(queries, `${name}: ${what}`);
    if (options.out === undefined) io.stdout.write(text);
    else await write(resolve(io.cwd, options.out), text, queries, io);
    return EXIT.answered;
  } finally {
    await core.close();
  }
}

function libraryNamed(
  word: string,
  sources: readonly ConfiguredSource[],
): { readonly source: Library; readonly name: string } {
  const having = sources.flatMap(({ name, kind, source: { library } }) =>
    library ? [{ name, kind, source: library }] : [],
  );
  const named = having.find(({ name }) => name === word);
  const [first, second] = having.filter(({ kind }) => kind === word);
  const found = named ?? (second ? undefined : first);
  if (found) return found;
  if (second) {
    const names = having.filter(({ kind }) => kind === word).map(({ name }) => name);
    throw new UsageError(`there are several ${word} sources; name one instead: ${names.join(', ')}`);
  }
  const names = having.map(({ name }) => name).join(', ');
  const there = names === '' ? '' : `; there are ${names}`;
  const kind = word === 'grafana' || word === 'kibana' ? word : 'grafana or kibana';
  throw new UsageError(`nothing can be imported from "${word}": it needs a source of kind ${kind}${there}`);
}

/** What would not load is said beside it, rather than kept back. */
function checked(query: ImportedQuery): ImportedQuery {
  const { success, error } = definitionSchema(sourceKinds).safeParse(query.definition);
  if (success) return query;
  const faults = error.issues.map(({ path, message }) => `This does not load yet: ${path.join('.')} ${message}.`);
  return { ...query, notes: [...query.notes, ...faults] };
}

/** The definitions as a file, each with its notes above it. */
export function yamlOf(queries: readonly ImportedQuery[], from: string): string {
  const document = new Document(Object.fromEntries(queries.map(({ name, definition }) => [name, definition])));
  document.commentBefore = ` Imported from ${oneLine(from)}. Read it once before it is used: names, parameters, limits.`;
  if (isMap(document.contents)) {
    for (const [index, { notes }] of queries.entries()) comment(document.contents, index, notes);
  }
  return document.toString({ lineWidth: LINE_CHARS });
}

function comment({ items }: YAMLMap, index: number, notes: readonly string[]): void {
  const key = items[index]?.key;
  if (typeof key !== 'object' || key === null) return;
  const text = notes.map((note) => ` ${oneLine(note)}`).join('\n');
  // behind the heading comes an empty line anyway
  Object.assign(key, { ...(index > 0 && { spaceBefore: true }), ...(text !== '' && { commentBefore: text }) });
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}

async function write(path: string, text: string, queries: readonly ImportedQuery[], io: Io): Promise<void> {
  try {
    // a file that people have worked on is not overwritten
    await writeFile(path, text, { flag: 'wx' });
  } catch (thrown) {
    const why = (thrown as NodeJS.ErrnoException).code === 'EEXIST' ? 'it is there already' : (thrown as Error).message;
    throw new BotError('CONFIG_INVALID', `${path} cannot be written: ${why}.`, {}, { cause: thrown });
  }
  const noted = queries.filter(({ notes }) => notes.length > 0).length;
  io.stderr.write(`${path}: ${queries.length} definitions${noted === 0 ? '' : `, ${noted} with notes to read`}.\n`);
}
