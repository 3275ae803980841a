/** Pictures of Graphite that alerts link to: people put them into annotations by hand. Pure. */
import type { Alert } from '../domain/alert.ts';

/** Alerts that link to one picture. */
export interface RenderedTargets {
  readonly alerts: readonly Alert[];
  /** Address of the picture. */
  readonly href: string;
  /** What it draws, each once. */
  readonly targets: readonly string[];
}

/** More targets than this are a dashboard. */
const TARGETS_MAX = 20;
const LINK = /https?:\/\/[^\s<>|"`]{1,4000}/g;

/** The pictures that annotations and links of some alerts name; alerts with the same picture together. */
export function renderedTargets(alerts: readonly Alert[]): readonly RenderedTargets[] {
  const found = new Map<string, RenderedTargets>();
  for (const alert of alerts) {
    const seen = new Set<string>();
    for (const href of hrefsOf(alert)) {
      const targets = targetsOf(href);
      const key = JSON.stringify(targets);
      if (targets.length === 0 || seen.has(key)) continue;
      seen.add(key);
      const known = found.get(key);
      found.set(key, { alerts: [...(known?.alerts ?? []), alert], href: known?.href ?? href, targets });
    }
  }
  return [...found.values()];
}

function hrefsOf({ annotations, links, images }: Alert): readonly string[] {
  const written = Object.values(annotations)
    .flatMap((text) => text.match(LINK) ?? [])
    .map(trimmed);
  return [...written, ...links.map(({ href }) => href), ...images.flatMap(({ url }) => url ?? [])];
}

/** Without the sentence's own end, and a bracket that was opened before the address. */
function trimmed(address: string): string {
  const count = (text: string, char: string) => text.split(char).length - 1;
  let text = address.replace(/[.,;]+$/, '');
  while (text.endsWith(')') && count(text, ')') > count(text, '(')) text = text.slice(0, -1);
  return text;
}

/** `https://graphite.example.net/render?target=…&target=…`, with or without a slash behind. */
function targetsOf(href: string): readonly string[] {
  if (!URL.canParse(href)) return [];
  const { pathname, searchParams } = new URL(href);
  if (!/\/render\/?$/.test(pathname)) return [];
  const targets = searchParams.getAll('target').filter((target) => target.trim() !== '');
  return [...new Set(targets)].slice(0, TARGETS_MAX);
}
