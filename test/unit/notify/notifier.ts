/** Runs `notify/glimpse-notify` as monitoring hosts do, under the shells that they have, against a bot that can be told how to answer. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { decodeDelivery } from '../../../src/alerts/decode-delivery.ts';
import { alertFormats } from '../../../src/alerts/index.ts';
import { changeFormats } from '../../../src/changes/index.ts';
import type { Told } from '../../../src/domain/alert.ts';

/** The program. */
export const NOTIFY = resolve(import.meta.dirname, '../../../notify/glimpse-notify');

/** A shell with the tools that go with it. */
export interface Shell {
  readonly name: string;
  /** Words before the program. */
  readonly words: readonly string[];
  readonly path: string;
}

const TOOLS =
  'awk cat curl date du find flock grep head ln mkdir mktemp mv od rm sed sleep tail touch tr uname wc'.split(' ');

/** What the program may use and nothing else; `without` is missing. */
function toolFolder(busybox: string | undefined, without: readonly string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'glimpse-tools-'));
  for (const tool of TOOLS.filter((name) => !without.includes(name))) {
    const isOurs = busybox !== undefined && tool !== 'curl' && hasApplet(busybox, tool);
    const target = isOurs ? busybox : which(tool);
    if (target !== undefined) symlinkSync(target, join(folder, tool));
  }
  return folder;
}

function hasApplet(busybox: string, tool: string): boolean {
  return execFileSync(busybox, ['--list'], { encoding: 'utf8' }).split('\n').includes(tool);
}

/** Where a program is, if it is. */
export function which(program: string): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** The shells of this machine; those that are missing are named, so that a test can say that it skips them. */
export function findShells(): {
  readonly shells: readonly Shell[];
  readonly missing: readonly string[];
  remove(): void;
} {
  const [dash, busybox] = [which('dash'), which('busybox')];
  const shells: readonly (Shell | string)[] = [
    dash === undefined ? 'dash' : { name: 'dash', words: [dash], path: toolFolder(undefined) },
    dash === undefined ? 'dash' : { name: 'dash without flock', words: [dash], path: toolFolder(undefined, ['flock']) },
    busybox === undefined ? 'busybox' : { name: 'busybox', words: [busybox, 'ash'], path: toolFolder(busybox) },
  ];
  const found = shells.filter((one) => typeof one !== 'string');
  return {
    shells: found,
    missing: shells.filter((one) => typeof one === 'string'),
    remove: () => {
      for (const { path } of found) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** How a run ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A host: a shell, a spool of its own, an address. */
export interface Host {
  /** Its home, which is removed with it. */
  readonly folder: string;
  readonly spool: string;
  run(words: readonly string[], options?: RunOptions): Promise<Run>;
  /** The same, still running. */
  start(words: readonly string[], options?: RunOptions): { readonly child: ChildProcess; readonly done: Promise<Run> };
  /** Names in a folder of the spool. */
  files(folder: 'queue' | 'rejected' | 'tmp'): readonly string[];
  read(folder: 'queue' | 'rejected', name: string): string;
  remove(): void;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Another search path for programs. */
  readonly path?: string;
}

/** Makes a host. */
export function makeHost(shell: Shell, url: string): Host {
  const folder = mkdtempSync(join(tmpdir(), 'glimpse-host-'));
  const spool = join(folder, 'spool');
  const start: Host['start'] = (words, { env = {}, stdin = '', path = shell.path } = {}) => {
    const [program = '', ...before] = shell.words;
    const child = spawn(program, [...before, NOTIFY, ...words], {
      env: { PATH: path, HOME: folder, GLIMPSE_URL: url, GLIMPSE_SPOOL: spool, GLIMPSE_NOTIFY_CONFIG: config, ...env },
    });
    child.stdin.on('error', () => undefined); // it may be gone before it has read all
    child.stdin.end(stdin);
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (part: Buffer) => stdout.push(part));
    child.stderr.on('data', (part: Buffer) => stderr.push(part));
    const text = (parts: Buffer[]) => Buffer.concat(parts).toString();
    const done = new Promise<Run>((resolveRun) => {
      const end = (code: number | null) => resolveRun({ code, stdout: text(stdout), stderr: text(stderr) });
      child.on('close', end);
      // the pipes of one that was killed are held open by what it leaves behind
      child.on('exit', (code) => code === null && end(code));
    });
    return { child, done };
  };
  const config = join(folder, 'empty.conf');
  writeFileSync(config, '');
  return {
    folder,
    spool,
    start,
    run: (words, options) => start(words, options).done,
    files: (part) =>
      readdirSync(join(spool, part))
        .filter((name) => part === 'tmp' || name.endsWith('.msg'))
        .sort(),
    read: (part, name) => readFileSync(join(spool, part, name), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A request that arrived. */
export interface Arrived {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly key: string;
}

/** A bot of which only the door is there. */
export interface Receiver {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  /** Most requests that were open at once. */
  readonly most: () => number;
  /** Answers of the next requests; then 202. `hang` waits until `letGo`. */
  answer(...statuses: readonly (number | 'hang' | 'cut')[]): void;
  letGo(): void;
  down(): Promise<void>;
  up(): Promise<void>;
}

/** Starts it. */
export async function startReceiver(latencyMs = 0): Promise<Receiver> {
  const arrived: Arrived[] = [];
  const next: (number | 'hang' | 'cut')[] = [];
  const hanging: (() => void)[] = [];
  let [open, most, port] = [0, 0, 0];
  const server = createServer(async (request, reply) => {
    open += 1;
    most = Math.max(most, open);
    reply.on('close', () => {
      open -= 1;
    });
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { url = '', headers } = request;
    arrived.push({ path: url, headers, body: Buffer.concat(parts), key: String(headers['idempotency-key']) });
    const status = next.shift() ?? 202;
    if (status === 'cut') return void request.socket.destroy();
    const end = () => void reply.writeHead(status === 'hang' ? 202 : status).end('{"code":"SAID_BY_THE_TEST"}');
    if (status === 'hang') hanging.push(end);
    else setTimeout(end, latencyMs);
  });
  const up = () => new Promise<void>((done) => void server.listen(port, '127.0.0.1', done));
  await up();
  port = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    most: () => most,
    answer: (...statuses) => void next.push(...statuses),
    letGo: () => {
      for (const end of hanging.splice(0)) end();
    },
    down: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
    up,
  };
}

/** What Glimpse understands of what arrived. */
export function understood({ path, headers, body }: Arrived): Told {
  const [, section, word] = path.split('/');
  const format = (section === 'changes' ? changeFormats : alertFormats).find((one) => one.format === word);
  if (!format) throw new Error(`no format for ${path}`);
  const flat = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  const delivery = {
    hook: 'eu',
    headers: Object.fromEntries(flat),
    body,
    receivedAt: new Date(),
  };
  return decodeDelivery(format, delivery, format.options.parse({}));
}

/** Puts a `curl` that notes its arguments in `seen`, then works, into a host's folder, which is removed with the host. */
export function watchedCurl({ folder }: Host, path: string): { readonly path: string; readonly seen: string } {
  const bin = join(folder, 'bin');
  const [seen, curl] = [join(folder, 'seen'), join(bin, 'curl')];
  mkdirSync(bin);
  writeFileSync(curl, `#!/bin/sh\nprintf '%s\\n' "$@" >>'${seen}'\nexec '${which('curl')}' "$@"\n`);
  chmodSync(curl, 0o755);
  return { path: `${bin}:${path}`, seen };
}
