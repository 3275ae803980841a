/** `glimpse explain "…"`: how a question is understood, without fetching data. */
import { buildCore } from '../core.ts';
import { createForgetful } from '../lib/local-memory.ts';
import { explainText } from '../questions/ask.ts';
import { explanationMessage } from '../questions/explain.ts';
import { plainMessage } from '../render/markup.ts';
import { type CommandOptions, configFor, coreDeps, EXIT, type Io, UsageError } from './command.ts';
import { terminalContext } from './terminal.ts';

/** Prints an Explanation, in words or with `--json` as JSON. Throws BotError `ASK_…`, `CONFIG_…`. */
export async function explainCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  if (words.length === 0) throw new UsageError('explain needs a question, e.g. glimpse explain "cpu web01 last 1h"');
  const nowMs = options.now === undefined ? undefined : Date.parse(options.now);
  if (Number.isNaN(nowMs)) throw new UsageError(`--now ${options.now} is no ISO 8601 time, e.g. 2026-11-25T11:02:00Z`);
  const core = await buildCore(await configFor(io, options.config), coreDeps(io, 'error'));
  try {
    const context = { ...terminalContext(options.zone), ...(nowMs !== undefined && { nowMs }) };
    const never = new AbortController().signal;
    const explanation = await explainText(words.join(' '), context, core.askDeps(createForgetful()), never);
    const text = options.json
      ? JSON.stringify(explanation, undefined, 2)
      : plainMessage(explanationMessage(explanation));
    io.stdout.write(`${text}\n`);
    return EXIT.answered;
  } finally {
    await core.close();
  }
}
