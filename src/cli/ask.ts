/** `glimpse ask "…"`: one question, answered by the running bot or, when there is none, here and without the store. */
import { constants } from 'node:fs';
import { access, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { buildCore } from '../core.ts';
import type { Answer } from '../domain/answer.ts';
import type { Theme } from '../domain/saved-query.ts';
import { type AskResult, askResult } from '../http/ask-result.ts';
import { createForgetful } from '../lib/local-memory.ts';
import { ask } from '../questions/ask.ts';
import { presentAnswer, wantsPicture, wordsOf } from '../render/answer-parts.ts';
import { plainMessage, terminalMessage } from '../render/markup.ts';
import { type CommandOptions, configFor, coreDeps, EXIT, type Io, UsageError } from './command.ts';
import { findRunningBot } from './remote.ts';
import { canBold, showPicture, terminalContext } from './terminal.ts';

interface Asked {
  readonly q: string;
  readonly options: CommandOptions;
  readonly theme: Theme | undefined;
}

/** A finished answer: what is printed, and where its picture went. */
interface Shown {
  readonly result: AskResult;
  /** Its text as this terminal shows it, where that is not the plain one. */
  readonly said?: string;
  readonly picture?: string;
  readonly file?: string;
}

/** Answers, and shows the picture. Throws BotError. */
export async function askCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  if (words.length === 0) throw new UsageError('ask needs a question, e.g. glimpse ask "cpu web01 last 1h"');
  const { theme } = options;
  if (theme !== undefined && theme !== 'light' && theme !== 'dark') throw new UsageError('--theme is light or dark');
  const q = options.table ? `${words.join(' ')} as table` : words.join(' ');
  if (options.out !== undefined) await assertWritable(options.out);
  const config = await configFor(io, options.config);
  const asked: Asked = { q, options, theme };
  const shown = (await askRunningBot(asked, config, io)) ?? (await askHere(asked, config, io));
  if (options.json)
    io.stdout.write(
      `${JSON.stringify({ ...shown.result, image: shown.picture ?? shown.result.image }, undefined, 2)}\n`,
    );
  else io.stdout.write(`${[shown.said ?? shown.result.text, ...placeOf(shown)].join('\n')}\n`);
  if (options.out !== undefined && shown.picture === undefined && shown.file === undefined)
    io.stderr.write(`There is no picture to write to ${options.out}.\n`);
  return EXIT.answered;
}

function placeOf({ picture, file }: Shown): string[] {
  if (picture !== undefined) return [`Picture: ${picture}`];
  return file === undefined ? [] : [`File: ${file}`];
}

/** Told before anything is asked: an answer whose picture cannot be written is half an answer. */
async function assertWritable(out: string): Promise<void> {
  const existing = await stat(out).catch(() => undefined);
  if (existing?.isDirectory()) throw new UsageError(`--out ${out} is a folder; name a file in it`);
  await access(existing ? out : dirname(out), constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? `there is no folder ${dirname(out)}` : 'it may not be written to';
    throw new UsageError(`--out ${out}: ${why}`);
  });
}

async function askRunningBot({ q, options, theme }: Asked, config: Config, io: Io): Promise<Shown | undefined> {
  const bot = await findRunningBot(config);
  if (!bot) return undefined;
  const result = await bot.ask(q, options.zone);
  if (result.image === null) {
    const isFile = options.out !== undefined && result.explanation.output === 'csv';
    return fileOf(result, isFile ? await bot.file(q, options.zone) : undefined, options.out);
  }
  const url = bot.imageUrl(result.image);
  if (options.json && options.out === undefined) return { result, picture: url };
  const picture = await showPicture(await bot.picture(result.image, theme), options.out, io);
  return { result, ...(picture !== undefined && { picture }) };
}

/** A CSV goes into the file that was named; without one the words are all. */
async function fileOf(result: AskResult, bytes: Uint8Array | undefined, out: string | undefined): Promise<Shown> {
  if (out === undefined || bytes === undefined) return { result };
  await writeFile(out, bytes);
  return { result, file: out };
}

async function askHere({ q, options, theme }: Asked, config: Config, io: Io): Promise<Shown> {
  const deps = coreDeps(io, 'error');
  const core = await buildCore(config, deps);
  try {
    const never = new AbortController().signal;
    const reply = await ask(q, terminalContext(options.zone), core.askDeps(createForgetful()), never);
    const result = { ...askResult(reply), image: null };
    if (reply.kind !== 'answer') return { result };
    if (!wantsPicture(reply.answer)) {
      const { message, file } = wordsOf(reply.answer);
      return { ...(await fileOf(result, file?.bytes, options.out)), said: terminalMessage(message, canBold(io)) };
    }
    return await draw(reply.answer);
    async function draw(answer: Answer): Promise<Shown> {
      const { file, message } = await presentAnswer(
        answer,
        { theme },
        { renderer: core.renderer, log: deps.log },
        never,
      );
      if (!file) return { result: { ...result, text: plainMessage(message) } };
      const picture = await showPicture(file.bytes, options.out, io);
      return { result, ...(picture !== undefined && { picture }) };
    }
  } finally {
    await core.close();
  }
}
