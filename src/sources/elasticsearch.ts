/** Elasticsearch 8 and 9, and OpenSearch 2 and 3: log lines, counts over time, metrics of fields. */
import { z } from 'zod';
import { credentialFields, plainUrl, secret } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import { createNameLists } from '../lib/name-lists.ts';
import { createBackend } from './elasticsearch/backend.ts';
import { bindBlock, type ElasticsearchRequest } from './elasticsearch/bind.ts';
import { ElasticsearchBlock, indexName, parseBlock, placeholdersOfBlock } from './elasticsearch/block.ts';
import { checkBackend } from './elasticsearch/check.ts';
import { type FetchContext, fetchFrames } from './elasticsearch/fetch.ts';
import { discoverLink } from './elasticsearch/link.ts';
import { listValues, readPattern } from './elasticsearch/values.ts';
import { whyEmpty } from './elasticsearch/why-empty.ts';
import { defineSource, type Source, type SourceDeps, type SourceRequest } from './source.ts';

/** The server is told to stop a little before we do, so that it can answer with what it has. */
const SERVER_SHARE = 0.8;
/** The time of a search where nobody says how long a source may take. */
const TIMEOUT_MS = 5_000;

/** As Elastic Agent and the integrations of both products name the data streams of logs. */
const INDEX = 'logs-*';

/** What the config says of an Elasticsearch or OpenSearch. */
const ElasticsearchOptions = z.strictObject({
  kind: z.literal('elasticsearch'),
  url: plainUrl.describe('address of the API, e.g. http://elasticsearch:9200'),
  publicUrl: plainUrl
    .optional()
    .describe(
      'address of Kibana or OpenSearch Dashboards for people, a space in it as `/s/name`; left out, there are no links',
    ),
  ...credentialFields,
  apiKey: secret.optional().describe('sent as `Authorization: ApiKey`, the encoded form'),
  flavour: z
    .enum(['auto', 'elasticsearch', 'opensearch'])
    .default('auto')
    .describe('which product answers; `auto` finds out'),
  index: indexName
    .optional()
    .describe(
      'what is read where a definition names no index, and by questions such as `kql: log.level: error`; left out, it is `logs-*`',
    ),
  timeField: z.string().min(1).default('@timestamp').describe('the field with the time'),
  dataView: z.string().min(1).optional().describe('id of the data view that links open, where a definition names none'),
  version: z
    .string()
    .regex(/^\d+\.\d+(?:\.\d+)?$/, { error: 'is not a version, such as 8.19' })
    .optional()
    .describe('version of Kibana, for the newest form of links; left out, the form that every version reads'),
});
/** Checked options. */
type ElasticsearchOptions = z.output<typeof ElasticsearchOptions>;

/** The kind `elasticsearch`, for both products: one definition serves either. */
export const elasticsearch = defineSource({
  kind: 'elasticsearch',
  title: 'Elasticsearch',
  options: ElasticsearchOptions,
  block: ElasticsearchBlock,
  placeholders: placeholdersOfBlock,
  checkValues: readPattern,
  titleOf: ({ flavour }) => (flavour === 'opensearch' ? 'OpenSearch' : 'Elasticsearch'),
  linkTitleOf: ({ flavour }) => (flavour === 'opensearch' ? 'OpenSearch Dashboards' : 'Kibana'),
  outputOf: ({ lines }) => (lines ? 'lines' : 'chart'),
  rawPrefixes: ['kql', 'lucene', 'esql'],
  raw: rawBlock,
  create,
});

/** A typed question has no placeholders: `${` is text, which a block writes `$${`. */
function rawBlock(expression: string, prefix: string): z.input<typeof ElasticsearchBlock> {
  if (prefix === 'lucene') return { lucene: expression, lines: {} };
  const text = expression.replaceAll('${', '$$$${');
  return prefix === 'esql' ? { esql: text } : { kql: text, lines: {} };
}

function create(
  options: ElasticsearchOptions,
  { http, clock, timeoutMs = TIMEOUT_MS, isEmbedded }: SourceDeps,
): Source {
  const { publicUrl, timeField, index = INDEX } = options;
  const backend = createBackend(options, options.flavour, http, clock, isEmbedded);
  const context = (signal: AbortSignal): FetchContext => ({
    backend,
    timeoutMs: timeoutMs * SERVER_SHARE,
    nowMs: clock.now(),
    signal,
  });
  const lists = createNameLists((pattern, signal) => listValues(pattern, context(signal), timeField, signal), clock);
  return {
    request: (block, binding) => bindBlock(parseBlock(block, { index, timeField }), binding),
    fetch: (request, window, signal) => fetchFrames(asElasticsearch(request), window, context(signal)),
    link: (request, window) =>
      publicUrl === undefined ? undefined : discoverLink({ ...options, publicUrl }, asElasticsearch(request), window),
    check: (signal) => checkBackend(backend, options, signal),
    values: (pattern, signal) => lists.values(pattern, signal),
    whyEmpty: (request, window, signal) =>
      whyEmpty(asElasticsearch(request), window, { ...context(signal), values: lists.values }),
  };
}

function asElasticsearch(request: SourceRequest): ElasticsearchRequest {
  if ('groups' in request) return request as ElasticsearchRequest;
  throw new BotError('INTERNAL', 'A request of another source was given to Elasticsearch.');
}
