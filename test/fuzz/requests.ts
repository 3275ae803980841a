/** Random requests to a whole bot: none takes it down, none is answered with 500, every refusal is a problem with a code. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { ERROR_CATALOGUE } from '../../src/domain/errors.ts';
import { startBot } from '../acceptance/bot.ts';
import { makeDice } from './dice.ts';
import { type FuzzRequest, makeRequest } from './make-request.ts';
import { type FuzzResult, makeTally } from './questions.ts';

const AT_ONCE = 16;
const ANSWER_MS = 60_000;
/** What no client library would send, whole requests. */
const RAW = [
  'GET / HTTP/9.9\r\n\r\n',
  'GET\r\n\r\n',
  '\u0000\u0001\u0002',
  'GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n',
  `GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(3_000)}\r\n`,
  'POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n',
  'POST /api/ask HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'POST /api/ask HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
] as const;

/** Sends `count` random requests to a bot on the demo fleet, several at once; the bot must then be well. */
export async function fuzzRequests(count: number, seed: number): Promise<FuzzResult> {
  const dice = makeDice(seed);
  const tally = makeTally();
  const bot = await startBot({ yaml: 'logLevel: error\n' });
  const crashed = (error: unknown) => tally.fault('the process', `unhandled: ${(error as Error)?.stack ?? error}`);
  process.on('unhandledRejection', crashed).on('uncaughtException', crashed);
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    let sent = 0;
    const work = async () => {
      while (sent < count) {
        sent += 1;
        if (dice.oneIn(500)) await sendRaw(bot.url, dice.pick(RAW), tally);
        else await sendOne(bot.url, makeRequest(dice), agent, tally);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await sendOne(bot.url, { method: 'GET', path: '/healthz', headers: {} }, agent, tally);
    for (const line of bot.log) if (/"code":"INTERNAL"/.test(line)) tally.fault('the log', line);
  } finally {
    agent.destroy();
    await bot.stop();
    process.off('unhandledRejection', crashed).off('uncaughtException', crashed);
  }
  return { count, outcomes: tally.outcomes, faults: tally.faults };
}

type Tally = ReturnType<typeof makeTally>;

async function sendOne(url: string, draft: FuzzRequest, agent: Agent, tally: Tally): Promise<void> {
  try {
    const { status, type, text } = await answerTo(url, draft, agent);
    tally.count(String(status));
    const fault = faultOf(draft, status, type, text);
    if (fault) tally.fault(draft, fault);
  } catch (error) {
    tally.fault(draft, `no answer: ${(error as Error).message}`);
  }
}

/** What is wrong with an answer. */
function faultOf({ method, path }: FuzzRequest, status: number, type: string, text: string): string | undefined {
  if (status < 400 || path === '/healthz') return undefined;
  // a probe that is told in its body what is not ready
  if (path.startsWith('/readyz') && status === 503) return undefined;
  if (status === 500) return `500: ${text.slice(0, 500)}`;
  if (method === 'HEAD') return undefined;
  // the demo's own pages and APIs speak as what they stand for
  if (/^\/(?:demo|machine)\//.test(path)) return undefined;
  if (/\btext\/html\b/.test(type))
    return /\b[A-Z]+_[A-Z_]+\b|\bINTERNAL\b/.test(text) ? undefined : `${status}, a page without a code`;
  if (!type.includes('json')) return `${status} as ${type}: ${text.slice(0, 200)}`;
  const { code, error } = JSON.parse(text) as { readonly code?: string; readonly error?: { readonly code?: number } };
  if (path.startsWith('/mcp') && typeof error?.code === 'number') return undefined; // JSON-RPC has codes of its own
  return code !== undefined && Object.hasOwn(ERROR_CATALOGUE, code)
    ? undefined
    : `${status} without a code: ${text.slice(0, 300)}`;
}

function answerTo(url: string, { method, path, headers, body }: FuzzRequest, agent: Agent) {
  return new Promise<{ status: number; type: string; text: string }>((resolve, reject) => {
    const sent = request(url, { method, path, headers, agent, timeout: ANSWER_MS }, (answer: IncomingMessage) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (chunk: string) => {
        text += chunk;
      });
      answer.once('error', reject);
      answer.once('end', () =>
        resolve({ status: answer.statusCode ?? 0, type: answer.headers['content-type'] ?? '', text }),
      );
    });
    sent.once('timeout', () => sent.destroy(new Error(`nothing for ${ANSWER_MS} ms`)));
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Bytes that are no request: an answer of 4xx or a closed connection, and never silence. */
function sendRaw(url: string, bytes: string, tally: Tally): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const wait = setTimeout(() => {
      tally.fault(bytes.slice(0, 80), `neither answered nor closed within ${ANSWER_MS} ms`);
      socket.destroy();
    }, ANSWER_MS);
    socket.on('data', (chunk: Buffer) => {
      text += chunk;
      socket.end();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(wait);
      const [, status = 'closed'] = /^HTTP\/1\.1 (\d+)/.exec(text) ?? [];
      tally.count(`raw ${status}`);
      if (status.startsWith('5') && status !== '505') tally.fault(bytes.slice(0, 80), `answered ${status}`);
      resolve();
    });
  });
}
