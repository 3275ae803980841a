/** Loads definitions from folders: all of them, or one error that lists every fault with file, line and column. */
import { checkShape, shapeOf, typeOf } from '../config/check-shape.ts';
import { type Fault, faultsError, sortFaults } from '../config/fault.ts';
import { parseYaml, type YamlFile } from '../config/yaml-file.ts';
import type { Catalog } from '../domain/catalog.ts';
import { BotError } from '../domain/errors.ts';
import type { Output, SavedQuery } from '../domain/saved-query.ts';
import type { SourceDefinition } from '../sources/source.ts';
import { checkBareNames } from './check-bare.ts';
import { checkDefinition } from './check-definition.ts';
import { checkSet, type Placed, yieldAliases } from './check-set.ts';
import { checkUnit } from './check-unit.ts';
import { type DefinitionFile, emptyFault, listDefinitionFiles, type QueryFolder, readBounded } from './folders.ts';
import { bindSources, makeQuery, unknownSource } from './make-query.ts';
import { definitionSchema, queryName } from './schema.ts';
import { type CatalogSource, makeSite, type Site } from './site.ts';
import { restOf } from './sound-rest.ts';
import { checkTemplates } from './templates.ts';

/** What definitions may refer to beside the sources. */
export interface QueryEnvironment {
  /** This machine's name as the sampler writes it; `${hostname}` in a parameter's default. */
  readonly hostname: string;
  /** Faults name files relative to it; left out, by their whole path. */
  readonly cwd?: string;
}

/** Everything that was read, the faults included. */
export interface LoadedQueries {
  /** Those without a fault of their own. */
  readonly queries: readonly SavedQuery[];
  readonly files: readonly DefinitionFile[];
  /** Sorted by file and line, each once. */
  readonly faults: readonly Fault[];
  /** What is allowed and hardly meant, likewise. */
  readonly warnings: readonly Fault[];
}

/** Said of `.base: &base`: other tools keep shared parts under names that they pass over. */
const ANCHOR_WORDS =
  'is no name of a query; an anchor stands where its value is first used, `cpu: &base { … }`, then `<<: *base`';

/** Definitions of one installation; more is a mistake, and every question looks through them. */
const QUERIES_MAX = 2_000;

/**
 * Loads every definition of the folders.
 *
 * @throws BotError `CONFIG_QUERY_INVALID`; `details.faults` has every fault
 */
export async function loadCatalog(
  folders: readonly QueryFolder[],
  sources: readonly CatalogSource[],
  sourceKinds: readonly SourceDefinition[],
  env: QueryEnvironment,
): Promise<Catalog> {
  const { queries, faults } = await loadQueries(folders, sources, sourceKinds, env);
  if (faults.length > 0) throw faultsError('CONFIG_QUERY_INVALID', faults, 'the saved queries');
  return createCatalog(queries);
}

/** Indexes saved queries by id and alias. */
export function createCatalog(queries: readonly SavedQuery[]): Catalog {
  const byWord = new Map<string, SavedQuery[]>();
  const names = new Set<string>();
  for (const query of queries) {
    for (const name of [query.id, ...query.aliases]) {
      names.add(name);
      const word = name.toLowerCase();
      const variants = byWord.get(word) ?? [];
      if (!variants.includes(query)) variants.push(query);
      byWord.set(word, variants);
    }
  }
  return {
    queries: [...queries],
    names: [...names].sort(),
    named: (word) => byWord.get(word.toLowerCase()) ?? [],
  };
}

/** A catalog in which a definition's names mean it alone; the others are there to be drawn with it. */
export function catalogAround(query: SavedQuery, all: readonly SavedQuery[]): Catalog {
  const names = [query.id, ...query.aliases].map((name) => name.toLowerCase());
  const clashes = ({ id, aliases }: SavedQuery) => [id, ...aliases].some((name) => names.includes(name.toLowerCase()));
  return createCatalog([query, ...all.filter((one) => !clashes(one))]);
}

/** A catalog in which the names of one pack mean its own definitions. */
export function catalogOfPack(pack: string, all: readonly SavedQuery[]): Catalog {
  const own = all.filter((query) => query.pack === pack);
  const names = new Set(own.flatMap(({ id, aliases }) => [id, ...aliases]).map((name) => name.toLowerCase()));
  const clashes = ({ id, aliases }: SavedQuery) => [id, ...aliases].some((name) => names.has(name.toLowerCase()));
  return createCatalog([...own, ...all.filter((query) => query.pack !== pack && !clashes(query))]);
}

/** As {@link loadCatalog}, but faults are returned beside what could be read. */
export async function loadQueries(
  folders: readonly QueryFolder[],
  sources: readonly CatalogSource[],
  sourceKinds: readonly SourceDefinition[],
  env: QueryEnvironment,
): Promise<LoadedQueries> {
  const load: Load = {
    sources,
    env,
    kinds: sourceKinds,
    schema: definitionSchema(sourceKinds),
    files: [],
    faults: [],
    warnings: [],
    placed: [],
    partly: [],
    broken: new Set(),
  };
  for (const folder of folders) await readFolder(load, folder);
  return finish(load);
}

/** What one loading has to work with, and what it has gathered. */
interface Load {
  readonly sources: readonly CatalogSource[];
  readonly kinds: readonly SourceDefinition[];
  readonly env: QueryEnvironment;
  readonly schema: ReturnType<typeof definitionSchema>;
  readonly files: DefinitionFile[];
  readonly faults: Fault[];
  readonly warnings: Fault[];
  readonly placed: Placed[];
  /** What is left of those with faults of their own. */
  readonly partly: Placed[];
  /** Names, in lower case, of definitions that have faults of their own; nothing is said about what refers to them. */
  readonly broken: Set<string>;
}

async function readFolder(load: Load, folder: QueryFolder): Promise<void> {
  if (folder.source !== undefined && !load.sources.some(({ name }) => name === folder.source)) {
    const place = folder.declaredAt ?? { file: folder.path, line: 0, column: 0, path: '' };
    const message = `the pack ${folder.pack} is bound to a source that is missing: ${unknownSource(folder.source, load.sources)}`;
    load.faults.push({ ...place, message });
    return;
  }
  const { files, faults } = await listDefinitionFiles(folder, load.env.cwd);
  load.faults.push(...faults);
  if (files.length === 0 && faults.length === 0) load.warnings.push(emptyFault(folder, load.env.cwd));
  for (const file of files) {
    load.files.push(file);
    const text = await readBounded(file);
    if (typeof text === 'string') readDefinitions(load, parseYaml(text, file.shownAs), folder);
    else load.faults.push(text);
  }
}

function readDefinitions(load: Load, yaml: YamlFile, folder: QueryFolder): void {
  load.faults.push(...yaml.faults);
  if (!yaml.isReadable || yaml.value === null || yaml.value === undefined) return;
  if (typeof yaml.value !== 'object' || Array.isArray(yaml.value)) {
    load.faults.push(yaml.faultAt([], `is ${typeOf(yaml.value)}, but should be a map of names to definitions`));
    return;
  }
  for (const [id, raw] of Object.entries(yaml.value)) {
    const name = queryName.safeParse(id);
    const why = id.startsWith('.') ? ANCHOR_WORDS : name.error?.issues[0]?.message;
    if (!name.success) load.faults.push(yaml.faultAt([id], why ?? 'is no name', 'key'));
    const { value: definition, faults } = checkShape(load.schema, raw, yaml, [id]);
    load.faults.push(...faults);
    if (definition) bind(load, makeSite(id, definition, raw, yaml, folder, load.kinds));
    else checkRest(load, id, raw, faults, yaml, folder);
  }
}

/** Checks what is left of a definition without its faulty keys, so that its other faults need no second run. */
function checkRest(
  load: Load,
  id: string,
  raw: unknown,
  faults: readonly Fault[],
  yaml: YamlFile,
  folder: QueryFolder,
): void {
  load.broken.add(id.toLowerCase());
  const kinds = load.kinds.map(({ kind }) => kind);
  const rest = restOf(id, raw, faults, Object.keys(shapeOf(load.schema)), kinds);
  if (!rest) return;
  for (const value of rest.values) {
    const { value: definition } = checkShape(load.schema, value, yaml, [id]);
    if (!definition) continue;
    for (const alias of definition.aliases) load.broken.add(alias.toLowerCase());
    const site = makeSite(id, definition, raw, yaml, folder, load.kinds);
    const inner: Load = { ...load, faults: [] };
    for (const source of checkSite(inner, site).slice(0, 1)) {
      load.partly.push({ site, query: makeQuery(site, source, load.env.hostname) });
    }
    load.faults.push(...inner.faults.filter(rest.isSound));
    return;
  }
}

/** Checks one definition and binds it to its sources. */
function bind(load: Load, site: Site): void {
  const sources = checkSite(load, site);
  if (sources.length === 0) load.broken.add(site.id.toLowerCase());
  const output = outputOf(load, site);
  for (const source of sources) {
    load.placed.push({ site, query: makeQuery(site, source, load.env.hostname, output) });
  }
}

function outputOf({ kinds }: Load, { kind, definition }: Site): Output | undefined {
  const block = kind === undefined ? undefined : (definition as Readonly<Record<string, unknown>>)[kind];
  return kinds.find((one) => one.kind === kind)?.outputOf?.(block);
}

/** Checks one definition; gives the sources it is bound to. */
function checkSite(load: Load, site: Site): readonly CatalogSource[] {
  load.faults.push(...checkDefinition(site));
  load.warnings.push(...checkUnit(site), ...checkBareNames(site));
  const kind = load.kinds.find((one) => one.kind === site.kind);
  load.faults.push(...checkTemplates(site, kind ? namesIn(kind, site) : []));
  if (!kind) {
    load.faults.push(blockFault(site, load.kinds));
    return [];
  }
  load.faults.push(...valuesFaults(kind, site));
  const { sources, faults } = bindSources(site, load.sources);
  load.faults.push(...faults);
  return sources;
}

/** Patterns that the source cannot list values by. */
function valuesFaults(kind: SourceDefinition, { definition, faultAt }: Site): Fault[] {
  return Object.entries(definition.parameters).flatMap(([name, { values }]) => {
    if (typeof values !== 'string') return [];
    try {
      kind.checkValues?.(values);
      return [];
    } catch (thrown) {
      if (!(thrown instanceof BotError)) throw thrown;
      const message = thrown.message.replace(/^(["`]).*?\1 /, '').replace(/\.$/, '');
      return [faultAt(['parameters', name, 'values'], message)];
    }
  });
}

/** The names a source finds in its block; `undefined` of a broken block, in which any name may have been meant. */
function namesIn(kind: SourceDefinition, { definition }: Site): readonly string[] | undefined {
  const block = (definition as Readonly<Record<string, unknown>>)[kind.kind];
  try {
    if (block !== undefined) return kind.placeholders(block);
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
  }
  return undefined;
}

function blockFault(site: Site, sourceKinds: readonly SourceDefinition[]): Fault {
  const kinds = sourceKinds.map(({ kind }) => kind);
  const there = kinds.filter((kind) => site.raw[kind] !== undefined);
  if (there.length > 1) {
    return site.faultAt([there[1] ?? ''], `is a second source (${there.join(', ')}); a definition asks one`, 'key');
  }
  return site.faultAt([], `asks no source; add a block: ${kinds.join(', ')}`, 'key');
}

function finish({ placed, partly, faults, warnings, files, sources, broken }: Load): LoadedQueries {
  const settled = yieldAliases(placed);
  const queries = settled.slice(0, QUERIES_MAX).map(({ query }) => query);
  const extra = placed[QUERIES_MAX]?.site;
  const tooMany = `is one too many: there are ${placed.length} definitions, at most ${QUERIES_MAX} are taken`;
  return {
    queries,
    files,
    warnings: sortFaults(warnings),
    faults: sortFaults([
      ...faults,
      ...checkSet(settled, partly, sources, broken),
      ...(extra ? [extra.faultAt([], tooMany, 'key')] : []),
    ]),
  };
}
