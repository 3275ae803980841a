/** The image, built and run without Docker: its Dockerfile is followed on this machine's root, then the bot in it is asked. */
import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildScript } from '../image/build-script.ts';
import { allowedPaths } from '../image/docker-ignore.ts';
import { parseDockerfile, settingsOf } from '../image/dockerfile.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NODE = resolve(ROOT, 'node_modules/node/bin/node');
const TOKEN = 'a-token-of-the-test-of-the-image';
const BUILD_MS = 240_000;
/** Below those that the system gives out by itself: the build takes long enough for one of them to be taken meanwhile. */
const PORT = 19_470;

const stages = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const settings = settingsOf(stages);

/** What is done in the container, `$@` being its entry point. What is told apart is told apart by these words. */
const INSIDE = `
"$@" >/tmp/bot.log 2>&1 & bot=$!
tries=0
until ${settings.healthcheck.join(' ')} 2>/tmp/why; do
  tries=$((tries + 1))
  if [ $tries -ge 300 ] || ! kill -0 $bot; then cat /tmp/why /tmp/bot.log; exit 1; fi
  sleep 0.2
done
echo "user: $(id -u):$(id -g)"
echo "capabilities: $(sed -n 's/^CapEff:\\s*//p' /proc/self/status)"
touch /app/x 2>&1 | grep -q "Read-only file system" && echo "root: read-only" || echo "root: writable"
node /app/bin/glimpse.js ask "cpu web01 last 1h" --out /tmp/chart.png
node -e 'const b = require("fs").readFileSync("/tmp/chart.png"); console.log("picture:", b.length > 10000 && b.subarray(1, 4).toString(), b.readUInt32BE(16))'
node -e 'fetch("http://127.0.0.1:" + process.env.GLIMPSE_LISTEN.split(":")[1] + "/", { headers: { authorization: "Bearer " + process.env.GLIMPSE_TOKEN, accept: "text/html" } }).then(async (page) => console.log("console:", page.status, /<script[^>]* src=/.test(await page.text())))'
for name in vitest typescript node; do [ -e /app/node_modules/$name ] && echo "development: $name"; done
echo "compiled: $(find /app/node_modules -name build -path '*/Release' | head -1)"
ls /data | sed 's/^/data: /'
kill -TERM $bot
wait $bot && echo "stopped: 0" || echo "stopped: $?"
${settings.healthcheck.join(' ')} && echo "health: passed" || echo "health: failed"
`;

/** Why this cannot be done here; nothing when it can. */
function obstacle(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'mounts need root on Linux';
  return undefined;
}

const reason = obstacle();
if (reason !== undefined) process.stderr.write(`skipped: the image cannot be built here: ${reason}\n`);

let said = '';
const work = mkdtempSync(join(tmpdir(), 'glimpse-image-'));
const volume = mkdtempSync(join(tmpdir(), 'glimpse-volume-'));

beforeAll(async () => {
  if (reason !== undefined) return;
  const [uid, gid] = settings.user.split(':').map(Number) as [number, number];
  chownSync(volume, uid, gid);
  const allowed = allowedPaths(readFileSync(join(ROOT, '.dockerignore'), 'utf8'));
  const given = { GLIMPSE_TOKEN: TOKEN, GLIMPSE_LISTEN: `0.0.0.0:${PORT}` };
  said = await runInNamespace(buildScript(stages, { context: ROOT, allowed, node: NODE, work, volume, given }, INSIDE));
}, BUILD_MS);

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
  rmSync(volume, { recursive: true, force: true });
});

/** What the script says on stdout. @throws Error with what it said on stderr when it fails */
function runInNamespace(script: string): Promise<string> {
  return new Promise((done, fail) => {
    const child = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', 'bash', '-s']);
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk;
    });
    child.once('error', fail);
    child.once('close', (code) => (code === 0 ? done(out) : fail(new Error(`${out}\n${err}`))));
    child.stdin.end(script);
  });
}

it.skipIf(reason !== undefined)('answers with a picture, as a user without rights, on a read-only root', () => {
  expect(said).toContain(`user: ${settings.user}\n`);
  expect(said).toContain('capabilities: 0000000000000000\n');
  expect(said).toContain('root: read-only\n');
  expect(said).toMatch(/CPU of web01/);
  expect(said).toContain('picture: PNG 1800\n');
  expect(said).toContain('console: 200 true\n');
});

it.skipIf(reason !== undefined)('has no development tools and nothing compiled', () => {
  expect(said).not.toContain('development:');
  expect(said).toContain('compiled: \n');
});

it.skipIf(reason !== undefined)(
  'keeps its data in the volume, stops when asked to, and then fails its health check',
  () => {
    expect(said).toMatch(/^data: \w+/m);
    expect(said).toContain('stopped: 0\n');
    expect(said).toContain('health: failed\n');
  },
);
