/** Talks JSON-RPC with Zabbix 5.0 and later: finds its version, logs in where there is no token, and once more when a session is over. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { type ApiAddress, createApiClient } from '../../lib/api-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient } from '../../lib/http-client.ts';
import type { Secret } from '../../lib/secret.ts';
import { createSharedFlight } from '../../lib/shared-flight.ts';
import { failureOf, isSessionOver, type RpcError, rpcFailure, TITLE } from './failures.ts';

/** Which Zabbix answers. */
export interface Version {
  /** As it says itself: `6.0.14`. */
  readonly text: string;
  /** Comparable: 600 for 6.0, 704 for 7.4. */
  readonly number: number;
}

/** Calls to one Zabbix. */
export interface ZabbixClient {
  /** What a method gives, in a shape. @throws BotError `SOURCE_…` */
  call<Result extends z.ZodType>(
    method: string,
    params: Readonly<Record<string, unknown>>,
    result: Result,
    signal: AbortSignal,
  ): Promise<z.output<Result>>;
  /** Asked once. @throws BotError `SOURCE_…` */
  version(signal: AbortSignal): Promise<Version>;
  /** The version, where something was asked before. */
  readonly knownVersion: Version | undefined;
}

/** How Zabbix is reached and who we are to it. */
export interface ZabbixAddress extends Pick<ApiAddress, 'url' | 'headers'> {
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  /** An API token, of 5.4 and later. */
  readonly token?: Secret | undefined;
}

/** From here on a token goes into a header; the property `auth` is refused by 7.2. */
const HEADER_FROM = 604;
/** From here on the user's name is called `username`; before, `user`. */
const USERNAME_FROM = 504;
const PATH = 'api_jsonrpc.php';

const Envelope = z.union([
  z.object({ result: z.unknown().refine((value) => value !== undefined) }),
  z.object({
    error: z.object({ code: z.number().default(0), message: z.string().default(''), data: z.string().default('') }),
  }),
]);

/** Makes a client; it holds a session and nothing else. */
export function createZabbixClient(address: ZabbixAddress, http: HttpClient, clock: Clock): ZabbixClient {
  // the token is not for this one to send: the version is to be asked for without
  const { url, headers, password, username, token } = address;
  const api = createApiClient(TITLE, { url, headers, password }, http);
  const version = createSharedFlight(async (signal) => {
    const text = await send('apiinfo.version', [], undefined, signal);
    return versionOf(typeof text === 'string' ? text : '');
  });
  const session = createSharedFlight(async (signal) => {
    const { number } = await version.get(signal);
    const name = number >= USERNAME_FROM ? 'username' : 'user';
    const id = await send(
      'user.login',
      { [name]: username ?? '', password: password?.reveal() ?? '' },
      undefined,
      signal,
    );
    if (typeof id === 'string' && id !== '') return id;
    throw new BotError('SOURCE_UNEXPECTED', `${TITLE} gave no session for my login.`);
  });

  async function send(
    method: string,
    params: unknown,
    auth: string | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    const inHeader = auth !== undefined && (version.known?.number ?? 0) >= HEADER_FROM;
    const body = { jsonrpc: '2.0', method, params, ...(auth !== undefined && !inHeader && { auth }), id: 1 };
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json-rpc', ...(inHeader && { authorization: `Bearer ${auth}` }) },
      body: JSON.stringify(body),
    } as const;
    const reply = await api.exchange(PATH, request, signal);
    if (reply.status !== 200 || !/^\s*[[{]/.test(reply.text)) {
      throw failureOf({ ...reply, text: hidden(reply.text, auth) }, clock.now());
    }
    const answer = Envelope.safeParse(parsed(reply.text));
    if (!answer.success) throw otherShape(method, answer.error);
    if ('result' in answer.data) return answer.data.result;
    throw new RpcFailure({ ...answer.data.error, data: hidden(answer.data.error.data, auth) });
  }

  /** A complaint without what is secret, which some of them repeat. */
  function hidden(text: string, auth: string | undefined): string {
    const secrets = [password?.reveal(), token?.reveal(), auth].filter((one) => one !== undefined && one !== '');
    return secrets.reduce((rest: string, one) => rest.replaceAll(one as string, '…'), text);
  }

  async function authorized(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    await version.get(signal);
    if (token) return send(method, params, token.reveal(), signal);
    const own = await session.get(signal);
    try {
      return await send(method, params, own, signal);
    } catch (thrown) {
      if (!(thrown instanceof RpcFailure) || !isSessionOver(thrown.rpc)) throw thrown;
      session.forget(own);
      return send(method, params, await session.get(signal), signal);
    }
  }

  return {
    async call(method, params, schema, signal) {
      const result = schema.safeParse(await inOurWords(authorized(method, params, signal)));
      if (result.success) return result.data;
      throw otherShape(method, result.error);
    },
    version: (signal) => inOurWords(version.get(signal)),
    get knownVersion() {
      return version.known;
    },
  };
}

/** Carries an error of JSON-RPC to where it is known whether it is the end. */
class RpcFailure extends Error {
  readonly rpc: RpcError;

  constructor(rpc: RpcError) {
    super(rpc.message);
    this.name = 'RpcFailure';
    this.rpc = rpc;
  }
}

async function inOurWords<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (thrown) {
    throw thrown instanceof RpcFailure ? rpcFailure(thrown.rpc) : thrown;
  }
}

function versionOf(text: string): Version {
  const [, major, minor] = /^(\d{1,3})\.(\d{1,3})/.exec(text) ?? [];
  if (major === undefined || minor === undefined) throw otherShape('apiinfo.version', undefined);
  return { text: text.slice(0, 40), number: Number(major) * 100 + Number(minor) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent JSON that is broken.`, {}, { cause });
  }
}

function otherShape(method: string, cause: unknown): BotError {
  const message = `${TITLE} answered ${method} with something of a shape that I do not know.`;
  return new BotError('SOURCE_UNEXPECTED', message, {}, { cause });
}
