/** `glimpse alert …`: how bodies of senders are understood, sent and shown. */
import { decodeCommand } from './alert/decode.ts';
import { demoCommand } from './alert/demo.ts';
import { sendCommand } from './alert/send.ts';
import { type CommandOptions, type Io, UsageError } from './command.ts';

type Verb = (words: readonly string[], options: CommandOptions, io: Io) => Promise<number>;

/** Each with the options that only it takes, or does not take. */
const VERBS: Readonly<Record<string, { readonly run: Verb; readonly refuses: readonly (keyof CommandOptions)[] }>> = {
  decode: { run: decodeCommand, refuses: ['to', 'dry-run', 'as-now', 'out', 'theme', 'zone'] },
  send: { run: sendCommand, refuses: [] },
  demo: { run: demoCommand, refuses: ['name', 'header', 'as-now'] },
};

/** Does what the first word says. @throws UsageError; BotError */
export async function alertCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  const [name = '', ...rest] = words;
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (!verb) {
    throw new UsageError('alert wants to know what to do: glimpse alert decode, alert send or alert demo');
  }
  const refused = verb.refuses.find((option) => options[option] !== undefined);
  if (refused !== undefined) throw new UsageError(`"alert ${name}" takes no --${refused}`);
  return verb.run(rest, options, io);
}
