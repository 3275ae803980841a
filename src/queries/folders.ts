/** The folders that definitions come from: packs that ship with Glimpse and folders of one's own; bounded reading. */
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import { listOf } from '../config/check-shape.ts';
import { type Fault, formatPath, type Position } from '../config/fault.ts';
import { FILE_MAX_BYTES } from '../config/yaml-file.ts';
import { nearest } from '../lib/nearest.ts';

/** A folder of definitions, bound to a source where the config says so. */
export interface QueryFolder {
  /** The pack's name: that of its folder. */
  readonly pack: string;
  /** True of a pack that ships with Glimpse: its aliases step aside for words of one's own. */
  readonly isShipped?: boolean;
  /** Absolute path. */
  readonly path: string;
  /** A folder of one's own as people wrote it: `./ours`. */
  readonly writtenAs?: string;
  /** Of a pack: where a folder of one's own of that name would be. */
  readonly ownPath?: string;
  /** Name of the source for definitions that name none and are of its kind. */
  readonly source?: string;
  /** Where the config switches it on. */
  readonly declaredAt?: Position & { readonly file: string; readonly path: string };
}

/** An entry of `queries` in the config: a pack by name, or a folder by absolute path. */
export interface QueryEntry {
  readonly pack?: string;
  readonly path?: string;
  readonly writtenAs?: string;
  readonly ownPath?: string;
  readonly source?: string;
  readonly declaredAt?: NonNullable<QueryFolder['declaredAt']>;
}

/** Where the packs that ship with Glimpse are. */
const PACKS_FOLDER = resolve(import.meta.dirname, '../../queries');

/** Turns the config's `queries` into folders; whether they exist is found out when they are read. */
export function queryFolders(entries: readonly QueryEntry[], packsFolder = PACKS_FOLDER): readonly QueryFolder[] {
  return entries.map(({ pack, path, ...rest }) => {
    const folder = path ?? join(packsFolder, pack ?? '');
    return { ...rest, pack: pack ?? basename(folder), path: folder, ...(path === undefined && { isShipped: true }) };
  });
}

/** Files of one folder; more is a folder given by mistake (a home, a repository). */
const FILES_MAX = 500;
/** Folders within folders. */
const DEPTH_MAX = 6;
/** Entries looked at in one folder, whatever they are. */
const ENTRIES_MAX = 10_000;

/** A file that holds definitions. */
export interface DefinitionFile {
  /** Absolute path. */
  readonly path: string;
  /** As faults name it: relative to the current folder when it is below it. */
  readonly shownAs: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** Tells files apart that a link pointed to one after the other. */
  readonly inode: number;
}

/** Files that lie in a folder. */
interface Listed {
  readonly files: readonly DefinitionFile[];
  readonly faults: readonly Fault[];
}

/** Whether a file holds definitions, by its name: YAML, but for what is expected of them. */
export function isDefinitionFile(name: string): boolean {
  return /\.ya?ml$/i.test(name) && !isTestFile(name);
}

/** Whether a file holds what is expected of definitions, by its name. */
export function isTestFile(name: string): boolean {
  return /\.test\.ya?ml$/i.test(name);
}

/** Whether a file holds recorded data that lie beside definitions, by its name. */
export function isRecordingFile(name: string): boolean {
  return /\.recording\.json$/i.test(name);
}

/** The YAML files of a folder, sorted by path, and what hinders reading it. Follows links, passes over dot files. */
export function listDefinitionFiles(folder: QueryFolder, cwd: string | undefined): Promise<Listed> {
  return listFiles(folder, cwd, isDefinitionFile);
}

/** As {@link listDefinitionFiles}, of the files whose name is wanted. */
export async function listFiles(
  folder: QueryFolder,
  cwd: string | undefined,
  isWanted: (name: string) => boolean,
): Promise<Listed> {
  const walk: Walk = { folder, cwd, isWanted, files: [], faults: [], entries: 0 };
  try {
    await visit(walk, folder.path, 0);
  } catch (thrown) {
    walk.faults.push(await unreadable(walk, thrown));
  }
  return { files: walk.files.sort((a, b) => (a.path < b.path ? -1 : 1)), faults: walk.faults };
}

interface Walk {
  readonly folder: QueryFolder;
  readonly cwd: string | undefined;
  isWanted(name: string): boolean;
  readonly files: DefinitionFile[];
  readonly faults: Fault[];
  entries: number;
}

async function visit(walk: Walk, path: string, depth: number): Promise<void> {
  for (const name of (await readdir(path)).sort()) {
    walk.entries += 1;
    if (walk.entries > ENTRIES_MAX || walk.files.length > FILES_MAX) {
      if (walk.faults.length === 0)
        walk.faults.push(folderFault(walk, 'holds too much; give the folder of the definitions'));
      return;
    }
    if (name.startsWith('.')) continue;
    const inner = join(path, name);
    const found = await stat(inner).catch(() => undefined);
    if (found?.isDirectory() && depth < DEPTH_MAX) await visit(walk, inner, depth + 1);
    if (walk.isWanted(name) && !found?.isDirectory()) {
      const [sizeBytes, modifiedMs, inode] = [found?.size ?? 0, found?.mtimeMs ?? 0, found?.ino ?? 0];
      walk.files.push({ path: inner, shownAs: shownPath(inner, walk.cwd), sizeBytes, modifiedMs, inode });
    }
  }
}

async function unreadable(walk: Walk, thrown: unknown): Promise<Fault> {
  const code = (thrown as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return folderFault(walk, await absent(walk));
  if (code === 'ENOTDIR')
    return folderFault(walk, `${shownPath(walk.folder.path, walk.cwd)} is a file; give its folder`);
  return folderFault(walk, `${shownPath(walk.folder.path, walk.cwd)} cannot be read (${code ?? 'unknown reason'})`);
}

/** Packs are named by themselves; where they are installed is nothing that people look into. */
async function absent({ folder, cwd }: Walk): Promise<string> {
  const { pack, path, isShipped, ownPath } = folder;
  const all = await readdir(join(path, '..')).catch(() => []);
  const others = all.filter((name) => !name.startsWith('.') && !name.includes('.'));
  const near = nearest(basename(path), others, 1)[0];
  const meant = near === undefined ? '' : `; did you mean ${near}?`;
  if (!isShipped) {
    const there = others.length > 0 ? `; beside it there are ${listOf(others, 12)}` : '';
    return `there is no folder ${shownPath(path, cwd)}${meant || there}`;
  }
  const own = ownPath === undefined ? undefined : await stat(ownPath).catch(() => undefined);
  if (own?.isDirectory()) return `there is no pack \`${pack}\`; write ./${pack} for the folder of your own`;
  return `there is no pack \`${pack}\`${meant || `; there are ${listOf(others, 12)}; a folder of your own is written ./${pack}`}`;
}

/** Warns of a folder without definitions: it is hardly the one that was meant. */
export function emptyFault(folder: QueryFolder, cwd: string | undefined): Fault {
  return folderFault(
    { folder, cwd },
    'holds no definitions, so nothing of it was checked; they are files that end in .yaml',
  );
}

function folderFault({ folder, cwd }: Pick<Walk, 'folder' | 'cwd'>, message: string): Fault {
  const place = folder.declaredAt ?? { file: shownPath(folder.path, cwd), line: 0, column: 0, path: '' };
  return { ...place, message };
}

/** A path as people and editors follow it: relative to `cwd` when it lies below, else whole. */
export function shownPath(path: string, cwd: string | undefined): string {
  if (cwd === undefined) return path;
  const short = relative(cwd, path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}

/** Reads a file as text, or says in one fault why not. */
export async function readBounded(file: Pick<DefinitionFile, 'path' | 'shownAs'>): Promise<string | Fault> {
  const fault = (message: string): Fault => ({ file: file.shownAs, line: 0, column: 0, path: formatPath([]), message });
  try {
    const found = await stat(file.path);
    if (!found.isFile()) return fault(found.isDirectory() ? 'is a folder, not a file' : 'is no plain file');
    if (found.size > FILE_MAX_BYTES) return fault(`is larger than ${FILE_MAX_BYTES / 1024} KiB; split it`);
    const bytes = await readFile(file.path);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (thrown) {
    if (thrown instanceof TypeError) return fault('is not UTF-8 text');
    const { code = 'unknown reason' } = thrown as NodeJS.ErrnoException;
    if (code !== 'ENOENT') return fault(`cannot be read (${code})`);
    const link = await lstat(file.path).catch(() => undefined);
    return fault(link ? 'is a link to a file that is not there' : 'there is no such file');
  }
}
