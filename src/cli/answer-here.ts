/** Answers in the command's own process, and how an answer is shown on a terminal or written to a file. */

import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { saidIn } from '../answers/make-kept.ts';
import type { Core } from '../core.ts';
import type { Theme } from '../domain/saved-query.ts';
import { type AskResult, askResult } from '../http/ask-result.ts';
import { createForgetful } from '../lib/local-memory.ts';
import type { Log } from '../lib/log.ts';
import { type AskDeps, ask, type Reply } from '../questions/ask.ts';
import { presentAnswer, wantsPicture, wordsOf } from '../render/answer-parts.ts';
import { plainMessage, terminalMessage } from '../render/markup.ts';
import { type CommandOptions, type Io, UsageError } from './command.ts';
import { canBold, showPicture, terminalContext } from './terminal.ts';

/** A finished answer: what is printed, and where its picture went. */
export interface Shown {
  readonly result: AskResult;
  /** Its text as this terminal shows it, where that is not the plain one. */
  readonly said?: string;
  readonly picture?: string;
  readonly file?: string;
}

/** Prints it, as JSON with `--json`. */
export function printShown(shown: Shown, { json, out }: CommandOptions, io: Io): void {
  const { result, picture, file } = shown;
  if (json) io.stdout.write(`${JSON.stringify({ ...result, image: picture ?? result.image }, undefined, 2)}\n`);
  else io.stdout.write(`${[shown.said ?? result.text, ...placeOf(shown)].join('\n')}\n`);
  if (out !== undefined && picture === undefined && file === undefined)
    io.stderr.write(`There is no picture to write to ${out}.\n`);
}

function placeOf({ picture, file }: Shown): string[] {
  if (picture !== undefined) return [`Picture: ${picture}`];
  return file === undefined ? [] : [`File: ${file}`];
}

/** The theme of `--theme`. */
export function themeOption({ theme }: CommandOptions): Theme | undefined {
  if (theme === undefined || theme === 'light' || theme === 'dark') return theme;
  throw new UsageError('--theme is light or dark');
}

/** Endings that promise a picture of a kind that is not made. */
const OTHER_PICTURES = /\.(?:jpe?g|gif|webp|avif|bmp|svg|pdf)$/i;

/** Refuses a file of `--out` that cannot be written, or promises a picture of another kind, before anything is asked. */
export async function assertOut(out: string): Promise<void> {
  const [ending] = OTHER_PICTURES.exec(out) ?? [];
  if (ending !== undefined)
    throw new UsageError(`--out ${out}: pictures are PNG; name it ${out.replace(ending, '.png')}`);
  await assertWritable(out, '--out');
}

/** Refuses what cannot be written, before anything is done for it. */
export async function assertWritable(out: string, option: string): Promise<void> {
  const existing = await stat(out).catch(() => undefined);
  if (existing?.isDirectory()) throw new UsageError(`${option} ${out} is a folder; name a file in it`);
  await access(existing ? out : dirname(out), constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? `there is no folder ${dirname(out)}` : 'it may not be written to';
    throw new UsageError(`${option} ${out}: ${why}`);
  });
}

/** A CSV goes into the file that was named; without one the words are all. */
export async function fileOf(
  result: AskResult,
  bytes: Uint8Array | undefined,
  out: string | undefined,
): Promise<Shown> {
  if (out === undefined || bytes === undefined) return { result };
  await writeFile(out, bytes);
  return { result, file: out };
}

/** How a question is asked here. */
export interface Asking {
  readonly q: string;
  readonly zone?: string | undefined;
  /** What "now" means, where it is not the present. */
  readonly nowMs?: number | undefined;
  /** Left out: those of the core. */
  readonly deps?: AskDeps;
}

/** Asks. Throws BotError. */
export function askHere({ q, zone, nowMs, deps }: Asking, core: Core): Promise<Reply> {
  const context = { ...terminalContext(zone), ...(nowMs !== undefined && { nowMs }) };
  return ask(q, context, deps ?? core.askDeps(createForgetful()), new AbortController().signal);
}

/** Where an answer is shown. */
export interface Showing {
  readonly theme: Theme | undefined;
  readonly out: string | undefined;
  readonly log: Log;
}

/** Draws what came of a question, and puts it where the person sees it. */
export async function showReply(reply: Reply, { theme, out, log }: Showing, core: Core, io: Io): Promise<Shown> {
  const result = { ...askResult(saidIn(reply)), image: null };
  if (reply.kind !== 'answer') return { result };
  if (!wantsPicture(reply.answer)) {
    const { message, file } = wordsOf(reply.answer);
    return { ...(await fileOf(result, file?.bytes, out)), said: terminalMessage(message, canBold(io)) };
  }
  const never = new AbortController().signal;
  const { file, message } = await presentAnswer(reply.answer, { theme }, { renderer: core.renderer, log }, never);
  if (!file) return { result: { ...result, text: plainMessage(message) } };
  const picture = await showPicture(file.bytes, out, io);
  return { result, ...(picture !== undefined && { picture }) };
}
