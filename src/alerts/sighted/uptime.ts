/** Posts of what watches from outside: Uptime Kuma, Healthchecks. */
import { linkOf } from '../reading/links.ts';
import { makeAlert } from '../reading/make-alert.ts';
import type { SightingReader } from './reader.ts';
import { fieldOf, groupsIn, linesOf, plainLine } from './texts.ts';

/** `[Shop] [🔴 Down] connect ECONNREFUSED`. */
const KUMA = /^\[(?<name>[^\][]{1,200})\] \[\S{0,8}\s?(?<state>Down|Up)\]\s*(?<said>.*)$/i;

/** Reads the posts of Uptime Kuma. */
export const sightedUptimeKuma: SightingReader = {
  title: 'Uptime Kuma',
  read({ text, attachments }, delivery) {
    const texts = [text, ...attachments.flatMap((one) => one.text ?? [])];
    const found = groupsIn(KUMA, texts.flatMap(linesOf))[0];
    if (!found) return undefined;
    const { name = '', state = '', said } = found;
    const isUp = /^up$/i.test(state);
    const alert = makeAlert(delivery, {
      source: 'uptime-kuma',
      key: name,
      status: isUp ? 'resolved' : 'firing',
      severity: isUp ? 'info' : 'critical',
      severityText: state,
      titles: [`${name} is ${state.toLowerCase()}`],
      description: said,
      labels: { alertname: name },
      links: linkOf('source', attachments[0]?.url, 'Uptime Kuma'),
    });
    return { alerts: [alert], changes: [] };
  },
};

/** `[Backup](https://hc.example/checks/…) is DOWN.`, with a card of its pings below. */
const HEALTHCHECK = /^\[(?<name>[^\][]{1,200})\]\((?<url>https?:\/\/[^\s()]{1,1000})\) is (?<state>UP|DOWN|LATE)\.?$/;

/** Reads the posts of Healthchecks. */
export const sightedHealthchecks: SightingReader = {
  title: 'Healthchecks',
  read({ text, attachments }, delivery) {
    const found = HEALTHCHECK.exec(text.trim().slice(0, 2_000))?.groups;
    const card = attachments.find((one) => fieldOf(one, 'last ping', 'total pings') !== undefined);
    if (!found || !card) return undefined;
    const { name = '', url, state = '' } = found;
    const tags = fieldOf(card, 'tags');
    const alert = makeAlert(delivery, {
      source: 'healthchecks',
      key: name,
      status: state === 'UP' ? 'resolved' : 'firing',
      severity: state === 'UP' ? 'info' : state === 'LATE' ? 'warning' : 'critical',
      severityText: state,
      titles: [`${plainLine(name)} is ${state.toLowerCase()}`],
      description: fieldOf(card, 'description') ?? fieldOf(card, 'last ping'),
      labels: { alertname: name, ...(tags !== undefined && { tags: tags.replaceAll('`', '').trim() }) },
      links: linkOf('source', url, 'Healthchecks'),
    });
    return { alerts: [alert], changes: [] };
  },
};
