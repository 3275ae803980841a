/** Posts of Zabbix' own media type for Rocket.Chat, and its default texts wherever they are posted. */
import type { Sighting } from '../../domain/sighting.ts';
import { linkOf } from '../reading/links.ts';
import { makeAlert } from '../reading/make-alert.ts';
import { severityOf } from '../reading/severity.ts';
import type { SightingReader } from './reader.ts';
import { fieldOf, linesOf, plainLine } from './texts.ts';

/** What both forms say. */
interface Event {
  readonly name: string;
  readonly host?: string | undefined;
  readonly severity?: string | undefined;
  readonly data?: string | undefined;
  readonly description?: string | undefined;
  readonly url?: string | undefined;
  readonly isResolved: boolean;
}

const OVER = /^(?:Resolved|Recovery|OK)\b/i;

/** Reads them. */
export const sightedZabbix: SightingReader = {
  title: 'Zabbix',
  read(sighting, delivery) {
    const event = cardIn(sighting) ?? textIn(sighting);
    if (!event) return undefined;
    const { name, host, severity, url, isResolved } = event;
    const [, trigger] = /[?&]triggerid=(\d{1,30})/.exec(url ?? '') ?? [];
    const alert = makeAlert(delivery, {
      source: 'zabbix',
      key: trigger ?? JSON.stringify([host ?? '', name]),
      status: isResolved ? 'resolved' : 'firing',
      severity: severityOf(severity),
      severityText: severity,
      titles: [name],
      description: event.data ?? event.description,
      labels: { alertname: name.slice(0, 200), ...(host !== undefined && { host }) },
      links: linkOf('source', url, 'Zabbix'),
    });
    return { alerts: [alert], changes: [] };
  },
};

/** An attachment with the problem as its title and facts as its fields. */
function cardIn({ attachments }: Sighting): Event | undefined {
  const card = attachments.find((one) => {
    const isEvent = /\/tr_events\.php\?/.test(one.url ?? '');
    const isFields =
      fieldOf(one, 'severity') !== undefined && fieldOf(one, 'event time', 'recovery time') !== undefined;
    return one.title !== undefined && (isEvent || isFields);
  });
  if (!card) return undefined;
  const title = plainLine(card.title ?? '');
  const name = nameOf(title);
  if (name === '') return undefined;
  return {
    name,
    // `web01 [10.0.0.1]`
    host: fieldOf(card, 'host')?.replace(/\s*\[[^\]]*\]$/, '') || undefined,
    severity: fieldOf(card, 'severity'),
    data: fieldOf(card, 'operational data'),
    description: fieldOf(card, 'trigger description') ?? card.text,
    url: card.url,
    isResolved: OVER.test(title) || fieldOf(card, 'recovery time') !== undefined,
  };
}

/** The lines that actions of Zabbix come with: `Problem name: …`, `Host: …`, `Original problem ID: …`. */
function textIn({ text, attachments }: Sighting): Event | undefined {
  const texts = [text, ...attachments.flatMap((one) => one.text ?? [])];
  for (const one of texts) {
    const said = new Map(
      linesOf(one).flatMap((line) => {
        const [, key, value] = /^([A-Za-z ]{1,40}):\s*(\S.*)$/.exec(plainLine(line)) ?? [];
        return key === undefined || value === undefined ? [] : [[key.toLowerCase(), value] as const];
      }),
    );
    const name = said.get('problem name');
    if (name === undefined || !said.has('original problem id')) continue;
    return {
      name,
      host: said.get('host'),
      severity: said.get('severity'),
      data: said.get('operational data'),
      url: said.get('trigger url'),
      isResolved: /^\W*Problem has been resolved\b/im.test(one),
    };
  }
  return undefined;
}

/** `Resolved in 5m 0s: CPU is high` is about `CPU is high`. */
function nameOf(title: string): string {
  return title
    .replace(/^(?:Problem|Resolved(?: in [^:]{1,60})?|Recovery|OK|Updated problem(?: in [^:]{1,60})?)\s*:\s*/i, '')
    .trim();
}
