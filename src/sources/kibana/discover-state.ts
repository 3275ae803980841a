/** The state that Discover keeps in its address: written for links, read from pasted ones. Pure. */
import { encodeForLink as encode } from '../../lib/encode-link.ts';
import { parseRison, type RisonValue, rison } from '../../lib/rison.ts';
import { isRecord } from './filters.ts';

/** Reads a fragment such as `/view/abc?_g=…&_a=…`; parts that are not there or not readable are absent. */
export interface Fragment {
  /** `/`, `/view/abc`. */
  readonly path: string;
  /** Values by their names: `_g`, `_a`, `_q`, `_tab`. */
  readonly state: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
}

/**
 * Reads the fragment of an address.
 *
 * @throws SyntaxError where a state is no rison
 */
export function readFragment(hash: string): Fragment {
  const [path = '', ...rest] = hash.replace(/^#/, '').split('?');
  const state = new Map<string, Readonly<Record<string, unknown>>>();
  for (const part of rest.join('?').split('&')) {
    const at = part.indexOf('=');
    if (at < 1) continue;
    const name = decoded(part.slice(0, at));
    if (!/^_(?:g|a|q|tab)$/.test(name)) continue;
    const value = parseRison(decoded(part.slice(at + 1)));
    if (isRecord(value)) state.set(name, value);
  }
  return { path: decoded(path), state };
}

/** A plus is a plus here: Kibana writes blanks as `%20`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SyntaxError('broken percent-encoding');
  }
}

/** Writes a fragment; chats take `_` for the beginning of italics, so that even names are encoded. */
export function writeFragment(path: string, state: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(state).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encode(name)}=${encode(rison(value as RisonValue))}`],
  );
  return `#${path.split('/').map(encode).join('/')}?${parts.join('&')}`;
}
