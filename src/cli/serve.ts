/** `glimpse serve`: runs the bot until a signal, and takes questions from a terminal. */
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { makeKept } from '../answers/make-kept.ts';
import { type App, buildApp } from '../app.ts';
import type { Config } from '../config/config.ts';
import { type CoreDeps, publicBaseOf } from '../core.ts';
import { toBotError } from '../domain/errors.ts';
import { createLocalMemory } from '../lib/local-memory.ts';
import type { Log } from '../lib/log.ts';
import { glimpseVersion } from '../lib/version.ts';
import { ask, keepQuestion, type Memory } from '../questions/ask.ts';
import { presentAnswer } from '../render/answer-parts.ts';
import { plainMessage, terminalMessage } from '../render/markup.ts';
import { refusalMessage } from '../render/words.ts';
import { type CommandOptions, configFor, coreDeps, EXIT, type Io, UsageError } from './command.ts';
import { buildStaleConsole } from './console-build.ts';
import { listen, withPort } from './listen.ts';
import { mistypedVariables } from './mistyped-variables.ts';
import { canBold, showPicture, terminalContext } from './terminal.ts';

/** What was begun is finished within this after a signal; orchestrators kill after 30 s. */
const GRACE_MS = 20_000;
/** A database that has gone may keep a connection from closing for ever. */
const CLOSE_MAX_MS = 25_000;

/** Runs until SIGINT or SIGTERM. Throws BotError `CONFIG_…`, `STORE_…`. */
export async function serveCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  if (words.length > 0) throw new UsageError(`to ask a question: glimpse ask "${words.join(' ')}"`);
  const load = () => configFor(io, options.config);
  const built = Promise.withResolvers<App>();
  // one that comes while it starts is heeded then: the files may have changed after they were read
  process.on('SIGHUP', () => void built.promise.then((app) => readAgain(app, config, deps, io, load)));
  const { config, held } = await withPort(await load());
  const deps = { ...coreDeps(io, logLevelFor(config, io)), isPatient: false };
  await buildStaleConsole(deps.log);
  const app = await buildApp(config, deps);
  const stopping = new AbortController();
  const impatient = heedSignals(stopping, deps);
  for (const hint of mistypedVariables(io.env)) deps.log.warn({ hint }, 'a variable of the environment is not known');
  built.resolve(app);
  try {
    await app.http.ready();
    await held?.release();
    await listen(app, config);
    await app.start();
    deps.log.info(readyFacts(app, config), 'ready');
    await greet(app, config, io, stopping.signal);
    const terminal = isAsking(io) ? converse(app, io, stopping) : undefined;
    if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
    await terminal;
  } finally {
    await Promise.race([app.close(GRACE_MS), deps.clock.sleep(CLOSE_MAX_MS), impatient]);
  }
  deps.log.info('stopped');
  return EXIT.answered;
}

/** Whether somebody sits at a terminal and may ask there. */
function isAsking({ stdin, stdout }: Io): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}

/** Lines of a log between questions and answers are in the way of who asks. */
function logLevelFor({ logLevel }: Config, io: Io): string {
  return logLevel ?? (isAsking(io) && io.stderr.isTTY === true ? 'warn' : 'info');
}

/** A terminal and whatever started the bot may both pass the same signal on. */
const SAME_SIGNAL_MS = 1_000;

/** The first SIGINT or SIGTERM stops the bot gently; resolves on a second one, of somebody who will not wait for that. */
function heedSignals(stopping: AbortController, { clock, log }: CoreDeps): Promise<void> {
  return new Promise((resolve) => {
    let firstMs: number | undefined;
    const heed = (why: NodeJS.Signals) => {
      const nowMs = clock.now();
      firstMs ??= nowMs;
      stop(stopping, log, why);
      if (nowMs - firstMs > SAME_SIGNAL_MS) resolve();
    };
    process.on('SIGINT', heed).on('SIGTERM', heed);
  });
}

function stop(stopping: AbortController, log: Log, why: string): void {
  if (!stopping.signal.aborted) log.info({ why }, 'stopping');
  stopping.abort();
}

/** Reads the configuration and its secrets again; one that has a fault changes nothing. */
async function readAgain(
  app: App,
  { listen }: Config,
  { log }: CoreDeps,
  io: Io,
  load: () => Promise<Config>,
): Promise<void> {
  let { level } = log;
  try {
    const needsRestart = await app.reload(async () => {
      const wanted = await load();
      level = logLevelFor(wanted, io);
      // port 0 was picked at the start
      return wanted.listen.port === 0 ? { ...wanted, listen: { ...wanted.listen, port: listen.port } } : wanted;
    });
    log.level = level;
    log.info({ queries: app.core.catalog().queries.length }, 'the configuration was read again');
    if (needsRestart.length > 0) log.warn({ keys: needsRestart }, 'some keys of the configuration need a restart');
  } catch (thrown) {
    const { code, message } = toBotError(thrown);
    log.error({ code, faults: message, err: thrown }, 'the configuration has faults; the old one stays in force');
  }
}

/** What the log says when it is ready. */
function readyFacts({ core }: App, { chats, listen: { host, port } }: Config): object {
  const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name);
  return {
    version: glimpseVersion(),
    address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
    queries: core.catalog().queries.length,
    sources: names(core.sources.all),
    chats: names(chats),
  };
}

/** Says where it is, at once, and then what can be asked: finding examples may take a second. */
async function greet(app: App, config: Config, io: Io, signal: AbortSignal): Promise<void> {
  const chats = config.chats.map(({ name }) => name).join(', ');
  io.stdout.write(`Glimpse is ready at ${publicBaseOf(config)}\n${chats && `Chats: ${chats}\n`}`);
  const examples = await app.examples(signal).catch(() => []);
  if (signal.aborted) return;
  const lines = [
    'Open that page, or ask in another terminal:',
    ...(examples.length > 0 ? examples : ['help']).map((question) => `  npx glimpse ask "${question}"`),
    ...(isAsking(io) ? ['Or ask here, e.g. `help`. Ctrl-C or Ctrl-D stops the bot.'] : []),
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
}

/** Reads questions until the end of input, which stops the bot. */
async function converse(app: App, io: Io, stopping: AbortController): Promise<void> {
  const lines = createInterface({ input: io.stdin, output: io.stdout, prompt: '\nglimpse> ' });
  stopping.signal.addEventListener('abort', () => lines.close(), { once: true });
  lines.on('SIGINT', () => stop(stopping, app.log, 'SIGINT'));
  lines.prompt();
  const memory = terminalMemory(app);
  for await (const line of lines) {
    // what the greeting shows for other terminals is pasted here as well
    const question = line.trim().replace(/^(?:npx )?glimpse (?:ask )?"?(.*?)"?$/, '$1');
    if (['exit', 'quit'].includes(question)) break;
    if (question !== '') await answerLine(question, app, memory, io, stopping.signal);
    if (!stopping.signal.aborted) lines.prompt();
  }
  stop(stopping, app.log, 'end of input');
}

/** A terminal's follow-ups are its own and need no store; only the zone outlives it. */
function terminalMemory({ store }: App): Memory {
  return {
    ...createLocalMemory(),
    zoneOf: (person) => store.zoneOf(person).catch(() => undefined),
    setZone: (person, zone) => store.setZone(person, zone),
  };
}

async function answerLine(line: string, app: App, memory: Memory, io: Io, signal: AbortSignal): Promise<void> {
  const context = terminalContext(undefined);
  const deps = app.core.askDeps(memory, app.record);
  try {
    const reply = await ask(line, context, deps, signal);
    if (reply.kind === 'none') return;
    void app.answers.keep(makeKept({ q: line, asker: context.asker, askedMs: app.clock.now() }, reply));
    if (reply.kind === 'message') {
      io.stdout.write(`${plainMessage(reply.message)}\n`);
      return;
    }
    const { message, file, slots } = await presentAnswer(
      reply.answer,
      { slots: reply.slots },
      { renderer: app.core.renderer, log: app.log },
      signal,
    );
    io.stdout.write(`${terminalMessage(message, canBold(io))}\n`);
    const path = file ? await showPicture(file.bytes, undefined, io) : undefined;
    if (path) io.stdout.write(`${file?.mediaType === 'image/png' ? 'Picture' : 'File'}: ${path}\n`);
    await keepQuestion(context.conversations, { ...reply, ...(slots && { slots }) }, memory);
  } catch (thrown) {
    if (signal.aborted) return;
    io.stdout.write(`${plainMessage(refusalMessage(toBotError(thrown)))}\n`);
  }
}
