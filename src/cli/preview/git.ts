/** Definitions as they were at a commit. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { FILE_MAX_BYTES } from '../../config/yaml-file.ts';
import { isDefinitionFile, type QueryFolder } from '../../queries/folders.ts';
import { UsageError } from '../command.ts';

const run = promisify(execFile);

/** Reading a file of a commit takes milliseconds; a repository on a sleeping disk takes longer. */
const GIT_TIMEOUT_MS = 20_000;
/** Files of all folders at the commit; the folders themselves have a bound of their own. */
const FILES_MAX = 1_000;

/** Folders as they were, in a place of their own. */
export interface Earlier {
  /** The commit, short. */
  readonly commit: string;
  readonly folders: readonly QueryFolder[];
  /** The path that people know a file by, for one of this place. */
  nameOf(file: string): string;
  close(): Promise<void>;
}

/**
 * Takes the folders out of the commit where the present branch left `ref`; those outside the repository are as they are.
 *
 * @throws UsageError where there is no such commit or no repository
 */
export async function foldersAt(ref: string, folders: readonly QueryFolder[], cwd: string): Promise<Earlier> {
  const root = await repositoryOf([...folders.filter(({ isShipped }) => !isShipped).map(({ path }) => path), cwd]);
  const commit = await commitOf(ref, root);
  const place = await mkdtemp(join(tmpdir(), 'glimpse-before-'));
  try {
    const moved: QueryFolder[] = [];
    for (const [index, folder] of folders.entries()) {
      const path = await realpath(folder.path).catch(() => folder.path);
      const below = relative(root, path);
      const isOutside = below.startsWith('..') || below === path;
      moved.push(isOutside ? folder : { ...folder, path: join(place, String(index), basename(path)) });
      if (!isOutside) await takeOut(root, commit, below, join(place, String(index), basename(path)));
    }
    return {
      commit: commit.slice(0, 10),
      folders: moved,
      nameOf: (file) => (file.startsWith(place) ? file.slice(place.length).replace(/^\/\d+\//, '') : file),
      close: () => rm(place, { recursive: true, force: true }),
    };
  } catch (error) {
    await rm(place, { recursive: true, force: true });
    throw error;
  }
}

/** The first repository that any of some folders lies in: that of the definitions comes before that of the shell. */
async function repositoryOf(folders: readonly string[]): Promise<string> {
  let failure: unknown;
  for (const folder of folders) {
    try {
      return await git(folder, ['rev-parse', '--show-toplevel']);
    } catch (thrown) {
      failure = thrown;
    }
  }
  throw new UsageError(
    `--changed compares with a commit, and git finds no repository here: ${firstLine(failure as Error)}`,
  );
}

/** Changes that others made on `ref` meanwhile are not ours. */
async function commitOf(ref: string, cwd: string): Promise<string> {
  const commit = await git(cwd, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]).catch(
    () => {
      throw new UsageError(`--changed: there is no commit ${ref} here; in CI fetch it first (fetch-depth: 0)`);
    },
  );
  return git(cwd, ['merge-base', commit, 'HEAD']).catch(() => commit);
}

async function takeOut(root: string, commit: string, below: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  const listed = await git(root, ['ls-tree', '-r', '-z', '--name-only', commit, '--', below === '' ? '.' : below]);
  const paths = listed.split('\0').filter((path) => isDefinitionFile(basename(path)));
  for (const path of paths.slice(0, FILES_MAX)) {
    const text = await git(root, ['show', `${commit}:${path}`], false);
    const file = join(target, relative(below, path));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function git(cwd: string, args: readonly string[], isTrimmed = true): Promise<string> {
  const { stdout } = await run('git', [...args], { cwd, timeout: GIT_TIMEOUT_MS, maxBuffer: 8 * FILE_MAX_BYTES });
  return isTrimmed ? stdout.trim() : stdout;
}

function firstLine({ message }: Error): string {
  return message.split('\n').find((line) => line.startsWith('fatal:')) ?? message.split('\n')[0] ?? '';
}
