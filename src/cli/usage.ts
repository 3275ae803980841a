/** `glimpse queries usage`: the report of the running bot. */
import type { Config } from '../config/config.ts';
import { BotError } from '../domain/errors.ts';
import { EXIT, type Io } from './command.ts';
import { findRunningBot } from './remote.ts';

/** Prints it. Throws BotError `STORE_UNAVAILABLE` where no bot runs: it has the store. */
export async function usageCommand(config: Config, io: Io): Promise<number> {
  const bot = await findRunningBot(config);
  if (!bot) {
    const { host, port } = config.listen;
    throw new BotError(
      'STORE_UNAVAILABLE',
      `No bot runs at ${host}:${port}; how queries are used is known to the running one.`,
    );
  }
  io.stdout.write(`${(await bot.ask('queries usage', undefined)).text}\n`);
  return EXIT.answered;
}
