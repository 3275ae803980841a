/** A definition where it stands: what the checks of one definition are given. */
import type { DataPath, Fault } from '../config/fault.ts';
import type { YamlFile } from '../config/yaml-file.ts';
import type { SourceDefinition } from '../sources/source.ts';
import type { QueryFolder } from './folders.ts';
import type { Definition } from './schema.ts';

/** A source of the config, as far as definitions need to know it. */
export interface CatalogSource {
  readonly name: string;
  readonly kind: string;
  /** For `in production`. */
  readonly env?: string;
  /** True when its data are made up. */
  readonly isDemo?: boolean;
}

/** One definition of a file. */
export interface Site {
  /** The word people say. */
  readonly id: string;
  readonly folder: QueryFolder;
  readonly definition: Definition;
  /** The same as the file has it. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Its one source block; `undefined` when it has none or several, which is a fault of its own. */
  readonly kind: string | undefined;
  /** `file:line`. */
  readonly origin: string;
  /** A fault at a path below the definition. */
  faultAt(path: DataPath, message: string, part?: 'key' | 'value', offset?: number): Fault;
}

/** Places a definition that fits its schema. */
export function makeSite(
  id: string,
  definition: Definition,
  raw: unknown,
  yaml: YamlFile,
  folder: QueryFolder,
  kinds: readonly SourceDefinition[],
): Site {
  const own = raw as Readonly<Record<string, unknown>>;
  const blocks = kinds.map(({ kind }) => kind).filter((kind) => own[kind] !== undefined && own[kind] !== null);
  return {
    id,
    folder,
    definition,
    raw: own,
    kind: blocks.length === 1 ? blocks[0] : undefined,
    origin: `${yaml.file}:${yaml.positionOf([id], 'key').line}`,
    faultAt: (path, message, part, offset) => yaml.faultAt([id, ...path], message, part, offset),
  };
}
