/**
 * Follows a Dockerfile without Docker: each stage is this machine's root under an overlay of its own, in a mount
 * namespace; the Node of the tests stands in for the base image's. Needs root on Linux.
 */
import { type Instruction, type Stage, settingsOf } from './dockerfile.ts';

/** Where things are. */
export interface BuildPlaces {
  /** The folder that `docker build` is given. */
  readonly context: string;
  /** Paths below it that `.dockerignore` lets through. */
  readonly allowed: readonly string[];
  /** The Node binary of the image. */
  readonly node: string;
  /** An empty folder, for the overlays. */
  readonly work: string;
  /** What is mounted as the volume; must belong to the image's user. */
  readonly volume: string;
  /** Environment of the container beside the image's, as `docker run --env` gives it. */
  readonly given: Readonly<Record<string, string>>;
}

/**
 * A bash script that builds every stage, then runs `inside` in the last one as a container would: as the image's user,
 * without capabilities, the root read-only, `/tmp` and the volume writable. To be run under `unshare --mount`.
 *
 * @param inside - a shell command, with the image's environment and `ENTRYPOINT` as its arguments
 */
export function buildScript(stages: readonly Stage[], places: BuildPlaces, inside: string): string {
  const { context, allowed, work, volume, given } = places;
  const { environment, user, folder, entrypoint, volumes } = settingsOf(stages);
  const [uid = '', gid = uid] = user.split(':');
  const lines = [
    'set -euo pipefail',
    COPY_FUNCTION,
    `W=${quote(work)}`,
    'mount -t tmpfs none "$W"',
    'mkdir -p "$W/context"',
    ...allowed.map((path) => `cp -a ${quote(`${context}/${path}`)} "$W/context/"`),
    ...stages.flatMap((stage) => stageLines(stage, stages, places)),
    // the container
    `R="$W/${stages.at(-1)?.name}/root"`,
    'mount --bind "$R" "$R" && mount -o remount,bind,ro "$R"',
    'mount -t tmpfs -o mode=1777 none "$R/tmp"',
    ...volumes.map((path) => `mount --bind ${quote(volume)} "$R${path}"`),
    'mount --rbind /dev "$R/dev" && mount -t proc none "$R/proc"',
    `exec env -i ${environmentWords({ PATH, HOME: '/tmp', ...environment, ...given })} \\`,
    `  chroot "$R" setpriv --reuid=${uid} --regid=${gid} --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \\`,
    `  sh -c ${quote(`cd ${quote(folder)} && ${inside}`)} container ${entrypoint.map(quote).join(' ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** This clone has been through it; doing it again takes as long as all the rest. */
const DEVELOPMENT_INSTALL = 'npm ci --ignore-scripts';

function stageLines(
  { image, name, instructions }: Stage,
  stages: readonly Stage[],
  { node, context }: BuildPlaces,
): readonly string[] {
  const base = stages.find((other) => other.name === image);
  const lower = base ? `"$W/${base.name}/upper:/"` : '/';
  const S = `"$W/${name}"`;
  const begin = [
    `mkdir -p ${S}/upper ${S}/work ${S}/root`,
    `mount -t overlay overlay -o lowerdir=${lower},upperdir=${S}/upper,workdir=${S}/work ${S}/root`,
    `R=${S}/root`,
    ...(base ? [] : [`install -D -m 0755 ${quote(node)} "$R/usr/local/bin/node"`]),
  ];
  let folder = folderOf(base);
  return begin.concat(
    instructions.flatMap((instruction) => {
      const { word, rest } = instruction;
      if (word === 'WORKDIR') {
        folder = rest;
        return [`mkdir -p "$R${rest}"`];
      }
      if (word === 'COPY') return copyLines(instruction, folder);
      if (word === 'RUN') {
        const env = environmentWords({ PATH, HOME: '/root' });
        if (rest === DEVELOPMENT_INSTALL) {
          const modules = `"$R${folder}/node_modules"`;
          return [`mkdir -p ${modules} && mount --bind ${quote(`${context}/node_modules`)} ${modules}`];
        }
        // the network's settings are the machine's
        return [
          `echo ${quote(`RUN ${rest}`)} >&2`,
          `env ${env} chroot "$R" sh -ec ${quote(`cd ${folder} && ${rest}`)} >&2`,
        ];
      }
      return [];
    }),
  );
}

function folderOf(stage: Stage | undefined): string {
  return stage?.instructions.filter(({ word }) => word === 'WORKDIR').at(-1)?.rest ?? '/';
}

/** A folder's content is copied, not the folder: as `COPY` does. */
function copyLines({ rest }: Instruction, folder: string): readonly string[] {
  const words = rest.split(/\s+/);
  const from = words.find((word) => word.startsWith('--from='))?.slice('--from='.length);
  const [target = '', ...sources] = words.filter((word) => !word.startsWith('--')).reverse();
  const origin = from === undefined ? '$W/context' : `$W/${from}/root`;
  const to = `$R${target.startsWith('/') ? '' : `${folder}/`}${target.replace(/^\.\/?/, '')}`;
  return sources.map((source) => {
    const path = `${origin}/${source.replace(/^[./]+/, '')}`;
    const isInto = target.endsWith('/') || target === '.';
    return `copy "${path}" "${to}" ${isInto ? 'into' : 'as'}`;
  });
}

/** `cp` with the rules of `COPY`. */
const COPY_FUNCTION = `
copy() {
  if [ -d "$1" ]; then mkdir -p "$2" && cp -a "$1/." "$2/"
  elif [ "$3" = into ]; then mkdir -p "$2" && cp -a "$1" "$2"
  else mkdir -p "$(dirname "$2")" && cp -a "$1" "$2"; fi
}
`;

function environmentWords(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([key, value]) => quote(`${key}=${value}`))
    .join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
