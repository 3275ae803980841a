/** The bot's own HTTP interface, as tools call it: over the network or inside the process, they cannot tell. */
import { BotError, ERROR_CATALOGUE, type ErrorCode } from '../domain/errors.ts';

/** One call. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** Path with its query. */
  readonly url: string;
  /** JSON of a POST. */
  readonly body?: unknown;
}

/** What came back. */
export interface ApiReply {
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** Calls the interface in the name of whoever uses the tools. */
export type ApiCall = (request: ApiRequest, signal: AbortSignal) => Promise<ApiReply>;

/**
 * Calls it for bytes.
 *
 * @throws BotError what was refused, with its suggestions
 */
export async function bytesFrom(call: ApiCall, request: ApiRequest, signal: AbortSignal): Promise<Uint8Array> {
  const { status, bytes } = await call(request, signal);
  if (status >= 400) throw refusalIn(bytes, status);
  return bytes;
}

/** Calls it for JSON. Throws as {@link bytesFrom}. */
export async function jsonFrom<Json>(call: ApiCall, request: ApiRequest, signal: AbortSignal): Promise<Json> {
  return JSON.parse(textOf(await bytesFrom(call, request, signal))) as Json;
}

function refusalIn(bytes: Uint8Array, status: number): BotError {
  try {
    return refusalOf(JSON.parse(textOf(bytes)) as Told);
  } catch (cause) {
    return new BotError('INTERNAL', `Glimpse answered ${status} and nothing that can be read.`, {}, { cause });
  }
}

/** What is read of a problem that another Glimpse told. */
type Told = Readonly<Record<'code' | 'detail', string>> & { readonly suggestions?: readonly string[] };

/** What another Glimpse refused, as if it had been refused here. */
export function refusalOf({ code, detail, suggestions }: Told): BotError {
  const known: ErrorCode = Object.hasOwn(ERROR_CATALOGUE, code) ? (code as ErrorCode) : 'INTERNAL';
  return new BotError(known, detail, suggestions ? { suggestions } : {});
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
