/** Names as people type them: lower case, words joined by hyphens. Pure. */

/** `Web overview / CPU (%)` is `web-overview-cpu`. */
export function slugOf(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}

/** Variables in a title, in all the ways in which they are written. */
export const VARIABLE = /\$\{[^}]*\}|\$\w+|\[\[[^\]]*\]\]/g;

/** A title without its variables: `CPU of $host` is `CPU of`. */
export function withoutVariables(title: string): string {
  return title.replace(VARIABLE, ' ').trim();
}
