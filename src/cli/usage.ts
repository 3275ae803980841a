/** `glimpse queries usage`: the report of the running bot. */
import type { Config } from '../config/config.ts';
import { BotError } from '../domain/errors.ts';
import { type CommandOptions, EXIT, type Io, UsageError } from './command.ts';
import { findRunningBot } from './remote.ts';

/** Prints it, as JSON with `--json`. Throws BotError `STORE_UNAVAILABLE` where no bot runs: it has the store. */
export async function usageCommand(
  words: readonly string[],
  config: Config,
  { json }: CommandOptions,
  io: Io,
): Promise<number> {
  if (words.length > 0) throw new UsageError('queries usage takes no words; it tells of all queries');
  const bot = await findRunningBot(config);
  if (!bot) {
    const { host, port } = config.listen;
    throw new BotError(
      'STORE_UNAVAILABLE',
      `No bot runs at ${host}:${port}; how queries are used is known to the running one.`,
    );
  }
  const report = json
    ? JSON.stringify(await bot.usage(), undefined, 2)
    : (await bot.ask('queries usage', undefined)).text;
  io.stdout.write(`${report}\n`);
  return EXIT.answered;
}
