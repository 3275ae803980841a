/** What the answers of Kibana, OpenSearch Dashboards and the proxies before them mean when they are no data. */
import { BotError, type ErrorCode } from '../../domain/errors.ts';
import { codeOfStatus, type HttpReply, retryAfterMs } from '../../lib/http-client.ts';
import { endSentence, harmless, isPage, textOfPage } from '../../lib/said.ts';

/** Errors are of Boom's shape: a status, its name, a sentence. */
interface Boom {
  readonly isBoom: boolean;
  readonly said: string;
}

/** Which kind of "no" it was, for those who know another way: in `details.kibana` of an error. */
export type Refusal = 'no_object' | 'no_route' | 'other';

/** Where a call went, for the words. */
export interface CalledPlace {
  /** `Kibana`, `OpenSearch Dashboards`. */
  readonly title: string;
  /** The space that was asked; absent for the default one. */
  readonly space?: string | undefined;
}

/** An answer that is no data, as an error in our words; at most one sentence of the server's own. */
export function failureOf(place: CalledPlace, reply: HttpReply, nowMs: number): BotError {
  const boom = boomOf(reply.text);
  const code = codeOf(reply, boom);
  const wait = retryAfterMs(reply.headers, nowMs);
  return new BotError(code, messageOf(place, code, reply, boom), {
    httpStatus: reply.status,
    kibana: refusalOf(reply, boom),
    ...(wait !== undefined && { retryAfterMs: wait }),
  });
}

/** Which kind of "no" an error was; `undefined` where it is no error of Kibana's. */
export function refusalIn(thrown: unknown): Refusal | undefined {
  return thrown instanceof BotError ? (thrown.details.kibana as Refusal | undefined) : undefined;
}

function boomOf(text: string): Boom {
  try {
    const { message, statusCode } = JSON.parse(text) as { message?: unknown; statusCode?: unknown };
    const said = typeof message === 'string' ? message : '';
    return { isBoom: said !== '' || typeof statusCode === 'number', said };
  } catch {
    const [line = ''] = isPage(text)
      ? []
      : textOfPage(text)
          .split('\n')
          .filter((one) => one.trim() !== '');
    return { isBoom: false, said: line };
  }
}

function isStarting({ said }: Boom): boolean {
  return /not ready yet/i.test(said);
}

function codeOf({ status, contentType }: HttpReply, boom: Boom): ErrorCode {
  if (status < 300) return contentType === 'text/html' ? 'SOURCE_AUTH' : 'SOURCE_UNEXPECTED';
  if (status === 503 && isStarting(boom)) return 'SOURCE_BACKEND_DOWN';
  const isOurs = /(?:kbn|osd)-xsrf|not available with the current configuration|No version .*available/i.test(
    boom.said,
  );
  return status === 400 && isOurs ? 'SOURCE_UNEXPECTED' : codeOfStatus(status);
}

function refusalOf({ status }: HttpReply, { isBoom, said }: Boom): Refusal {
  if (status === 404 && /^saved object \[/i.test(said)) return 'no_object';
  if (status === 404 && isBoom) return 'no_route';
  const isNoRoute =
    /not available with the current configuration|Unsupported saved object type|not visible|hidden|No version /i;
  return status === 400 && isNoRoute.test(said) ? 'no_route' : 'other';
}

function messageOf({ title, space }: CalledPlace, code: ErrorCode, reply: HttpReply, boom: Boom): string {
  const { status, contentType } = reply;
  const said = harmless(boom.said);
  const why = said === '' ? ` (${status}).` : endSentence(`: ${said}`);
  switch (code) {
    case 'SOURCE_AUTH':
      return status === 401
        ? `${title} does not accept my login (401).`
        : `${title} sent a login page instead of data (${status}); it needs other credentials.`;
    case 'SOURCE_FORBIDDEN':
      return space === undefined
        ? `${title} does not let my login read this (403).`
        : `${title} has no space ${space} that my login may read (403).`;
    case 'SOURCE_NOT_FOUND':
      return notFound(title, space, refusalOf(reply, boom));
    case 'SOURCE_TIMEOUT':
      return `${title} gave up on this (it timed out there).`;
    case 'SOURCE_OVERLOADED':
      return `${title} is overloaded (${status}).`;
    case 'SOURCE_BACKEND_DOWN':
      return isStarting(boom)
        ? `${title} is starting and not ready yet (${status}).`
        : `${title} cannot be reached behind its proxy (${status}).`;
    case 'SOURCE_BAD_QUERY':
      return `${title} does not understand the request${why}`;
    case 'SOURCE_TOO_MUCH':
      return `${title} finds this too much${why}`;
    default:
      if (contentType.startsWith('image/')) return `${title} sent a picture instead of data.`;
      return status < 300 ? `${title} sent something that is no JSON.` : `${title} failed inside${why}`;
  }
}

function notFound(title: string, space: string | undefined, refusal: Refusal): string {
  if (refusal === 'no_object') return `${title} no longer has this saved object (404).`;
  if (space !== undefined) return `${title} has no space ${space}, or my login may not see it (404).`;
  return refusal === 'no_route'
    ? `${title} has no such address (404); its version may differ from the configured one.`
    : `${title} has nothing at this address (404); check the url in the configuration, a basePath included.`;
}
