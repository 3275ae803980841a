/** The pages that an alert brings. Pure. */
import type { AlertLink } from '../../domain/alert.ts';
import type { Labels } from '../../domain/labels.ts';

const URL_MAX_CHARS = 4_000;

/** An address that people may be sent to: absolute, http or https, without credentials; nothing for any other. */
export function hrefOf(value: unknown, base?: string): string | undefined {
  if (typeof value !== 'string' || value.trim() === '' || value.length > URL_MAX_CHARS) return undefined;
  const text = value.trim();
  if (!/^https?:\/\//i.test(text) && base === undefined) return undefined;
  const url = URL.parse(text, base);
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined;
  // each of these writes the whole address anew
  if (url.username !== '') url.username = '';
  if (url.password !== '') url.password = '';
  return url.href;
}

/** A link, or none where the address is none. */
export function linkOf(rel: AlertLink['rel'], value: unknown, title?: string, base?: string): readonly AlertLink[] {
  const href = hrefOf(value, base);
  return href === undefined ? [] : [{ rel, href, ...(title !== undefined && { title }) }];
}

const ANNOTATIONS: readonly (readonly [AlertLink['rel'], readonly string[]])[] = [
  ['runbook', ['runbook_url', 'runbook', 'playbook', 'playbook_url']],
  ['dashboard', ['dashboard_url', 'dashboard', 'dashboardURL']],
  ['logs', ['logs_url', 'logs']],
];

/** Links that people write into annotations: runbook, dashboard, logs; one of each. */
export function annotationLinks(annotations: Labels): readonly AlertLink[] {
  return ANNOTATIONS.flatMap(([rel, names]) => {
    const href = names.map((name) => hrefOf(annotations[name])).find((found) => found !== undefined);
    return href === undefined ? [] : [{ rel, href }];
  });
}

/** Each page once. */
export function distinctLinks(links: readonly AlertLink[]): readonly AlertLink[] {
  const seen = new Set<string>();
  return links.filter(({ href }) => !seen.has(href) && seen.add(href));
}
