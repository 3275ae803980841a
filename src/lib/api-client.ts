/** Talks to one HTTP API with one set of credentials: what it says never holds them, what fails is said in its name. */
import { BotError } from '../domain/errors.ts';
import type { HttpClient, HttpReply, HttpRequest } from './http-client.ts';
import type { Secret } from './secret.ts';

/** How an API is reached and who we are to it. */
export interface ApiAddress {
  /** Ends in a slash. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  readonly token?: Secret | undefined;
  /** What stands before the token; left out: `Bearer`. InfluxDB 2 wants `Token`, PagerDuty `Token token=`, Opsgenie `GenieKey`. */
  readonly tokenScheme?: 'Bearer' | 'Token' | 'Token token=' | 'GenieKey' | undefined;
  /** Sent as `Authorization: ApiKey`, as Elasticsearch and Kibana want it. */
  readonly apiKey?: Secret | undefined;
  readonly headers?: Readonly<Record<string, Secret>> | undefined;
}

/** Requests to one API. */
export interface ApiClient {
  /**
   * Sends a request and hands over whatever came back; a complaint is without our own credentials in its text, which
   * some proxies and tracebacks echo. Data stay as they are: a tenant may be called `1`.
   *
   * @param path - below the address, without a slash in front
   * @param parameters - the query, or of a POST the form
   * @throws BotError when nothing came back; its sentence begins with the API's name
   */
  send(path: string, parameters: URLSearchParams, signal: AbortSignal, method?: 'GET' | 'POST'): Promise<HttpReply>;
  /**
   * The same for bodies that are no form, such as JSON.
   *
   * @param path - below the address, its query in it, without a slash in front
   * @param request - its headers go before our own of the same name, but for credentials
   */
  exchange(path: string, request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
  /** Takes our own credentials out of a reply that looked like data and turned out to be a complaint. */
  withoutSecrets(reply: HttpReply): HttpReply;
}

/**
 * Makes a client; it holds nothing open.
 *
 * @param title - what people call it: `Graphite`
 */
export function createApiClient(title: string, address: ApiAddress, http: HttpClient): ApiClient {
  const own = credentialsOf(address);
  const withoutSecrets = (reply: HttpReply) => ({
    ...reply,
    text: secretsOf(address).reduce((rest, one) => rest.replaceAll(one, '…'), reply.text),
  });

  async function exchange(path: string, request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    const headers = { accept: 'application/json', ...request.headers, ...own };
    try {
      const reply = await http.send(new URL(path, address.url), { ...request, headers }, signal);
      return isData(reply) ? reply : withoutSecrets(reply);
    } catch (thrown) {
      throw inTheNameOf(title, thrown);
    }
  }

  return {
    exchange,
    withoutSecrets,
    send(path, parameters, signal, method = 'GET') {
      const body = parameters.toString();
      if (method === 'GET') return exchange(body === '' ? path : `${path}?${body}`, {}, signal);
      const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
      return exchange(path, { method, headers, body }, signal);
    },
  };
}

function isData({ status, text }: HttpReply): boolean {
  return status === 200 && /^\s*[[{]/.test(text);
}

function credentialsOf(address: ApiAddress): Record<string, string> {
  const { username, password, token, tokenScheme = 'Bearer', apiKey, headers = {} } = address;
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.reveal()]));
  if (apiKey) return { ...own, authorization: `ApiKey ${apiKey.reveal()}` };
  if (token) return { ...own, authorization: `${tokenScheme}${tokenScheme.endsWith('=') ? '' : ' '}${token.reveal()}` };
  if (username === undefined) return own;
  return { ...own, authorization: `Basic ${basicPair(username, password)}` };
}

function basicPair(username: string, password: Secret | undefined): string {
  return Buffer.from(`${username}:${password?.reveal() ?? ''}`, 'utf8').toString('base64');
}

/** Everything that must not be seen, in the forms in which it is sent. */
function secretsOf({ username, password, token, apiKey, headers = {} }: ApiAddress): string[] {
  const plain = [password, token, apiKey, ...Object.values(headers)].flatMap((secret) => secret?.reveal() ?? []);
  return username === undefined ? plain : [...plain, basicPair(username, password)];
}

/** The transport's sentences name a host; people know the product. */
function inTheNameOf(title: string, thrown: unknown): unknown {
  if (!(thrown instanceof BotError)) return thrown;
  const { code, details } = thrown;
  const options = { cause: thrown };
  if (code === 'SOURCE_TIMEOUT') {
    const seconds = Math.max(0.1, Math.round(Number(details.timeoutMs) / 100) / 10);
    return new BotError(code, `${title} did not answer within ${seconds} s.`, details, options);
  }
  if (code === 'SOURCE_BACKEND_DOWN') {
    return new BotError(code, `${title} is down: ${thrown.message}`, details, options);
  }
  if (code === 'SOURCE_TOO_MUCH') {
    const message = `${title}'s answer is too large to read. A shorter window or fewer series may work.`;
    return new BotError(code, message, details, options);
  }
  return thrown;
}
