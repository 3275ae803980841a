/** What a short link stands for. The redirect is read, never followed. */
import { BotError } from '../../../domain/errors.ts';
import type { GrafanaClient } from '../client.ts';
import { TITLE } from '../failures.ts';
import { mapOf, textOf } from '../present/json.ts';

/**
 * The address behind `/goto/<uid>`, below the public one. Whatever host the server names (it may know itself by an inner
 * name) is left out: only the path counts.
 *
 * @throws BotError `ASK_UNKNOWN_QUERY` where there is no such link; `SOURCE_…`
 */
export async function resolveShort(
  client: GrafanaClient,
  uid: string,
  publicUrl: string,
  signal: AbortSignal,
): Promise<URL> {
  const reply = await client.send(`goto/${encodeURIComponent(uid)}`, {}, signal);
  const place = reply.status >= 300 && reply.status < 400 ? (reply.headers.get('location') ?? '') : '';
  const path = place !== '' && !/\/login(?:\?|$)/.test(place) ? place : await storedPath(client, uid, signal);
  const base = new URL(publicUrl);
  // one that is not there leads to the start page
  if (path === undefined || !URL.canParse(path, base.href) || isStart(new URL(path, base.href), base)) {
    throw new BotError('ASK_UNKNOWN_QUERY', `${TITLE} knows no short link ${uid}; it may have expired.`);
  }
  const { pathname, search } = new URL(path, base.href);
  const own = new URL(base.href);
  own.pathname = pathname;
  own.search = search;
  return own;
}

function isStart({ pathname }: URL, base: URL): boolean {
  return pathname === '/' || `${pathname}/` === base.pathname || pathname === base.pathname;
}

/** Versions since 12 also tell the path of a link as JSON. */
async function storedPath(client: GrafanaClient, uid: string, signal: AbortSignal): Promise<string | undefined> {
  const reply = await client.send(`api/short-urls/${encodeURIComponent(uid)}`, {}, signal);
  if (reply.status === 404 || reply.status === 405) return undefined;
  if (reply.status !== 200 || !/^\s*\{/.test(reply.text)) throw client.failure(reply);
  try {
    return textOf(mapOf(JSON.parse(reply.text)).path);
  } catch {
    return undefined;
  }
}
