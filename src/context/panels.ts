/** Panels that alerts name by their pages, as questions for the source that has them. */
import type { Alert } from '../domain/alert.ts';
import type { Arguments } from '../domain/question.ts';
import type { Parameter, SavedQuery } from '../domain/saved-query.ts';
import { makeUnit } from '../domain/unit.ts';
import type { Library, Opened } from '../sources/source.ts';
import type { ConfiguredSource, SourceSet } from '../sources/source-set.ts';
import type { BoundQuery } from './matching-queries.ts';

/** A panel that some alerts name. */
export interface AlertPanel {
  readonly alerts: readonly Alert[];
  readonly url: URL;
  readonly source: ConfiguredSource;
  readonly library: Library;
  readonly shows: keyof typeof PAGES;
}

/** What pages show, by how an alert links to them; the first that can be opened is enough. */
const PAGES = { panel: 'panel', rule: 'source', lines: 'logs' } as const;

const MAX_RANGE_MS = 366 * 86_400_000;
const RANGE_TEXT = '1h';
/** Values that one question takes. */
const VALUES_MAX = 20;

/** The panels of some alerts that a configured source can open, else the pages of their rules, each once. Pure. */
export function panelsOf(alerts: readonly Alert[], { all }: Pick<SourceSet, 'all'>): readonly AlertPanel[] {
  const pages = new Map<string, AlertPanel>();
  for (const alert of alerts) {
    const kinds = Object.keys(PAGES) as (keyof typeof PAGES)[];
    const found = kinds.flatMap((shows) => pageOf(alert, shows, all) ?? [])[0];
    if (!found) continue;
    const known = pages.get(found.url.href);
    pages.set(found.url.href, { ...found, alerts: [...(known?.alerts ?? []), alert] });
  }
  return [...pages.values()];
}

/** A page of an alert that a source can open; that of its lines where it does not bring their search itself. */
function pageOf(
  alert: Alert,
  shows: AlertPanel['shows'],
  all: SourceSet['all'],
): Omit<AlertPanel, 'alerts'> | undefined {
  if (shows === 'lines' && alert.metric?.query !== undefined) return undefined;
  const href = alert.links.find(({ rel }) => rel === PAGES[shows])?.href;
  if (href === undefined || !URL.canParse(href)) return undefined;
  const url = new URL(href);
  const isRulePage = /\balerting\b|\btriggersActions\b|\balerts\/rules\b/.test(url.pathname);
  if (shows === 'rule' && !isRulePage) return undefined;
  const source = all.find((one) => one.source.library?.owns(url));
  const library = source?.source.library;
  return source && library ? { url, source, library, shows } : undefined;
}

/**
 * Opens a panel; its variables have the values of its page, and those of the alerts' labels where a label has the name of a
 * variable: what a dashboard happens to show otherwise is not what fires.
 *
 * @throws BotError `ASK_…` where the page is none any more, `SOURCE_…`
 */
export async function openPanel(
  { alerts, url, source, library }: AlertPanel,
  { nowMs, zone }: { readonly nowMs: number; readonly zone: string },
  signal: AbortSignal,
): Promise<BoundQuery & { readonly notes: readonly string[] }> {
  const opened = await library.open({ words: [], named: [], url, nowMs, zone }, signal);
  const own = opened.parameters.flatMap((parameter) => {
    const values = labelValues(parameter, alerts);
    return values.length > 0 ? [[parameter.name, values] as const] : [];
  });
  const presets = opened.parameters.flatMap(({ name, default: preset }) =>
    preset === undefined ? [] : [[name, [preset]] as const],
  );
  const args: Arguments = { ...Object.fromEntries(presets), ...opened.arguments, ...Object.fromEntries(own) };
  return { query: queryOf(source, opened), arguments: args, notes: opened.notes };
}

function labelValues({ name, isMulti }: Parameter, alerts: readonly Alert[]): readonly string[] {
  const all = alerts.flatMap(({ labels }) => (Object.hasOwn(labels, name) ? (labels[name] ?? []) : []));
  return [...new Set(all)].slice(0, isMulti ? VALUES_MAX : 1);
}

function queryOf({ name, kind, env, isDemo }: ConfiguredSource, opened: Opened): SavedQuery {
  const { ask, block, title, parameters, unit, output, looks = {}, thresholds = [] } = opened;
  const isCount = output === 'lines';
  return {
    id: /^https?:/.test(ask) ? ask : `${kind} ${ask}`,
    pack: '',
    sourceName: name,
    kind,
    ...(env !== undefined && { env }),
    block,
    title,
    aliases: [],
    examples: [],
    tags: [],
    parameters,
    unit: makeUnit(isCount ? 'count' : unit),
    ...(output !== undefined && { output }),
    looks: isCount ? { bars: true, ...looks } : looks,
    consolidate: isCount ? 'sum' : 'average',
    measure: isCount ? 'sum' : 'mean',
    worst: 'high',
    thresholds,
    rangeText: RANGE_TEXT,
    maxRangeMs: MAX_RANGE_MS,
    overlays: [],
    links: [],
    isDemo,
    origin: 'alert',
  };
}
