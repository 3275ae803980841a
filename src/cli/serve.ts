/** `glimpse serve`: runs the bot until a signal, and takes questions from a terminal. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline/promises';
import { type App, buildApp } from '../app.ts';
import type { Config } from '../config/config.ts';
import { publicBaseOf } from '../core.ts';
import { BotError, toBotError } from '../domain/errors.ts';
import { ask, keepQuestion } from '../questions/ask.ts';
import { presentAnswer } from '../render/answer-parts.ts';
import { plainMessage } from '../render/markup.ts';
import { refusalMessage } from '../render/words.ts';
import { type CommandOptions, configFor, coreDeps, EXIT, type Io, UsageError } from './command.ts';
import { showPicture, terminalContext } from './terminal.ts';

/** What was begun is finished within this after a signal; orchestrators kill after 30 s. */
const GRACE_MS = 20_000;

/** Runs until SIGINT or SIGTERM. Throws BotError `CONFIG_…`, `STORE_…`. */
export async function serveCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  if (words.length > 0) throw new UsageError(`to ask a question: glimpse ask "${words.join(' ')}"`);
  const config = await withPort(await configFor(io, options.config));
  const deps = coreDeps(io, config.logLevel);
  const app = await buildApp(config, deps);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  try {
    await listen(app, config);
    await app.start();
    await greet(app, config, io, stopping.signal);
    const terminal = io.stdin.isTTY && io.stdout.isTTY ? converse(app, io, stopping) : undefined;
    if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
    await terminal;
  } finally {
    await app.close(GRACE_MS);
  }
  return EXIT.answered;
}

/** Port 0 is picked before anything is built: links need to know it. */
async function withPort(config: Config): Promise<Config> {
  if (config.listen.port !== 0) return config;
  const probe = createServer().listen(0, config.listen.host);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return { ...config, listen: { ...config.listen, port } };
}

async function listen({ http }: App, { listen: address }: Config): Promise<void> {
  try {
    await http.listen(address);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    const message = `Port ${address.port} of ${address.host} is taken. Another Glimpse may be running; else set GLIMPSE_LISTEN=${address.host}:0 for a free port.`;
    throw new BotError('CONFIG_INVALID', message, {}, { cause });
  }
}

async function greet(app: App, config: Config, io: Io, signal: AbortSignal): Promise<void> {
  const examples = await app.examples(signal);
  const lines = [
    `Glimpse is ready at ${publicBaseOf(config)}`,
    ...(config.chats.length > 0 ? [`Chats: ${config.chats.map(({ name }) => name).join(', ')}`] : []),
    'Try, here in another terminal or in a browser:',
    ...examples.map((question) => `  glimpse ask "${question}"`),
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
}

/** Reads questions until the end of input, which stops the bot. */
async function converse(app: App, io: Io, stopping: AbortController): Promise<void> {
  const lines = createInterface({ input: io.stdin, output: io.stdout, prompt: '\nglimpse> ' });
  stopping.signal.addEventListener('abort', () => lines.close(), { once: true });
  lines.on('SIGINT', () => stopping.abort());
  lines.prompt();
  for await (const line of lines) {
    if (['exit', 'quit'].includes(line.trim())) break;
    if (line.trim() !== '') await answerLine(line, app, io, stopping.signal);
    lines.prompt();
  }
  stopping.abort();
}

async function answerLine(line: string, app: App, io: Io, signal: AbortSignal): Promise<void> {
  const context = terminalContext(undefined);
  const deps = app.core.askDeps(app.store);
  try {
    const reply = await ask(line, context, deps, signal);
    if (reply.kind === 'none') return;
    if (reply.kind === 'message') {
      io.stdout.write(`${plainMessage(reply.message)}\n`);
      return;
    }
    const { message, file } = await presentAnswer(
      reply.answer,
      undefined,
      { renderer: app.core.renderer, log: app.log },
      signal,
    );
    io.stdout.write(`${plainMessage(message)}\n`);
    const path = file ? await showPicture(file.bytes, undefined, io) : undefined;
    if (path) io.stdout.write(`${file?.mediaType === 'image/png' ? 'Picture' : 'File'}: ${path}\n`);
    await keepQuestion(context.conversations, reply, app.store);
  } catch (thrown) {
    if (signal.aborted) return;
    io.stdout.write(`${plainMessage(refusalMessage(toBotError(thrown)))}\n`);
  }
}
