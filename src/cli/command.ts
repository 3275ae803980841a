/** What the commands share: the terminal they run on, their exit codes, how they say a failure. */
import type { Readable, Writable } from 'node:stream';
import type { ParseArgsConfig } from 'node:util';
import { chatKinds } from '../chat/index.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { CoreDeps } from '../core.ts';
import { type BotError, toBotError } from '../domain/errors.ts';
import { problemOf } from '../http/problem.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { isLate, whyFailed } from '../lib/why-failed.ts';
import { plainMessage } from '../render/markup.ts';
import { refusalMessage } from '../render/words.ts';
import { sourceKinds } from '../sources/index.ts';

/** A stream that may be a terminal. */
export type Terminal<Stream> = Stream & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };

/** Everything a command reads and writes. */
export interface Io {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly hostname: string;
  readonly stdin: Terminal<Readable>;
  readonly stdout: Terminal<Writable>;
  readonly stderr: Terminal<Writable>;
}

/** Exit codes, for scripts: 78 is EX_CONFIG of sysexits.h. */
export const EXIT = { answered: 0, refused: 1, usage: 2, failed: 3, config: 78 } as const;

/** The exit code that tells a script who must act. No data is an answer. */
function exitCodeOf({ code }: BotError): number {
  if (code === 'SOURCE_NO_DATA' || code === 'SOURCE_NOT_FOUND') return EXIT.answered;
  if (code.startsWith('CONFIG_')) return EXIT.config;
  if (code.startsWith('ASK_') || code.startsWith('ALERT_') || code.startsWith('HTTP_')) return EXIT.refused;
  return EXIT.failed;
}

/** Says a failure: as a problem object on stdout with `--json`, else in words on stderr. Gives the exit code. */
export function report(thrown: unknown, io: Io, asJson: boolean): number {
  const error = toBotError(thrown);
  if (asJson) io.stdout.write(`${JSON.stringify(problemOf(error), undefined, 2)}\n`);
  else io.stderr.write(`${wordsOf(error)}\n`);
  return exitCodeOf(error);
}

function wordsOf(error: BotError): string {
  if (/^(?:CONFIG|LISTEN|STORE)_/.test(error.code)) return error.message;
  if (error.code !== 'INTERNAL') return plainMessage(refusalMessage(error));
  const { cause } = error;
  return cause instanceof Error ? (cause.stack ?? cause.message) : error.message;
}

/** The words of a failure, `late` where its time was over; of a fault of ours its own, for no log of a command is kept. */
export function whyFailedHere(thrown: unknown, late: string): string {
  const { code, cause } = toBotError(thrown);
  if (code !== 'INTERNAL' || isLate(thrown) || !(cause instanceof Error)) return whyFailed(thrown, late);
  return `It failed inside Glimpse: ${cause.message}`;
}

/** Loads the configuration that the arguments and the environment name. Throws as `loadConfig`. */
export function configFor(io: Io, path: string | undefined): Promise<Config> {
  return loadConfig({ ...(path !== undefined && { path }), env: io.env, cwd: io.cwd, sourceKinds, chatKinds });
}

/** The machine as the core needs it. */
export function coreDeps(io: Io, logLevel: string): CoreDeps {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return { clock: systemClock, log: createLog(logLevel), hostname: io.hostname, zone, cwd: io.cwd, isPatient: true };
}

/** A command starts its own threads to draw, on a machine that may be busy (a pipeline), and nobody in a room waits. */
const DRAW_TIMEOUT_MS = 60_000;

/** The same for a command that draws. */
export function drawingDeps(io: Io): CoreDeps {
  return { ...coreDeps(io, 'error'), renderDeadlineMs: DRAW_TIMEOUT_MS };
}

/** All options of all commands, for `parseArgs`. */
export const OPTIONS = {
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
  json: { type: 'boolean' },
  out: { type: 'string' },
  table: { type: 'boolean' },
  theme: { type: 'string' },
  zone: { type: 'string' },
  now: { type: 'string' },
  panel: { type: 'string' },
  name: { type: 'string' },
  header: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  'as-now': { type: 'boolean' },
  data: { type: 'string' },
  record: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  changed: { type: 'boolean' },
  live: { type: 'boolean' },
  format: { type: 'string' },
} as const satisfies ParseArgsConfig['options'];

/** Options as given; each command takes those it knows and refuses the rest. */
export type CommandOptions = {
  readonly [Name in keyof typeof OPTIONS]?: (typeof OPTIONS)[Name] extends { multiple: true }
    ? readonly string[]
    : (typeof OPTIONS)[Name]['type'] extends 'boolean'
      ? boolean
      : string;
};

/** A command, or a verb of one. */
export interface Command {
  readonly options: readonly (keyof CommandOptions)[];
  run(words: readonly string[], options: CommandOptions, io: Io): Promise<number>;
}

/** Arguments that no command understands. */
export class UsageError extends Error {}
