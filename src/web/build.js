// Builds the console into dist/web: the browser's part and the one that draws a page's first sight on the server.
// Plain JavaScript, so that `npm ci` runs it under any Node that npm runs under. Without Vite (`npm ci --omit=dev`)
// there is nothing to build with and nothing to do: an image brings what its first stage has built.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const root = resolve(import.meta.dirname ?? fileURLToPath(new URL('.', import.meta.url)), '../..');
const source = join(root, 'src/web');
const target = join(root, 'dist/web');

/** What every browser of the last two years does. */
const BROWSERS = ['chrome123', 'edge123', 'firefox121', 'safari17.5'];

const newerNode = join(root, 'node_modules/node/bin/node');
if (!hasVite()) process.exit(0);
if (Number(process.versions.node.split('.')[0]) < 24 && existsSync(newerNode)) {
  const { status } = spawnSync(newerNode, [fileURLToPath(import.meta.url)], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
await buildAll();

function hasVite() {
  try {
    createRequire(import.meta.url).resolve('vite');
    return true;
  } catch {
    return false;
  }
}

/** Both parts are made beside what is there and take its place at the end: a failure leaves what works. */
async function buildAll() {
  const { build } = await import('vite');
  const made = `${target}.${process.pid}`;
  const common = { root: source, configFile: false, publicDir: false, logLevel: 'warn' };
  try {
    await build({
      ...common,
      build: {
        outDir: join(made, 'client'),
        emptyOutDir: false,
        target: BROWSERS,
        manifest: true,
        assetsInlineLimit: 0,
        modulePreload: false,
        reportCompressedSize: false,
        rollupOptions: { input: join(source, 'main.tsx') },
      },
    });
    await build({
      ...common,
      ssr: { noExternal: true },
      build: {
        outDir: join(made, 'server'),
        emptyOutDir: false,
        ssr: join(source, 'server.tsx'),
        target: 'node24',
        reportCompressedSize: false,
      },
    });
    compress(join(made, 'client/assets'));
    writeFileSync(join(made, 'built'), '');
    rmSync(target, { recursive: true, force: true });
    renameSync(made, target);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** What is text is sent compressed; it is done once, here. */
function compress(folder) {
  for (const name of readdirSync(folder)) {
    if (!/\.(?:js|css|svg)$/.test(name)) continue;
    const path = join(folder, name);
    writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
  }
}
