/** What the answers of Elasticsearch, OpenSearch and the proxies before them mean when they are no data. */
import { BotError, type ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply } from '../../lib/http-client.ts';
import { replyFailure } from '../../lib/reply-failure.ts';
import { endSentence, harmless, isPage, textOfPage } from '../../lib/said.ts';

/** The server speaks, but is another product than the one it is asked as. */
export class OtherProduct extends Error {
  readonly title: string;

  constructor(title: string) {
    super(`the server is no ${title}`);
    this.name = 'OtherProduct';
    this.title = title;
  }

  /** For a configuration that names the product. */
  asBotError(): BotError {
    return new BotError(
      'SOURCE_UNEXPECTED',
      `What answers at this address is no ${this.title}; set \`flavour\` to opensearch, or to auto.`,
      {},
      { cause: this },
    );
  }
}

/** An error as the server describes it: types from the outside in, and the reason that says most. */
interface Described {
  readonly types: readonly string[];
  readonly reason: string;
  /** The index that is missing or forbidden. */
  readonly index?: string;
}

/** An answer that is no data, as an error in our words; at most one sentence of the server's own. */
export function failureOf(title: string, reply: HttpReply, nowMs: number): BotError {
  const described = describe(reply.text);
  const code = codeOf(reply, described);
  return replyFailure(code, messageOf(title, code, reply, described), reply, nowMs);
}

/** The longest chain of causes that is followed. */
const CAUSES_MAX = 10;

type Json = Readonly<Record<string, unknown>>;

function describe(text: string): Described {
  const error = errorIn(text);
  if (error === undefined) return { types: [], reason: isPage(text) ? '' : harmless(firstLine(textOfPage(text))) };
  if (typeof error === 'string') return { types: [], reason: harmless(error) };
  const chain = causesOf(error);
  const types = chain.flatMap(({ type }) => (typeof type === 'string' ? [type] : []));
  const [first = {}] = listIn(error, 'root_cause');
  const reasons = [first, ...chain.toReversed()].flatMap(({ reason }) => (typeof reason === 'string' ? [reason] : []));
  const reason = reasons.find((one) => one !== '' && one !== 'all shards failed') ?? '';
  const named = [first, error].flatMap(({ index: name }) => (typeof name === 'string' ? [name] : []))[0];
  const index = (named ?? indexIn(reason))?.replaceAll('*', '…');
  return { types, reason: harmless(withField(reason)), ...(index !== undefined && { index: harmless(index) }) };
}

/** OpenSearch names the field at the end of a sentence that is too long to be kept. */
function withField(reason: string): string {
  return reason.replace(
    /^(Text fields are not optimi[sz]ed).*?(fielddata=true on \[[^\]]{1,80}\]).*$/s,
    '$1; $2 allows it',
  );
}

function firstLine(text: string): string {
  return text.split('\n').find((line) => line.trim() !== '') ?? '';
}

function errorIn(text: string): string | Json | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' || isJson(error) ? error : undefined;
  } catch {
    return undefined;
  }
}

/** The error, its roots, the failures of shards, and what caused each, down to the bottom. */
function causesOf(error: Json): Json[] {
  const shards = listIn(error, 'failed_shards').flatMap(({ reason }) => (isJson(reason) ? [reason] : []));
  return [error, ...listIn(error, 'root_cause'), ...shards].flatMap((one) => {
    const chain: Json[] = [];
    for (let next: unknown = one; isJson(next) && chain.length < CAUSES_MAX; next = next.caused_by) chain.push(next);
    return chain;
  });
}

function listIn(error: Json, key: string): Json[] {
  const list = error[key];
  return Array.isArray(list) ? list.slice(0, CAUSES_MAX).filter(isJson) : [];
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Types of errors that say more than the status, which differs between versions. */
const CODES: readonly (readonly [type: RegExp, code: ErrorCode])[] = [
  [/too_many_buckets|too_many_clauses|too_many_nested_clauses/, 'SOURCE_TOO_MUCH'],
  [/circuit_breaking|rejected_execution/, 'SOURCE_OVERLOADED'],
  [/index_not_found/, 'SOURCE_NOT_FOUND'],
  [/media_type_header/, 'SOURCE_UNEXPECTED'],
  [/cluster_block|index_closed/, 'SOURCE_FORBIDDEN'],
  [/task_cancelled|timeout_exception/, 'SOURCE_TIMEOUT'],
];

function codeOf({ status, contentType }: HttpReply, { types, reason }: Described): ErrorCode {
  if (status < 300) return contentType === 'text/html' ? 'SOURCE_AUTH' : 'SOURCE_UNEXPECTED';
  if (status === 401 || status === 403) return codeOfStatus(status);
  const known = CODES.find(([pattern]) => types.some((type) => pattern.test(type)));
  if (known) return known[1];
  if (/result window is too large|too many|max_\w+ setting|exceeds? the (?:limit|maximum)/i.test(reason)) {
    return 'SOURCE_TOO_MUCH';
  }
  return status === 406 ? 'SOURCE_UNEXPECTED' : codeOfStatus(status);
}

function messageOf(title: string, code: ErrorCode, { status, contentType }: HttpReply, said: Described): string {
  const why = said.reason === '' ? ` (${status}).` : endSentence(`: ${said.reason}`);
  switch (code) {
    case 'SOURCE_AUTH':
      return status === 401
        ? `${title} does not accept my login (401).`
        : `${title} sent a login page instead of data (${status}); it needs other credentials.`;
    case 'SOURCE_FORBIDDEN':
      return said.types.some((type) => /block|closed/.test(type))
        ? `${title} has blocked this index${why}`
        : `${title} does not let my login read ${said.index ?? 'this'} (403).`;
    case 'SOURCE_NOT_FOUND':
      return said.index === undefined
        ? `${title} has nothing at this address (404); check the url in the configuration, and the index.`
        : `${title} has no index ${said.index}.`;
    case 'SOURCE_TIMEOUT':
      return `${title} gave up on this query (it timed out there); a shorter window may work.`;
    case 'SOURCE_OVERLOADED':
      return `${title} is overloaded${why}`;
    case 'SOURCE_BACKEND_DOWN':
      return `${title} cannot be reached behind its proxy (${status}).`;
    case 'SOURCE_BAD_QUERY':
      return badQuery(title, said, why);
    case 'SOURCE_TOO_MUCH':
      return tooMuch(title, said, why);
    default:
      return unexpected(title, status, contentType, said);
  }
}

/** What a server cannot do, rather than what is wrong with the question. */
function badQuery(title: string, { reason, types }: Described, why: string): string {
  const aggregation = /unknown aggregation type (\w{1,40})/i.exec(reason)?.[1];
  if (aggregation === 'derivative') {
    return `This server (${title}) cannot tell the rate of a counter: it has no aggregation derivative.`;
  }
  if (aggregation !== undefined) return `This server (${title}) has no aggregation ${aggregation}.`;
  const query = /unknown query (\w{1,40})/i.exec(reason)?.[1];
  if (query !== undefined) return `This server (${title}) has no query ${query}.`;
  if (/unknown key for a START_OBJECT in runtime_mappings/i.test(reason)) {
    return `This server (${title}) has no fields at run time (runtimeMappings).`;
  }
  if (/fielddata is disabled|text fields are not optimi[sz]ed/i.test(reason)) {
    const field = /(?:\bon|field data of|fielddata=true on) (\S{1,80}?)[ .]/i.exec(reason)?.[1];
    const name = field === undefined ? 'That field' : `The field ${field}`;
    return `${name} is text, which ${title} can neither group nor measure; name a keyword or a number.`;
  }
  if (types.includes('search_phase_execution_exception') && reason === '') return `${title} failed in all shards${why}`;
  return `${title} does not understand the query${why}`;
}

/** Each limit asks for another thing to be made smaller. */
function tooMuch(title: string, { reason, types }: Described, why: string): string {
  const named = `${types.join(' ')} ${reason}`;
  if (/too_many_buckets|too many buckets/i.test(named)) {
    return `${title} will not make so many buckets${why} A shorter window, fewer names or a longer step may work.`;
  }
  if (/result window is too large/i.test(named)) {
    return `${title} will not read so many lines at once${why} Fewer lines or a shorter window may work.`;
  }
  if (/clause/i.test(named)) {
    return `${title} finds this query too long${why} Fewer names may work.`;
  }
  return `${title} finds this too much${why} A shorter window may work.`;
}

function unexpected(title: string, status: number, contentType: string, { types }: Described): string {
  if (status === 406 || types.includes('media_type_header_exception')) {
    return `${title} does not speak the version it is asked in; set \`flavour\` in the configuration.`;
  }
  if (contentType.startsWith('image/')) return `${title} sent a picture instead of data.`;
  return status < 300 ? `${title} sent something that is no JSON.` : `${title} failed inside (${status}).`;
}

/** `… is unauthorized for user [x] … on indices [logs-*], this action …` */
function indexIn(reason: string): string | undefined {
  return /\bindices \[([^\]]{1,100})\]/.exec(reason)?.[1];
}
