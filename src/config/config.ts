/** The configuration in force: checked, with defaults, absolute paths and opened secrets. */
import { resolve } from 'node:path';
import { Secret } from '../lib/secret.ts';
import type { CarbonOptions } from '../metrics/carbon.ts';
import type { QueryEntry } from '../queries/folders.ts';
import { type DataPath, formatPath } from './fault.ts';
import type { ListenAddress } from './listen.ts';
import type { CheckedConfig } from './schema.ts';
import type { Scope } from './scopes.ts';
import type { YamlFile } from './yaml-file.ts';

/** A source of the config; `options` go to its kind's `create`. */
export interface SourceConfig {
  readonly name: string;
  readonly kind: string;
  /** For `in production`. */
  readonly env?: string;
  /** Certificates (PEM) of its own authority. */
  readonly ca?: Secret;
  /** Longest that one fetch may take. */
  readonly timeoutMs: number;
  readonly isDemo: boolean;
  /** Whether people may ask in its own language. */
  readonly allowsRaw: boolean;
  /** Output of the kind's options schema, with the keys that all sources have. */
  readonly options: unknown;
}

/** A chat of the config; `options` go to its kind's `create`. */
export interface ChatConfig {
  readonly name: string;
  readonly kind: string;
  /** Output of the kind's options schema. */
  readonly options: unknown;
}

/** A roster of the config; `options` go to its kind's `create`. */
export interface RosterConfig {
  readonly name: string;
  readonly kind: string;
  /** Longest that one question may take. */
  readonly timeoutMs: number;
  /** Output of the kind's options schema; paths are absolute. */
  readonly options: unknown;
}

/** Everything that was configured. Made only by `loadConfig`. */
export interface Config {
  /** Absolute path of the file; absent when there is none. */
  readonly file?: string;
  /** There is no such file, or nothing in it: not even `{}` or a comment. */
  readonly isBlank?: boolean;
  readonly listen: ListenAddress;
  /** With a final slash. */
  readonly publicUrl?: string;
  /** IANA zone; absent means the machine's. */
  readonly zone?: string;
  /** Absolute path of the embedded store's folder. */
  readonly dataFolder: string;
  readonly databaseUrl?: Secret;
  /** For `queryFolders`. */
  readonly queries: readonly QueryEntry[];
  /** In the order of the file, without those that the bot brings itself (machine, demo). */
  readonly sources: readonly SourceConfig[];
  readonly chats: readonly ChatConfig[];
  readonly operators?: { readonly chat: string; readonly room: string };
  readonly hooks: CheckedConfig['hooks'];
  readonly changes: CheckedConfig['changes'];
  readonly routes: CheckedConfig['routes'];
  readonly maintenance: CheckedConfig['maintenance'];
  readonly oncall: readonly RosterConfig[];
  readonly answers: { readonly keepMs: number; readonly maxBytes: number };
  readonly alertPatterns: CheckedConfig['alertPatterns'];
  readonly owners: CheckedConfig['owners'];
  readonly alerts: CheckedConfig['alerts'];
  readonly carbon?: CarbonOptions;
  readonly tokens: readonly { readonly name: string; readonly token: Secret; readonly scopes: readonly Scope[] }[];
  readonly proxy?: CheckedConfig['proxy'];
  readonly requestsPerMinute: number;
  readonly logLevel?: CheckedConfig['logLevel'];
}

/** What the environment says instead of the file. */
export interface Overrides {
  readonly listen?: ListenAddress;
  readonly dataFolder?: string;
  readonly databaseUrl?: Secret;
}

const MEGABYTE = 1024 * 1024;

/** Turns checked data into the Config in force. */
export function makeConfig(
  checked: CheckedConfig,
  yaml: YamlFile,
  {
    file,
    isBlank,
    folder,
    overrides,
  }: Pick<Config, 'file' | 'isBlank'> & { readonly folder: string; readonly overrides: Overrides },
): Config {
  const {
    publicUrl,
    zone,
    operators,
    sources,
    chats,
    queries,
    listen,
    data,
    databaseUrl,
    oncall,
    answers,
    carbon,
    ...kept
  } = checked;
  const database = overrides.databaseUrl ?? databaseUrl;
  return {
    ...(file !== undefined && { file }),
    ...(isBlank && { isBlank }),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(zone !== undefined && { zone }),
    ...(database && { databaseUrl: database }),
    ...(operators && { operators }),
    ...(carbon && { carbon: carbonOptions(carbon) }),
    ...kept,
    answers: { keepMs: answers.keep, maxBytes: answers.megabytes * MEGABYTE },
    listen: overrides.listen ?? listen,
    dataFolder: overrides.dataFolder ?? resolve(folder, data),
    queries: queries.map((entry, index) => queryEntry(entry, folder, yaml, ['queries', index])),
    sources: Object.entries(sources).map(([name, entry]) => sourceConfig(name, entry)),
    oncall: Object.entries(oncall).map(([name, entry]) => rosterConfig(name, entry, folder)),
    chats: Object.entries(chats).map(([name, { kind, ...rest }]) => ({ name, kind, options: { kind, ...rest } })),
  };
}

function carbonOptions({ interval, ...place }: NonNullable<CheckedConfig['carbon']>): CarbonOptions {
  return { ...place, intervalMs: interval };
}

function rosterConfig(
  name: string,
  { timeout, ...options }: CheckedConfig['oncall'][string],
  folder: string,
): RosterConfig {
  const file = typeof options.file === 'string' ? { file: resolve(folder, options.file) } : {};
  return { name, kind: options.kind, timeoutMs: Number(timeout), options: { ...options, ...file } };
}

function sourceConfig(name: string, entry: CheckedConfig['sources'][string]): SourceConfig {
  const { ca, env, timeout, demo, raw } = entry;
  return {
    name,
    kind: entry.kind,
    ...(ca instanceof Secret && { ca }),
    ...(typeof env === 'string' && { env }),
    timeoutMs: Number(timeout),
    isDemo: demo === true,
    allowsRaw: raw === true,
    options: entry,
  };
}

/** `./ours` and `/etc/glimpse/queries` are folders, `collectd` is a pack. */
function queryEntry(
  entry: CheckedConfig['queries'][number],
  folder: string,
  yaml: YamlFile,
  path: DataPath,
): QueryEntry {
  const declaredAt = { file: yaml.file, ...yaml.positionOf(path), path: formatPath(path) };
  if (typeof entry === 'string') {
    const isPath = /[/\\]/.test(entry) || entry.startsWith('.');
    return { ...(isPath ? ownFolder(entry, folder) : packNamed(entry, folder)), declaredAt };
  }
  const source = entry.source === undefined ? {} : { source: entry.source };
  if ('pack' in entry) return { ...packNamed(entry.pack, folder), ...source, declaredAt };
  return { ...ownFolder(entry.path, folder), ...source, declaredAt };
}

function ownFolder(path: string, folder: string): QueryEntry {
  return { path: resolve(folder, path), writtenAs: path };
}

function packNamed(pack: string, folder: string): QueryEntry {
  return { pack, ownPath: resolve(folder, pack) };
}
