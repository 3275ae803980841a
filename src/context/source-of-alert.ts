/** Which configured source has what an alert was judged by. Pure. */
import type { Alert } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { ConfiguredSource, SourceSet } from '../sources/source-set.ts';

/** Pages that are of where an alert came from; runbooks and tickets are elsewhere. */
const PAGES: ReadonlySet<string> = new Set(['query', 'source', 'panel', 'logs']);

/**
 * The source of a kind that an alert came from: the one whose address its links are under, else the only one of that kind
 * that has real data.
 *
 * @throws BotError `SOURCE_NOT_FOUND` where there is none, or several and no way to tell which
 */
export function sourceOfAlert(
  { links }: Pick<Alert, 'links'>,
  kind: string,
  { all }: Pick<SourceSet, 'all'>,
): ConfiguredSource {
  const candidates = all.filter((source) => source.kind === kind && source.rawBlock !== undefined);
  const pages = links.filter(({ rel }) => PAGES.has(rel)).map(({ href }) => href);
  const near = candidates
    .map((source) => ({ source, nearness: Math.max(0, ...pages.map((page) => nearnessOf(page, source))) }))
    .toSorted((a, b) => b.nearness - a.nearness);
  const [first, second] = near;
  if (first && first.nearness > 0 && first.nearness > (second?.nearness ?? 0)) return first.source;
  const real = candidates.filter(({ isDemo }) => !isDemo);
  const [only, another] = real.length > 0 ? real : candidates;
  if (only && !another) return only;
  throw new BotError('SOURCE_NOT_FOUND', unknownSource(kind, candidates, pages[0]), { kind });
}

function unknownSource(kind: string, candidates: readonly ConfiguredSource[], page: string | undefined): string {
  if (candidates.length === 0) return `no source of kind ${kind} is configured.`;
  const host = page !== undefined && URL.canParse(page) ? new URL(page).host : undefined;
  const names = candidates.map(({ name }) => name).join(', ');
  const where =
    host === undefined ? 'the alert does not say which' : `none has the address ${host} as its \`publicUrl\``;
  return `it could be of ${names}; ${where}.`;
}

/** How much of a page's address is that of a source: 0 for another host; the longer a path they share, the more. */
function nearnessOf(page: string, { addresses = [] }: ConfiguredSource): number {
  const target = URL.canParse(page) ? new URL(page) : undefined;
  if (!target) return 0;
  const each = addresses.map((address) => {
    const own = URL.canParse(address) ? new URL(address) : undefined;
    if (own?.hostname !== target.hostname) return 0;
    if (own.port !== target.port) return 1;
    return target.pathname.startsWith(own.pathname.replace(/\/$/, '')) ? 3 + own.pathname.length : 2;
  });
  return Math.max(0, ...each);
}
