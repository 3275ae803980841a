/** Talks to one Graphite: address, credentials, and answers that are JSON or a failure in words. */
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient, HttpReply } from '../../lib/http-client.ts';
import type { Secret } from '../../lib/secret.ts';
import { errorOf, failureOf } from './failures.ts';

/** How a Graphite is reached and who we are to it. */
export interface GraphiteAddress {
  /** Ends in a slash. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  readonly token?: Secret | undefined;
  readonly headers?: Readonly<Record<string, Secret>> | undefined;
}

/** Requests to one Graphite; every failure is a BotError whose sentence begins with the product's name. */
export interface GraphiteClient {
  /** Sends a request and hands over whatever came back. @throws BotError when nothing came back */
  send(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST'): Promise<HttpReply>;
  /** The body of a JSON answer. @throws BotError for every other answer */
  text(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST'): Promise<string>;
  /** A JSON answer, parsed; its shape is for the caller to check. @throws BotError */
  json(path: string, parameters: URLSearchParams, signal: AbortSignal): Promise<unknown>;
  /** What an answer that is no data means. */
  failure(reply: HttpReply): BotError;
}

/** What Graphite is called in sentences. */
const TITLE = 'Graphite';

/** Makes a client; it holds nothing open. */
export function createGraphiteClient(address: GraphiteAddress, http: HttpClient, clock: Clock): GraphiteClient {
  const headers = { accept: 'application/json', ...credentialsOf(address) };
  // some proxies and tracebacks echo what they were sent
  const withoutSecrets = (text: string) => secretsOf(address).reduce((rest, one) => rest.replaceAll(one, '…'), text);
  const failure = (reply: HttpReply) => failureOf(TITLE, { ...reply, text: withoutSecrets(reply.text) }, clock.now());

  async function send(path: string, parameters: URLSearchParams, signal: AbortSignal, method = 'GET') {
    const url = new URL(path, address.url);
    try {
      if (method === 'POST') {
        const contentType = 'application/x-www-form-urlencoded;charset=UTF-8';
        const body = parameters.toString();
        return await http.send(
          url,
          { method: 'POST', headers: { ...headers, 'content-type': contentType }, body },
          signal,
        );
      }
      url.search = parameters.toString();
      return await http.send(url, { headers }, signal);
    } catch (thrown) {
      throw inOurWords(thrown);
    }
  }

  async function text(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST') {
    const reply = await send(path, parameters, signal, method);
    const isData = reply.status === 200 || (reply.status === 404 && reply.text.trimStart().startsWith('['));
    if (!isData || !/^\s*[[{]/.test(reply.text) || errorOf(reply.text) !== undefined) throw failure(reply);
    return reply.text;
  }

  return {
    send,
    text,
    failure,
    async json(path, parameters, signal) {
      const body = await text(path, parameters, signal);
      try {
        return JSON.parse(body);
      } catch (cause) {
        throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent JSON that is broken.`, {}, { cause });
      }
    },
  };
}

function credentialsOf({ username, password, token, headers = {} }: GraphiteAddress): Record<string, string> {
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]));
  if (token) return { ...own, authorization: `Bearer ${token.reveal()}` };
  if (username === undefined) return own;
  return { ...own, authorization: `Basic ${basicPair(username, password)}` };
}

function basicPair(username: string, password: Secret | undefined): string {
  return Buffer.from(`${username}:${password?.reveal() ?? ''}`, 'utf8').toString('base64');
}

/** Everything that must not be seen, in the forms in which it is sent. */
function secretsOf({ username, password, token, headers = {} }: GraphiteAddress): string[] {
  const plain = [password, token, ...Object.values(headers)].flatMap((secret) => secret?.reveal() ?? []);
  return username === undefined ? plain : [...plain, basicPair(username, password)];
}

/** The transport's sentences name a host; people know the product. */
function inOurWords(thrown: unknown): unknown {
  if (!(thrown instanceof BotError)) return thrown;
  const { code, details } = thrown;
  const options = { cause: thrown };
  if (code === 'SOURCE_TIMEOUT') {
    const seconds = Math.max(0.1, Math.round(Number(details.timeoutMs) / 100) / 10);
    return new BotError(code, `${TITLE} did not answer within ${seconds} s.`, details, options);
  }
  if (code === 'SOURCE_BACKEND_DOWN') {
    return new BotError(code, `${TITLE} is down: ${thrown.message}`, details, options);
  }
  if (code === 'SOURCE_TOO_MUCH') {
    return new BotError(
      code,
      `${TITLE}'s answer is too large to read. A shorter window or fewer series may work.`,
      details,
      options,
    );
  }
  return thrown;
}
