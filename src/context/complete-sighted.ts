/** Asks the sources for what the posts of other integrations do not tell: labels by name, what was judged by. */

import { attributesOf } from '../alerts/reading/attributes.ts';
import { fingerprintOf, labelsHash } from '../alerts/reading/ids.ts';
import { annotationLinks, distinctLinks, linkOf } from '../alerts/reading/links.ts';
import { hintsOf } from '../alerts/sighted/hints.ts';
import type { Alert } from '../domain/alert.ts';
import { toBotError } from '../domain/errors.ts';
import { abortable } from '../lib/abortable.ts';
import { withDeadline } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { FiringAlert } from '../sources/source.ts';
import type { ConfiguredSource, SourceSet } from '../sources/source-set.ts';
import { SOURCE_TIMEOUT_MS } from './gather-context.ts';

/** Which kind of source judges for a sender. */
const KINDS: Readonly<Record<string, string>> = { alertmanager: 'prometheus', zabbix: 'zabbix' };
/** Sources that one post asks. */
const SOURCES_MAX = 5;
/** Alerts of one post that are asked about. */
const ALERTS_MAX = 10;

/** Completes what fires; what no source knows, or none tells in time, stays as it was posted. */
export async function completeSighted(
  sighted: readonly Alert[],
  { sources, log }: { readonly sources: SourceSet; readonly log: Log },
): Promise<readonly Alert[]> {
  const completed = await Promise.all(
    sighted.map(async (alert, index) => {
      if (index >= ALERTS_MAX || alert.status !== 'firing' || isWhole(alert)) return [alert];
      const found = await askAll(alert, sources, log);
      return found.length === 0 ? [alert] : found;
    }),
  );
  return completed.flat();
}

function isWhole({ source, metric }: Alert): boolean {
  return KINDS[source] === undefined || metric !== undefined;
}

async function askAll(alert: Alert, { all }: SourceSet, log: Log): Promise<readonly Alert[]> {
  const kind = KINDS[alert.source];
  const candidates = all.filter((source) => source.kind === kind && source.source.firing).slice(0, SOURCES_MAX);
  const told = { name: alert.labels.alertname ?? '', pages: alert.links.map(({ href }) => href) };
  const deadline = withDeadline(SOURCE_TIMEOUT_MS);
  const found = await Promise.all(
    candidates.map(async ({ name, source }: ConfiguredSource) => {
      try {
        return (await abortable(source.firing?.(told, deadline) ?? Promise.resolve([]), deadline)) ?? [];
      } catch (thrown) {
        log.info({ source: name, code: toBotError(thrown).code }, 'a source could not complete an alert of a room');
        return [];
      }
    }),
  );
  // what the first source knows is what is meant; two that judge the same would tell everything twice
  const own = found.find((some) => some.some((firing) => isMeant(firing, alert))) ?? [];
  const page = candidates[found.indexOf(own)]?.addresses?.[0];
  return own.filter((firing) => isMeant(firing, alert)).map((firing) => completed(alert, firing, page));
}

/** Most of what the post shows is in its labels. */
function isMeant({ labels }: FiringAlert, alert: Alert): boolean {
  const hints = hintsOf(alert);
  const values = new Set(Object.values(labels).flatMap((value) => [value, ...value.split(/\s+/)]));
  // labels that the Alertmanager, or Prometheus on its way to it, adds are in no rule
  const known = hints.filter((hint) => values.has(hint)).length;
  return hints.length === 0 || known * 2 >= hints.length;
}

function completed(alert: Alert, { labels, annotations, metric }: FiringAlert, base: string | undefined): Alert {
  const { query, name } = metric;
  // an item is told of one alert, which is known by its trigger
  if (query === undefined) {
    return {
      ...alert,
      labels: { ...alert.labels, ...labels },
      attributes: { ...attributesOf(labels), ...alert.attributes },
      ...(name !== undefined && { metric: { name } }),
    };
  }
  const title = annotations.summary ?? annotations.title ?? alert.title;
  const description = annotations.description ?? annotations.message ?? alert.description;
  return {
    ...alert,
    fingerprint: fingerprintOf(alert.source, alert.sourceInstance, labelsHash(labels)),
    title: title.replace(/\s+/g, ' ').trim() || alert.title,
    ...(description !== undefined && { description }),
    labels,
    annotations,
    attributes: attributesOf(labels),
    metric: { query, language: 'promql' },
    links: distinctLinks([...annotationLinks(annotations), ...alert.links, ...graphOf(query, base)]),
  };
}

/** The page that shows the expression, which also tells which of several sources has it. */
function graphOf(query: string, base: string | undefined): Alert['links'] {
  if (base === undefined) return [];
  return linkOf('query', new URL(`graph?g0.expr=${encodeURIComponent(query)}&g0.tab=0`, base).href, 'Prometheus');
}
