/** Reads `glimpse.yaml`, the environment and secret files into one Config, or one error that lists every fault. */

import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ChatDefinition } from '../chat/chat.ts';
import { Secret } from '../lib/secret.ts';
import { readBounded, shownPath } from '../queries/folders.ts';
import type { SourceDefinition } from '../sources/source.ts';
import { checkReferences, listAt, valueAt } from './check-references.ts';
import { checkShape, typeOf } from './check-shape.ts';
import { type Config, makeConfig, type Overrides } from './config.ts';
import { ENVIRONMENT, type Fault, faultsError } from './fault.ts';
import { isLoopback, LISTEN_HINT, parseListenAddress } from './listen.ts';
import { openHooks } from './open-hooks.ts';
import { type Environment, type Hidden, resolveValues } from './resolve-values.ts';
import { configSchema } from './schema.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

/** Where the config is looked for and what it may hold. */
export interface ConfigInput {
  /** As given by `--config`; else `GLIMPSE_CONFIG`, else `glimpse.yaml` in `cwd`, else defaults. */
  readonly path?: string;
  readonly env: Environment;
  readonly cwd: string;
  readonly sourceKinds: readonly SourceDefinition[];
  readonly chatKinds: readonly ChatDefinition[];
}

/** Looked for in the current folder. */
const DEFAULT_FILE = 'glimpse.yaml';

/**
 * Loads the configuration. `GLIMPSE_LISTEN`, `GLIMPSE_DATA` and `DATABASE_URL` win over the file.
 *
 * @throws BotError `CONFIG_INVALID`, or `CONFIG_SECRET_UNREADABLE` when nothing else is wrong; `details.faults` has
 *   every fault
 */
export async function loadConfig(input: ConfigInput): Promise<Config> {
  const faults: Fault[] = [];
  const file = await findFile(input);
  const { isBlank, ...read } = await readYaml(file, input.cwd);
  faults.push(...read.faults);
  const isEmpty = read.value === null && read.faults.length === 0;
  const yaml = isEmpty ? { ...read, value: {} } : read;
  const folder = file === undefined ? input.cwd : dirname(file);
  const schema = configSchema(input.sourceKinds, input.chatKinds);
  const overrides = readOverrides(input, faults);
  if (!yaml.isReadable || !isMap(yaml.value)) {
    if (yaml.isReadable) faults.push(yaml.faultAt([], `is ${typeOf(yaml.value)}, but should be a map of keys`));
    throw faultsError('CONFIG_INVALID', faults, 'the configuration');
  }
  const resolved = await resolveValues(schema, yaml, input.env, folder);
  faults.push(...resolved.faults);
  const { value: checked, faults: shapeFaults } = checkShape(schema, resolved.value, yaml);
  const unresolved = new Set(resolved.faults.map(({ path }) => path.replace(/_file$/, '')));
  const own = [...shapeFaults, ...checkReferences(resolved.value, yaml)].filter(({ path }) => !unresolved.has(path));
  faults.push(...own.map((fault) => hide(fault, resolved.hidden)), ...listenFaults(resolved.value, overrides, yaml));
  if (faults.length > 0 || !checked) throw faultsError('CONFIG_INVALID', faults, 'the configuration');
  noteOrigins(checked, resolved.hidden);
  return makeConfig(checked, yaml, { isBlank, folder, overrides, ...(file !== undefined && { file }) });
}

/** Secrets from files are read again when the other side does not take them any more: somebody may have changed them. */
function noteOrigins(value: unknown, hidden: readonly Hidden[]): void {
  if (value instanceof Secret) {
    const origin = hidden.find((one) => one.readAgain && one.value === value.reveal());
    if (origin?.readAgain) value.comesFrom(origin.readAgain);
  } else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) noteOrigins(inner, hidden);
  }
}

/** Shows texts from outside as the file has them: they may be secrets, and the line to mend is in the file. */
function hide(fault: Fault, hidden: readonly Hidden[]): Fault {
  let { message } = fault;
  for (const { path, value, shown } of hidden) {
    if (path.startsWith(fault.path) && value !== '') message = message.replaceAll(value, () => shown);
  }
  return { ...fault, message };
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Absolute path of the config file; `undefined` when there is none and none was asked for. */
async function findFile({ path, env, cwd }: ConfigInput): Promise<string | undefined> {
  const asked = path ?? (env.GLIMPSE_CONFIG || undefined);
  if (asked !== undefined) return resolve(cwd, asked);
  const file = resolve(cwd, DEFAULT_FILE);
  return access(file).then(
    () => file,
    (thrown: NodeJS.ErrnoException) => (thrown.code === 'ENOENT' ? undefined : file),
  );
}

async function readYaml(file: string | undefined, cwd: string): Promise<YamlFile & { readonly isBlank: boolean }> {
  if (file === undefined) return { ...parseYaml('{}', 'defaults'), isBlank: true };
  const shownAs = shownPath(file, cwd);
  const text = await readBounded({ path: file, shownAs });
  if (typeof text !== 'string') return { ...parseYaml('', shownAs), isReadable: false, faults: [text], isBlank: false };
  return { ...parseYaml(text, shownAs), isBlank: text.trim() === '' };
}

function readOverrides({ env, cwd }: ConfigInput, faults: Fault[]): Overrides {
  const { GLIMPSE_LISTEN: listen, GLIMPSE_DATA: data, DATABASE_URL: database } = env;
  const refuse = (path: string, message: string) =>
    faults.push({ file: ENVIRONMENT, line: 0, column: 0, path, message });
  const address = listen ? parseListenAddress(listen) : undefined;
  if (listen && !address) refuse('GLIMPSE_LISTEN', LISTEN_HINT);
  if (database && !/^postgres(?:ql)?:\/\//.test(database)) {
    refuse('DATABASE_URL', 'is no PostgreSQL address; write it like postgres://user:password@host:5432/glimpse');
  }
  return {
    ...(address && { listen: address }),
    ...(data && { dataFolder: resolve(cwd, data) }),
    ...(database && { databaseUrl: new Secret(database) }),
  };
}

/** Off loopback everybody could ask: then credentials are a must, also those of hooks. */
function listenFaults(config: unknown, overrides: Overrides, yaml: YamlFile): Fault[] {
  const listen = valueAt(config, 'listen');
  const address = overrides.listen ?? (typeof listen === 'string' ? parseListenAddress(listen) : undefined);
  if (!address || isLoopback(address)) return [];
  const open = openHooks(config).map(({ path, message }) => yaml.faultAt(path, message));
  if (listAt(config, 'tokens').length > 0 || valueAt(config, 'proxy') !== undefined) return open;
  const message = `${address.host} can be reached from other machines, and there are no \`tokens\`; add tokens: [{ name: ops, token_file: … }], or listen on 127.0.0.1`;
  if (!overrides.listen) return [yaml.faultAt(['listen'], message), ...open];
  return [{ file: ENVIRONMENT, line: 0, column: 0, path: 'GLIMPSE_LISTEN', message }, ...open];
}
