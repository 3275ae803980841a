/** Icinga 2: its notification command through `glimpse-notify`, and single events of its API's stream. */
import { z } from 'zod';
import type { Alert } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { wordTable } from '../lib/word-table.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { checkAlert, macroReader } from './reading/check-notification.ts';
import { linkOf } from './reading/links.ts';
import { bodyObject, isLooseObject, type Loose, looseObject, numberOf, textOf } from './reading/loose.ts';

const FORMAT = 'icinga2';
const SERVICE_STATES = ['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'];

/** The format `icinga2`. */
export const icinga2 = defineFormat({
  format: FORMAT,
  title: 'Icinga 2',
  options: z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address of Icinga Web for people, e.g. https://icinga.example/icingaweb2, for links'),
  }),
  decode(delivery, { url }) {
    const body = bodyObject(delivery.content, 'a notification of Icinga 2');
    const alert = isLooseObject(body.macros)
      ? fromMacros(body, body.macros, delivery, url)
      : fromEvent(body, delivery, url);
    return { alerts: alert ? [alert] : [], changes: [] };
  },
});

function fromMacros(body: Loose, macros: Loose, delivery: ReadDelivery, url: string | undefined): Alert {
  const read = macroReader(macros);
  const host = read('host.name', 'HOSTNAME');
  if (host === undefined)
    throw new BotError('ALERT_UNREADABLE', 'The macros have no `host.name`; send what glimpse-notify sends.');
  const service = textOf(body.kind) === 'host' ? undefined : read('service.name', 'SERVICEDESC');
  const of = (name: string) => read(service === undefined ? `host.${name}` : `service.${name}`);
  return checkAlert(delivery, {
    source: FORMAT,
    host,
    service,
    type: read('notification.type', 'NOTIFICATIONTYPE') ?? 'PROBLEM',
    state: of('state') ?? read('SERVICESTATE', 'HOSTSTATE') ?? 'UNKNOWN',
    output: of('output') ?? read('SERVICEOUTPUT', 'HOSTOUTPUT'),
    perfdata: of('perfdata'),
    changedAt: of('last_hard_state_change') ?? of('last_state_change'),
    sentAt: read('icinga.timet', 'TIMET'),
    author: read('notification.author'),
    comment: read('notification.comment'),
    address: read('host.address', 'host.address6'),
    groups: read('host.groups'),
    links: pageOf(host, service, url),
    notesUrl: of('notes_url'),
    actionUrl: of('action_url'),
  });
}

function pageOf(host: string, service: string | undefined, url: string | undefined): Alert['links'] {
  if (url === undefined) return [];
  const base = `${url.replace(/\/+$/, '')}/icingadb`;
  const query =
    service === undefined
      ? `host?name=${encodeURIComponent(host)}`
      : `service?name=${encodeURIComponent(service)}&host.name=${encodeURIComponent(host)}`;
  return linkOf('source', `${base}/${query}`, 'Icinga');
}

/** What each type of event tells; others tell nothing. */
const EVENT_TYPES = wordTable<string>({
  AcknowledgementSet: 'ACKNOWLEDGEMENT',
  DowntimeStarted: 'DOWNTIMESTART',
  DowntimeTriggered: 'DOWNTIMESTART',
  DowntimeRemoved: 'DOWNTIMEEND',
});

function fromEvent(event: Loose, delivery: ReadDelivery, url: string | undefined): Alert | undefined {
  const type = textOf(event.type);
  if (type === undefined)
    throw new BotError('ALERT_UNREADABLE', 'The body has neither `macros` nor the `type` of an event of Icinga 2.');
  const downtime = looseObject(event.downtime);
  const host = textOf(event.host) ?? textOf(downtime.host_name);
  const service = textOf(event.service) ?? textOf(downtime.service_name);
  const kind = kindOf(event, type);
  if (host === undefined || kind === undefined) return undefined;
  const result = looseObject(event.check_result);
  const perfdata = Array.isArray(result.performance_data)
    ? result.performance_data.flatMap((one) => textOf(one) ?? []).join(' ')
    : '';
  return checkAlert(delivery, {
    source: FORMAT,
    host,
    service,
    type: kind,
    state: stateWord(event, service === undefined),
    output: textOf(textOf(result.output)?.split('\n')[0]),
    longOutput: textOf(textOf(result.output)?.split('\n').slice(1).join('\n')),
    perfdata: perfdata === '' ? undefined : perfdata,
    changedAt: event.timestamp,
    sentAt: event.timestamp,
    author: textOf(event.author) ?? textOf(downtime.author),
    comment: textOf(event.comment) ?? textOf(downtime.comment),
    links: pageOf(host, service, url),
  });
}

/** A soft state is none yet; back to OK from one is no recovery. */
function kindOf(event: Loose, type: string): string | undefined {
  if (type === 'Notification') return textOf(event.notification_type) ?? 'PROBLEM';
  if (type === 'Flapping') return event.is_flapping === true ? 'FLAPPINGSTART' : 'FLAPPINGEND';
  if (type !== 'StateChange') return EVENT_TYPES[type];
  if (numberOf(event.state_type) === 0) return undefined;
  if (numberOf(event.state) !== 0) return 'PROBLEM';
  const before = numberOf(looseObject(event.check_result).previous_hard_state);
  return before === 0 ? undefined : 'RECOVERY';
}

function stateWord(event: Loose, isHost: boolean): string {
  const state = numberOf(event.state);
  // acknowledgements and downtimes of what has no state in them are of a problem
  if (state === undefined) return 'UNKNOWN';
  return isHost ? (state === 0 ? 'UP' : 'DOWN') : (SERVICE_STATES[state] ?? 'UNKNOWN');
}
