/** Short addresses: what they stand for, and new ones where the operator allows them. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { encodeForLink as encode } from '../../lib/encode-link.ts';
import { type KibanaClient, otherShape } from './client.ts';
import { refusalIn } from './failures.ts';
import { type KibanaPage, pageOfLocator, readPage } from './page.ts';
import { hasShortUrls } from './version.ts';

/** Shortens any path, whatever the version. */
const LOCATOR = 'LEGACY_SHORT_URL_LOCATOR';
/** What such a path is read below; nothing is ever asked of it. */
const ANYWHERE = 'http://kibana.invalid/';

const Short = z.object({
  slug: z.string().optional(),
  id: z.string(),
  locator: z.object({ id: z.string(), state: z.unknown() }),
});
const Created = z.union([z.object({ slug: z.string().min(1) }), z.object({ urlId: z.string().min(1) })]);
const OldShort = z.object({ attributes: z.object({ url: z.string() }) });

/** The page behind a short address. @throws BotError `ASK_UNKNOWN_QUERY` when there is none; `SOURCE_…` */
export async function pageBehind(
  client: KibanaClient,
  page: Extract<KibanaPage, { readonly kind: 'slug' | 'goto' }>,
  space: string | undefined,
  signal: AbortSignal,
): Promise<KibanaPage> {
  const found = await lookUp(client, page, space, signal);
  if (!found) throw new BotError('ASK_UNKNOWN_QUERY', `${client.title} does not know this short address (any more).`);
  return { ...found, ...(space !== undefined && { space }) };
}

async function lookUp(
  client: KibanaClient,
  page: Extract<KibanaPage, { readonly kind: 'slug' | 'goto' }>,
  space: string | undefined,
  signal: AbortSignal,
): Promise<KibanaPage | undefined> {
  const isNew = hasShortUrls(await client.version(signal));
  const isGoto = page.kind === 'goto';
  const id = encodeURIComponent(isGoto ? page.id : page.slug);
  // old ones are saved objects of type `url`
  const path = isNew ? `api/short_url/${isGoto ? '' : '_slug/'}${id}` : `api/saved_objects/url/${id}`;
  try {
    const answer = await client.json({ path, space }, signal);
    const short = Short.safeParse(answer);
    if (short.success) return pageOfShort(short.data.locator.id, short.data.locator.state);
    const old = OldShort.safeParse(answer);
    if (!old.success) throw otherShape(client.title, 'a short address');
    return pageOfPath(old.data.attributes.url);
  } catch (thrown) {
    if (['no_object', 'no_route'].includes(refusalIn(thrown) ?? '')) return undefined;
    throw thrown;
  }
}

function pageOfShort(id: string, state: unknown): KibanaPage | undefined {
  if (id !== LOCATOR) return pageOfLocator(id, state) ?? notDiscover();
  const { success, data } = z.object({ url: z.string() }).safeParse(state);
  return success ? pageOfPath(data.url) : undefined;
}

/** `/app/discover#/…`, or `/s/ops/app/discover#/…`. */
function pageOfPath(path: string): KibanaPage {
  const address = new URL(ANYWHERE);
  const [place = '', ...hash] = path.split('#');
  address.pathname = place;
  address.hash = hash.join('#');
  const page = readPage(address, [ANYWHERE]);
  // one that leads to another would be a circle
  return page && page.kind !== 'slug' && page.kind !== 'goto' ? page : notDiscover();
}

function notDiscover(): KibanaPage {
  return { kind: 'unreadable', why: 'it is a page of neither Discover nor a dashboard' };
}

/**
 * Makes a short address.
 *
 * @param path - below the space, without a slash in front
 * @returns what stands below the space in the new one
 * @throws BotError `SOURCE_…`
 */
export async function shorten(
  client: KibanaClient,
  path: string,
  space: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const url = `/${path}`;
  const call = hasShortUrls(await client.version(signal))
    ? { path: 'api/short_url', body: { locatorId: LOCATOR, params: { url } } }
    : { path: 'api/shorten_url', body: { url } };
  const { success, data } = Created.safeParse(await client.json({ ...call, space }, signal));
  if (!success) throw otherShape(client.title, 'a short address');
  return 'slug' in data ? `app/r/s/${encode(data.slug)}` : `goto/${encode(data.urlId)}`;
}
