/** Grafana's annotations as marks on the time axis, and marks that people ask to have written. */
import type { Annotation } from '../../domain/annotation.ts';
import type { FetchWindow, NewAnnotation } from '../source.ts';
import type { GrafanaClient } from './client.ts';
import { type Json, listOf, mapOf, numberOf, textOf, textsOf } from './present/json.ts';

/** More marks than this hide a chart; the newest are kept. */
const MARKS_MAX = 500;
const TITLE_MAX_CHARS = 200;
const TEXT_MAX_CHARS = 2_000;

/** Words in tags that say what a mark is about, in the order in which they decide. */
const KINDS: readonly [Annotation['kind'], RegExp][] = [
  ['deploy', /^(?:deploy(?:s|ed|ment)?|releases?|released|rollout|rollback)(?:[:=-].*)?$/i],
  ['incident', /^(?:incidents?|outage|failover|postmortem|downtime)(?:[:=-].*)?$/i],
  ['alert', /^(?:alerts?|alarm|alerting)(?:[:=-].*)?$/i],
];

/**
 * Reads the marks of a window that have all the tags, of dashboards and of the whole organisation, oldest first.
 *
 * @throws BotError
 */
export async function readAnnotations(
  client: GrafanaClient,
  { fromMs, toMs }: FetchWindow,
  tags: readonly string[],
  publicUrl: string,
  signal: AbortSignal,
): Promise<Annotation[]> {
  const parameters = new URLSearchParams({
    from: String(Math.floor(fromMs)),
    to: String(Math.ceil(toMs)),
    limit: String(MARKS_MAX),
  });
  for (const tag of tags) parameters.append('tags', tag);
  const found = listOf(await client.get('api/annotations', parameters, signal));
  return found
    .map(mapOf)
    .flatMap((one) => toAnnotation(one, publicUrl))
    .filter(({ timeMs, endMs }) => (endMs ?? timeMs) >= fromMs && timeMs < toMs)
    .sort((a, b) => a.timeMs - b.timeMs)
    .slice(-MARKS_MAX);
}

function toAnnotation(one: Json, publicUrl: string): Annotation[] {
  const timeMs = numberOf(one.time);
  if (timeMs === undefined) return [];
  const endMs = numberOf(one.timeEnd);
  const tags = textsOf(one.tags);
  const isAlert = textOf(one.newState) !== undefined || (numberOf(one.alertId) ?? 0) > 0;
  const said = plainText(textOf(one.text) ?? '');
  const [first = '', ...rest] = said.split('\n');
  const title = alertTitle(one) ?? (first || tags.join(', ') || 'mark');
  const text = rest.join('\n').trim();
  const url = pageOf(one, timeMs, endMs, publicUrl);
  const kind = KINDS.find(([, pattern]) => tags.some((tag) => pattern.test(tag)))?.[0];
  return [
    {
      timeMs,
      ...(endMs !== undefined && endMs > timeMs && { endMs }),
      kind: isAlert ? 'alert' : (kind ?? 'note'),
      title: title.slice(0, TITLE_MAX_CHARS),
      ...(text !== '' && { text: text.slice(0, TEXT_MAX_CHARS) }),
      tags,
      ...(url !== undefined && { url }),
    },
  ];
}

/** Alerts say what they became: `HighCpu: firing`. */
function alertTitle({ alertName, newState }: Json): string | undefined {
  const [name, state] = [textOf(alertName), textOf(newState)];
  if (state === undefined) return undefined;
  return name === undefined ? `Alert: ${state}` : `${name}: ${state}`;
}

/** Marks may be written in HTML, which its pages show. */
function plainText(text: string): string {
  return text
    .replace(/<br\s*\/?>/gi, '\n')
    .replace(/<[^<>]{0,500}>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

/** The dashboard that a mark stands on, around its time. */
function pageOf({ dashboardUID, panelId }: Json, timeMs: number, endMs: number | undefined, publicUrl: string) {
  const uid = textOf(dashboardUID);
  if (uid === undefined || !/^[A-Za-z0-9_-]{1,100}$/.test(uid)) return undefined;
  const url = new URL(`d/${uid}`, publicUrl);
  url.searchParams.set('from', String(Math.floor(timeMs) - AROUND_MS));
  url.searchParams.set('to', String(Math.ceil(endMs ?? timeMs) + AROUND_MS));
  const panel = numberOf(panelId) ?? 0;
  if (panel > 0) url.searchParams.set('viewPanel', String(panel));
  return url.href;
}

/** What is seen around a mark. */
const AROUND_MS = 30 * 60_000;

/** Writes a mark for the whole organisation. @throws BotError `SOURCE_FORBIDDEN` without the right to (`annotations:create`) */
export async function writeAnnotation(
  client: GrafanaClient,
  { timeMs, endMs, text, tags }: NewAnnotation,
  signal: AbortSignal,
): Promise<{ readonly url?: string }> {
  const body = {
    time: Math.round(timeMs),
    ...(endMs !== undefined && endMs > timeMs && { timeEnd: Math.round(endMs) }),
    text: text.slice(0, TEXT_MAX_CHARS),
    tags,
  };
  await client.post('api/annotations', body, signal);
  return {};
}
