/** Groups of alerts and changes as JSON. */
import { toldJson } from '../alerts/decode-delivery.ts';
import { statedFacts } from '../alerts/group-facts.ts';
import { type GroupWords, groupMessage } from '../alerts/group-message.ts';
import { linksOfGroup } from '../alerts/silence-link.ts';
import { tellingOf, timeOfGroup, titleOfGroup } from '../context/alert-group.ts';
import type { Alert, ChangeEvent } from '../domain/alert.ts';
import { worstSeverity } from '../domain/alert-severity.ts';
import { plainMessage } from '../render/markup.ts';
import type { TimelineGroup } from '../store/alert-timeline.ts';
import { messageHtml } from './message-html.ts';

/** A group as a timeline shows it: its state, its words, and the members that were read. */
export function groupJson(group: TimelineGroup, words: GroupWords) {
  const { id, count, firing, silent, problems, firings } = group;
  const shown = tellingOf(problems);
  const { fromMs, toMs } = timeOfGroup(shown);
  const message = groupMessage(statedFacts(problems), words);
  const [first] = shown;
  return {
    id,
    title: titleOfGroup(shown),
    status: firing > 0 ? 'firing' : silent > 0 ? 'silent' : 'resolved',
    severity: worstSeverity(shown),
    acknowledged: shown.every(({ flags }) => flags.acknowledged === true),
    suppressed: shown.every(({ flags }) => flags.suppressed === true),
    flapping: shown.some(({ flags }) => flags.flapping === true),
    source: first?.source ?? '',
    hook: first?.sourceInstance ?? '',
    since: isoOf(fromMs),
    heard: isoOf(Math.max(...shown.map(({ silentSince, receivedAt }) => +(silentSince ?? receivedAt)))),
    ended: toMs === undefined ? null : isoOf(toMs),
    firings: firings.map(({ startMs, endMs }) => ({
      since: isoOf(startMs),
      ended: endMs === undefined ? null : isoOf(endMs),
    })),
    zone: words.zone,
    count,
    firing,
    silent,
    text: plainMessage(message),
    html: messageHtml(message),
    links: linksOf(shown),
    members: problems.map(memberJson),
  };
}

/** Pictures that came with an alert are in its rooms; here they would only weigh. */
function memberJson(alert: Alert): unknown {
  return toldJson({ alerts: [{ ...alert, images: alert.images.filter(({ url }) => url !== undefined) }], changes: [] })
    .alerts[0];
}

/** A change as JSON. */
export function changeJson(change: ChangeEvent): unknown {
  return toldJson({ alerts: [], changes: [change] }).changes[0];
}

/** More are clutter. */
const LINKS_MAX = 8;

function linksOf(alerts: readonly Alert[]) {
  const all = linksOfGroup(alerts).filter(({ href }) => /^https?:/i.test(href));
  const distinct = [...new Map(all.map((link) => [link.href, link])).values()];
  return distinct.slice(0, LINKS_MAX).map(({ rel, href, title }) => ({ rel, url: href, title: title ?? rel }));
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
