/** The built console: its files for browsers, and the part that draws a page's first sight. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Log } from '../../lib/log.ts';
import type { ConsoleServer } from '../../web/contract.ts';

/** Where the build puts it. */
export const CONSOLE_FOLDER = resolve(import.meta.dirname, '../../../dist/web');

/** What a page needs of the build. */
export interface BuiltConsole {
  /** Holds the files of `/assets/`. */
  readonly assetsFolder: string;
  /** Paths of this server. */
  readonly script: string;
  readonly styles: readonly string[];
  readonly icon: string;
  /** The faces that every page shows at once. */
  readonly fonts: readonly string[];
  readonly render: ConsoleServer['render'];
  readonly viewAt: ConsoleServer['viewAt'];
}

const Manifest = z.record(z.string(), z.object({ file: z.string(), css: z.array(z.string()).optional() }));

/** Of all faces, the plain and the strong one of Latin. */
const EARLY_FONT = /ibm-plex-sans-latin-(?:400|600)-normal/;

/** Said where it is missing. */
export const NOT_BUILT = 'The web console is not built here: "npm ci" builds it, or "npm run build:web".\n';

/** Opens what was built; without it the bot answers everywhere else. */
export async function openConsole(log: Log, folder = CONSOLE_FOLDER): Promise<BuiltConsole | undefined> {
  let files: z.infer<typeof Manifest>;
  let server: ConsoleServer;
  try {
    files = Manifest.parse(JSON.parse(readFileSync(join(folder, 'client/.vite/manifest.json'), 'utf8')));
    server = (await import(pathToFileURL(join(folder, 'server/server.js')).href)) as ConsoleServer;
  } catch (err) {
    log.warn({ err }, NOT_BUILT.trimEnd());
    return undefined;
  }
  const pathOf = (name: string) => `/${files[name]?.file ?? ''}`;
  return {
    assetsFolder: join(folder, 'client/assets'),
    script: pathOf('main.tsx'),
    styles: (files['main.tsx']?.css ?? []).map((file) => `/${file}`),
    icon: pathOf('icon.svg'),
    fonts: Object.keys(files)
      .filter((name) => EARLY_FONT.test(name))
      .map(pathOf),
    render: server.render,
    viewAt: server.viewAt,
  };
}
