/** `fetch` for a server whose certificate is signed by an authority of its own, which the built-in one cannot be told. */
import { type RequestOptions, request } from 'node:https';
import { Readable } from 'node:stream';
import { rootCertificates } from 'node:tls';
import { createGunzip } from 'node:zlib';

/** What can be sent: text and bytes. */
interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly body?: RequestInit['body'];
}

/** What a caller reads of an answer. */
type Answered = Pick<Response, 'status' | 'headers' | 'body'>;

/**
 * Sends one request over TLS, with `ca` (PEM) trusted beside the usual authorities. Follows no redirect.
 *
 * @throws the signal's reason; `TypeError` with the failure of the connection as its cause, as `fetch` does
 */
export async function fetchWithCa(url: URL, { method, headers, signal, body }: Sent, ca: string): Promise<Answered> {
  if (url.protocol !== 'https:') return fetch(url, { method, headers, redirect: 'manual', signal, body: body ?? null });
  const bytes = body === undefined || body === null ? undefined : await new Response(body).bytes();
  const options: RequestOptions = {
    method,
    headers: {
      'accept-encoding': 'gzip',
      ...headers,
      ...(bytes && { 'content-length': String(bytes.byteLength) }),
    },
    ca: [...rootCertificates, ca],
    signal,
    agent: false,
  };
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const outgoing = request(url, options, (incoming) => {
    const received = new Headers();
    for (const [name, values] of Object.entries(incoming.headersDistinct)) {
      for (const value of values ?? []) received.append(name, value);
    }
    const isPacked = received.get('content-encoding') === 'gzip';
    const unpacked = isPacked ? incoming.pipe(createGunzip()) : incoming;
    // a pipe does not pass failures on
    if (isPacked) incoming.once('error', (error) => unpacked.destroy(error));
    const stream = Readable.toWeb(unpacked) as unknown as NonNullable<Response['body']>;
    resolve({ status: incoming.statusCode ?? 0, headers: received, body: stream });
  });
  outgoing.once('error', (error) => {
    reject(signal.aborted ? signal.reason : new TypeError('fetch failed', { cause: error }));
  });
  outgoing.end(bytes);
  return promise;
}
