/** `glimpse mcp`: the questions as tools for a program that talks over standard input and output. */
import { once } from 'node:events';
import { fastify } from 'fastify';
import { createAnswerKeeper } from '../answers/answer-keeper.ts';
import { buildCore } from '../core.ts';
import { answerRoutes } from '../http/answer-routes.ts';
import { askRoutes } from '../http/ask-routes.ts';
import { installChecks } from '../http/check-requests.ts';
import { installProblems } from '../http/problem.ts';
import { queryRoutes } from '../http/query-routes.ts';
import { valueRoutes } from '../http/value-routes.ts';
import { createBoundedMap } from '../lib/bounded-map.ts';
import { createForgetful } from '../lib/local-memory.ts';
import { glimpseVersion } from '../lib/version.ts';
import type { ApiCall } from '../mcp/api-call.ts';
import { type CommandOptions, configFor, coreDeps, EXIT, type Io, UsageError } from './command.ts';
import { findRunningBot } from './remote.ts';

/** Answers that follow-ups in this process may refer to. */
const ANSWERS_MAX = 200;

/** Serves until the other side closes its end: through the running bot, else here, without alerts and changes. */
export async function mcpCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  if (words.length > 0) throw new UsageError('mcp takes no words; a program speaks to it');
  const config = await configFor(io, options.config);
  const [{ makeToolServer }, { StdioServerTransport }] = await Promise.all([
    import('../mcp/tools.ts'),
    import('@modelcontextprotocol/sdk/server/stdio.js'),
  ]);
  const bot = await findRunningBot(config);
  const here = bot ? undefined : await answeringHere(config, io);
  const call = bot?.send ?? here?.call;
  if (!call) return EXIT.failed;
  const server = makeToolServer({ call, hasRecord: bot !== undefined, version: glimpseVersion() });
  const ended = once(io.stdin, 'end');
  await server.connect(new StdioServerTransport(io.stdin, io.stdout));
  io.stderr.write(`Glimpse speaks MCP here, ${bot ? 'through the running bot' : 'by itself: no bot runs'}.\n`);
  await ended;
  await server.close();
  await here?.close();
  return EXIT.answered;
}

/** The same routes as the bot's, in this process and without its store. */
async function answeringHere(config: Parameters<typeof buildCore>[0], io: Io) {
  const deps = coreDeps(io, 'error');
  const core = await buildCore(config, deps);
  const kept = createBoundedMap<string, Uint8Array>(ANSWERS_MAX);
  const bytes = {
    put: async (id: string, _askedMs: number, packed: Uint8Array) => kept.set(id, packed),
    get: async (id: string) => kept.get(id),
  };
  const answers = createAnswerKeeper(bytes, deps.log);
  const http = fastify({ logger: false });
  installChecks(http);
  installProblems(http, deps.log);
  const ask = core.askDeps(createForgetful());
  askRoutes(http, { ask, answers, present: { renderer: core.renderer, log: deps.log } });
  answerRoutes(http, { answers, renderer: core.renderer });
  queryRoutes(http, ask);
  valueRoutes(http, ask);
  const call: ApiCall = async ({ method, url, body }, signal) => {
    const payload = body === undefined ? {} : { payload: body as object };
    const { statusCode, rawPayload } = await http.inject({ method, url, signal, ...payload });
    return { status: statusCode, bytes: new Uint8Array(rawPayload) };
  };
  return {
    call,
    async close() {
      await http.close();
      await core.close();
    },
  };
}
