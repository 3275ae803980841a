/** `glimpse ask "…"`: one question, answered by the running bot or, when there is none, here and without the store. */
import type { Config } from '../config/config.ts';
import { buildCore } from '../core.ts';
import type { Theme } from '../domain/saved-query.ts';
import { askHere, assertOut, fileOf, printShown, type Shown, showReply, themeOption } from './answer-here.ts';
import { type CommandOptions, configFor, drawingDeps, EXIT, type Io, UsageError } from './command.ts';
import { findRunningBot } from './remote.ts';
import { showPicture } from './terminal.ts';

interface Asked {
  readonly q: string;
  readonly options: CommandOptions;
  readonly theme: Theme | undefined;
}

/** Answers, and shows the picture. Throws BotError. */
export async function askCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  if (words.length === 0) throw new UsageError('ask needs a question, e.g. glimpse ask "cpu web01 last 1h"');
  const theme = themeOption(options);
  const q = options.table ? `${words.join(' ')} as table` : words.join(' ');
  if (options.out !== undefined) await assertOut(options.out);
  const config = await configFor(io, options.config);
  const asked: Asked = { q, options, theme };
  printShown((await askRunningBot(asked, config, io)) ?? (await askInProcess(asked, config, io)), options, io);
  return EXIT.answered;
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

async function askInProcess({ q, options: { zone, out }, theme }: Asked, config: Config, io: Io): Promise<Shown> {
  const deps = drawingDeps(io);
  const core = await buildCore(config, deps);
  try {
    return await showReply(await askHere({ q, zone }, core), { theme, out, log: deps.log }, core, io);
  } finally {
    await core.close();
  }
}
