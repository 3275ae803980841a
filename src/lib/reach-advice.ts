/** What to do about a server that cannot be read, for the reports of `glimpse check`. */
import { BotError } from '../domain/errors.ts';

const AUTHORITY = /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;
/** By the code of the failed connection, as `http-client` passes it on. */
const BY_REASON: readonly (readonly [RegExp, string])[] = [
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, 'Renew it there.'],
  [/ALTNAME/, 'Write the url with a name that the certificate is for.'],
  [/^ERR_SSL_|^EPROTO$/, 'Write http:// in the url, or the port that speaks TLS.'],
];

function reachAdvice(
  { details: { reason, httpStatus } }: BotError,
  otherwise = 'Check the url, and that this machine may reach it.',
  ca?: string,
): string {
  // a proxy did answer: this machine and the url are not what is wrong
  if (httpStatus === 502) return 'Check that it runs, and where its proxy sends requests to.';
  const code = String(reason ?? '');
  if (AUTHORITY.test(code)) {
    const where = ca === undefined ? '' : `, such as ${ca}`;
    return `Set ca_file to the certificate (PEM) of the authority that signed it${where}.`;
  }
  return BY_REASON.find(([pattern]) => pattern.test(code))?.[1] ?? otherwise;
}

/** The sentence behind one that says that the simplest question made no sense there. */
const OTHER_PRODUCT_ADVICE = 'Check the url: something else may answer there.';

/** The problem of a server whose answer is of another shape than `what` has. */
export function otherShape(title: string, what: string): string {
  return `${title} sent JSON of another shape than ${what} has. ${OTHER_PRODUCT_ADVICE}`;
}

/** What to do about a back end, each a sentence. */
export interface OwnAdvice {
  /** About a refused login. */
  readonly auth: string;
  /** About a missing right. */
  readonly forbidden: string;
  /** Where nothing is at the address. */
  readonly notFound?: string;
  /** Where nobody answers, and the connection says no more about why. */
  readonly reach?: string;
  /** Where the certificate of its own authority mostly is. */
  readonly ca?: string;
  /** Whether the product itself was seen to answer: then it is nothing else. */
  readonly isThere?: boolean;
}

/**
 * What a check that failed says: what happened, then what to do about it.
 *
 * @throws the reason of `signal` when it is aborted; `thrown` where it is no BotError
 */
export function checkProblem(thrown: unknown, advice: OwnAdvice, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (!(thrown instanceof BotError)) throw thrown;
  const what = adviceFor(thrown, advice);
  return what === undefined ? thrown.message : `${thrown.message} ${what}`;
}

function adviceFor(
  failure: BotError,
  { auth, forbidden, notFound, reach, ca, isThere }: OwnAdvice,
): string | undefined {
  switch (failure.code) {
    case 'SOURCE_AUTH':
      return `${auth}${isThere ? '' : pageAdvice(failure)}`;
    case 'SOURCE_FORBIDDEN':
      return forbidden;
    case 'SOURCE_NOT_FOUND':
      return notFound;
    case 'SOURCE_BACKEND_DOWN':
    case 'SOURCE_TIMEOUT':
      return reachAdvice(failure, reach, ca);
    case 'SOURCE_BAD_QUERY':
    case 'SOURCE_UNEXPECTED':
      return isThere ? undefined : OTHER_PRODUCT_ADVICE;
    default:
      return undefined;
  }
}

/** Behind advice about a login: a page came instead of data, where the server itself did not refuse it. */
function pageAdvice({ details: { httpStatus } }: BotError): string {
  return Number(httpStatus) < 300 ? ' Or something else answers there; check the url.' : '';
}
