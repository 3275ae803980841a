/** Outbound HTTP: deadline, no redirects, a bound on the body, and transport failures as codes, once for everybody. */
import { BotError, type ErrorCode } from '../domain/errors.ts';
import { type Clock, isDeadline, systemClock, withDeadline } from './clock.ts';
import { fetchWithCa } from './fetch-with-ca.ts';

/** A body larger than this is refused while it arrives (`SOURCE_TOO_MUCH`); the design's cap for sources. */
const BODY_MAX_BYTES = 32 * 1024 * 1024;
/** What an error answer may hold; more is not read. */
const ERROR_BODY_MAX_BYTES = 64 * 1024;

/** What is sent; a GET without a body unless said otherwise. */
export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | URLSearchParams | FormData | Uint8Array;
  readonly maxBytes?: number;
  /** Certificates (PEM) that are trusted beside the usual authorities, for servers with an authority of their own. */
  readonly ca?: string;
  /** Whether an answer of 400 or more may hold data: it is read whole, as others are. */
  readonly hasDataInErrors?: boolean;
}

/** An answer of any status; redirects are answers too (3xx), they are never followed. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  readonly contentType: string;
  /** The whole body, decoded as UTF-8; of an error answer its first 64 KiB, unless the request says that it holds data. */
  readonly text: string;
}

/** Sends requests; holds nothing between them. */
export interface HttpClient {
  /**
   * Sends one request and reads the answer whole.
   *
   * @throws BotError `SOURCE_TIMEOUT`, `SOURCE_BACKEND_DOWN`, `SOURCE_TOO_MUCH`, or the signal's own reason when the
   *   caller gave up
   */
  send(url: URL, request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
}

/** Names what failed without the query part, which may hold secrets. */
function placeOf(url: URL): string {
  return `${url.host}${url.pathname}`;
}

const CONNECT_FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ENOTFOUND: 'has no address in DNS',
  EAI_AGAIN: 'could not be looked up in DNS',
  ECONNRESET: 'broke the connection',
  UND_ERR_SOCKET: 'broke the connection',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'has a certificate that is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'has a certificate that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'has a certificate that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'has a certificate that is not trusted',
  CERT_HAS_EXPIRED: 'has a certificate that has expired',
  CERT_NOT_YET_VALID: 'has a certificate that is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'does not speak TLS',
  ERR_SSL_HTTP_REQUEST: 'does not speak TLS',
};

/** How a client behaves. */
interface HttpClientOptions {
  readonly timeoutMs: number;
  readonly clock?: Clock;
  /** Trusted in every request that names no other, see `HttpRequest`. */
  readonly ca?: string | undefined;
}

/** Makes a client whose requests take at most `timeoutMs`, the body included. */
export function createHttpClient({ timeoutMs, clock = systemClock, ca: ownCa }: HttpClientOptions): HttpClient {
  return {
    async send(url, request, signal) {
      const { method = 'GET', headers = {}, body, maxBytes = BODY_MAX_BYTES, hasDataInErrors = false } = request;
      const ca = request.ca ?? ownCa;
      const deadline = withDeadline(timeoutMs, signal);
      const startedMs = clock.now();
      try {
        const init = {
          method,
          headers,
          redirect: 'manual',
          signal: deadline,
          ...(body !== undefined && { body: body as NonNullable<RequestInit['body']> }),
        } as const;
        const response = ca === undefined ? await fetch(url, init) : await fetchWithCa(url, init, ca);
        const isError = response.status >= 400 && !hasDataInErrors;
        if (!isError) refuseAnnounced(response, maxBytes);
        const text = await readText(response, isError ? ERROR_BODY_MAX_BYTES : maxBytes, isError);
        return {
          status: response.status,
          headers: response.headers,
          contentType: (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '',
          text,
        };
      } catch (thrown) {
        if (thrown instanceof BotError) throw thrown;
        if (signal.aborted) {
          if (!isDeadline(signal.reason)) throw signal.reason;
          throw timedOut(url, clock.now() - startedMs, thrown);
        }
        if (deadline.aborted) throw timedOut(url, timeoutMs, thrown);
        throw connectFailed(url, thrown);
      }
    },
  };
}

function timedOut(url: URL, ms: number, cause: unknown): BotError {
  const seconds = Math.max(0.1, Math.round(ms / 100) / 10);
  return new BotError(
    'SOURCE_TIMEOUT',
    `${placeOf(url)} did not answer within ${seconds} s.`,
    { timeoutMs: ms },
    { cause },
  );
}

function connectFailed(url: URL, thrown: unknown): BotError {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const name = String((cause as { code?: unknown } | undefined)?.code ?? '');
  const why = CONNECT_FAILURES[name] ?? 'could not be reached';
  return new BotError('SOURCE_BACKEND_DOWN', `${placeOf(url)} ${why}.`, { reason: name }, { cause: thrown });
}

/** A body that says itself that it is too large is not begun; packed, it only becomes larger. */
function refuseAnnounced({ headers, body }: Pick<Response, 'headers' | 'body'>, maxBytes: number): void {
  const announced = Number(headers.get('content-length'));
  if (!(announced > maxBytes)) return;
  void body?.cancel().catch(() => undefined);
  throw tooLarge(maxBytes);
}

function tooLarge(maxBytes: number): BotError {
  const mebibytes = Math.round(maxBytes / 1024 / 1024);
  return new BotError('SOURCE_TOO_MUCH', `The answer is larger than ${mebibytes} MiB; ask for less.`, { maxBytes });
}

async function readText(response: Pick<Response, 'body'>, maxBytes: number, mayCut: boolean): Promise<string> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    sizeBytes += value.byteLength;
    if (sizeBytes > maxBytes) {
      void reader.cancel().catch(() => undefined);
      if (mayCut) break;
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The code for a status that carries no better word of its own. */
export function codeOfStatus(status: number): ErrorCode {
  if (status === 401 || (status >= 300 && status < 400)) return 'SOURCE_AUTH';
  if (status === 403) return 'SOURCE_FORBIDDEN';
  if (status === 404) return 'SOURCE_NOT_FOUND';
  if (status === 408 || status === 504) return 'SOURCE_TIMEOUT';
  if (status === 413) return 'SOURCE_TOO_MUCH';
  if (status === 429 || status === 503) return 'SOURCE_OVERLOADED';
  if (status === 502) return 'SOURCE_BACKEND_DOWN';
  if (status >= 400 && status < 500) return 'SOURCE_BAD_QUERY';
  return 'SOURCE_UNEXPECTED';
}

/** What a `Retry-After` header (seconds or a date) asks to wait, in ms; `undefined` without a readable one. */
export function retryAfterMs(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (!value) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const dateMs = Date.parse(value);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
