/** Kibana 7.17 to 9 and OpenSearch Dashboards: what they keep, run through the Elasticsearch that holds the data. */
import { z } from 'zod';
import { credentialFields, plainUrl, secret } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import { createBoundedMap } from '../lib/bounded-map.ts';
import { createNameLists } from '../lib/name-lists.ts';
import { asKibana, bindBlock, type DocumentsRequest, type KibanaRequest } from './kibana/bind.ts';
import { KibanaBlock, parseBlock, placeholdersOfBlock } from './kibana/block.ts';
import { createKibanaCatalog } from './kibana/catalog.ts';
import { checkKibana } from './kibana/check.ts';
import { createKibanaClient } from './kibana/client.ts';
import { dashboardUrl } from './kibana/dashboard.ts';
import { createLibrary } from './kibana/library.ts';
import { discoverPath, placeUrl, rulesLink } from './kibana/link.ts';
import { splitSpace } from './kibana/page.ts';
import { hasLines } from './kibana/resolve.ts';
import { fetchRules, whyNoRules } from './kibana/rules.ts';
import { createRunner } from './kibana/run.ts';
import { shorten } from './kibana/short-url.ts';
import { checkValues, listValues } from './kibana/values.ts';
import { TITLES } from './kibana/version.ts';
import { defineSource, type FetchWindow, type Source, type SourceDeps } from './source.ts';

/** Links of recent answers. */
const SHORT_LINKS_MAX = 500;

/** What the config says of a Kibana. */
const KibanaOptions = z.strictObject({
  kind: z.literal('kibana'),
  url: plainUrl.describe('address of Kibana, its basePath included, e.g. http://kibana:5601'),
  publicUrl: plainUrl.optional().describe('address that people use, for links; left out, it is `url`'),
  ...credentialFields,
  apiKey: secret.optional().describe('sent as `Authorization: ApiKey`, the encoded form'),
  elasticsearch: z
    .string()
    .min(1)
    .optional()
    .describe('name of the source of kind elasticsearch that holds the data; needed for all but rules and links'),
  space: z
    .string()
    .regex(/^[a-z0-9_-]{1,100}$/, { error: 'is not the id of a space, such as operations' })
    .optional()
    .describe('id of the space that is read; pages of other spaces are then not. Left out: the default one'),
  flavour: z.enum(['kibana', 'opensearch-dashboards']).default('kibana').describe('which product answers'),
  version: z
    .string()
    .regex(/^\d+\.\d+(?:\.\d+)?$/, { error: 'is not a version, such as 8.19' })
    .optional()
    .describe('its version; left out, it is asked for'),
  shortLinks: z
    .boolean()
    .default(false)
    .describe('whether links are made short by Kibana, which keeps each of them; its role must allow that'),
});
/** Checked options. */
type KibanaOptions = z.output<typeof KibanaOptions>;

/** The kind `kibana`. */
export const kibana = defineSource({
  kind: 'kibana',
  title: 'Kibana',
  options: KibanaOptions,
  block: KibanaBlock,
  placeholders: placeholdersOfBlock,
  checkValues,
  titleOf: ({ flavour }) => TITLES[flavour],
  outputOf: (block) => (block.rules !== undefined ? 'table' : hasLines(block) ? 'lines' : 'chart'),
  create,
});

function create(options: KibanaOptions, deps: SourceDeps): Source {
  const { http, clock } = deps;
  const api = splitSpace(options.url);
  const people = splitSpace(options.publicUrl ?? options.url);
  const space = options.space ?? api.space ?? people.space;
  const client = createKibanaClient({ ...options, url: api.base, space }, http, clock);
  const catalog = createKibanaCatalog(client, clock);
  const peer = () => peerOf(options, deps);
  const runner = createRunner(catalog, space, peer);
  const lists = createNameLists(
    (pattern, signal) => listValues(pattern, { client, catalog, space, peer }, signal),
    clock,
  );
  const short = createBoundedMap<string, string>(SHORT_LINKS_MAX);
  const placeOf = (own: string | undefined) => ({
    publicUrl: people.base,
    space: own ?? space,
    version: client.knownVersion(),
  });
  const pathOf = ({ block, binding }: DocumentsRequest, window: FetchWindow) =>
    discoverPath(placeOf(block.space), { block, arguments: binding.arguments, resolved: runner.known(block) }, window);

  /** A link that cannot be made short is long. */
  async function makeShort(request: DocumentsRequest, window: FetchWindow, signal: AbortSignal): Promise<void> {
    const path = pathOf(request, window);
    if (short.has(path)) return;
    try {
      short.set(path, await shorten(client, path, request.block.space ?? space, signal));
    } catch (thrown) {
      if (!(thrown instanceof BotError)) throw thrown;
    }
  }

  function linkOf(request: KibanaRequest, window: FetchWindow): string {
    if (request.kibana === 'rules') return rulesLink(placeOf(request.space));
    const path = pathOf(request, window);
    return `${placeUrl(placeOf(request.block.space))}${short.get(path) ?? path}`;
  }

  return {
    request: (block, binding) => bindBlock(parseBlock(block), binding, peer),
    async fetch(request, window, signal) {
      const asked = asKibana(request);
      if (asked.kibana === 'rules')
        return [await fetchRules(client, asked.rules, window, asked.space ?? space, signal)];
      const frames = await runner.fetch(asked, window, signal);
      if (options.shortLinks) await makeShort(asked, window, signal);
      return frames;
    },
    link: (request, window) => linkOf(asKibana(request), window),
    check: (signal) => checkKibana(client, { space, version: options.version, peer }, signal),
    values: (pattern, signal) => lists.values(pattern, signal),
    whyEmpty(request, window, signal) {
      const asked = asKibana(request);
      if (asked.kibana === 'rules') return whyNoRules(client, asked.rules, asked.space ?? space, signal);
      return runner.whyEmpty(asked, window, signal);
    },
    library: createLibrary({
      client,
      catalog,
      publicUrl: people.base,
      bases: [...new Set([people.base, api.base])],
      space,
    }),
    dashboardLink: (link, window, signal) =>
      dashboardUrl(link, window, { catalog, place: placeOf(undefined), space }, signal),
  };
}

/** @throws BotError `CONFIG_INVALID` */
function peerOf({ elasticsearch }: KibanaOptions, { name, peer }: SourceDeps): Source {
  if (elasticsearch === undefined || !peer) {
    const message = `The source ${name} does not say where its data are; set elasticsearch: to the name of a source of kind elasticsearch.`;
    throw new BotError('CONFIG_INVALID', message);
  }
  return peer(elasticsearch, 'elasticsearch');
}
