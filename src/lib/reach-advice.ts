/** What to do about a server that cannot be reached, for the reports of `glimpse check`. */
import type { BotError } from '../domain/errors.ts';

/** By the code of the failed connection, as `http-client` passes it on. */
const BY_REASON: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    ' Set ca_file to the certificate (PEM) of the authority that signed it.',
  ],
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, ' Renew it there.'],
  [/ALTNAME/, ' Write the url with a name that the certificate is for.'],
  [/^ERR_SSL_|^EPROTO$/, ' Write http:// in the url, or the port that speaks TLS.'],
];

/**
 * The sentence behind one that says that nobody answered, with a blank in front.
 *
 * @param otherwise - where the failure itself says no more
 */
export function reachAdvice(
  { details: { reason, httpStatus } }: Pick<BotError, 'details'>,
  otherwise = ' Check the url, and that this machine may reach it.',
): string {
  // a proxy did answer: this machine and the url are not what is wrong
  if (httpStatus === 502) return ' Check that it runs, and where its proxy sends requests to.';
  return BY_REASON.find(([pattern]) => pattern.test(String(reason ?? '')))?.[1] ?? otherwise;
}

/** The sentence behind one that says that the simplest question made no sense there. */
export const OTHER_PRODUCT_ADVICE = ' Check the url: something else may answer there.';

/** The same behind one about a login, where a page came instead of data: `''` where the server itself refused. */
export function pageAdvice({ details: { httpStatus } }: Pick<BotError, 'details'>): string {
  return Number(httpStatus) < 300 ? ' Or something else answers there; check the url.' : '';
}
