/** Zabbix through the webhook media type of the docs: one flat object of texts, macros that were not filled among them. */
import { z } from 'zod';
import type { Alert, AlertSeverity, Transition } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { parseJson } from './reading/body.ts';
import { hashOf } from './reading/ids.ts';
import { linkOf } from './reading/links.ts';
import { bodyObject, firstText, type Loose, looseObjects, numberOf, textOf } from './reading/loose.ts';
import { makeAlert } from './reading/make-alert.ts';
import { severityOf } from './reading/severity.ts';
import { timeOf } from './reading/times.ts';

const FORMAT = 'zabbix';
/** By `event_nseverity`. */
const SEVERITIES: readonly AlertSeverity[] = ['info', 'info', 'warning', 'warning', 'error', 'critical'];
/** Sources of events that are no alerts: discovery, autoregistration. */
const NO_ALERTS = new Set(['1', '2']);

/** The format `zabbix`. */
export const zabbix = defineFormat({
  format: FORMAT,
  title: 'Zabbix',
  options: z.strictObject({
    zone: z.string().default('UTC').describe('IANA zone of the server, where the media type sends no `utc_offset`'),
  }),
  decode(delivery, { zone }) {
    const body = bodyObject(delivery.content, 'a notification of Zabbix');
    const read = reader(body);
    if (
      read(
        'trigger_id',
        'event_id',
        'event_name',
        'trigger_name',
        'trigger',
        'alert_uid',
        'title',
        'alert_subject',
        'subject',
      ) === undefined
    ) {
      throw new BotError(
        'ALERT_UNREADABLE',
        'The body names neither an event nor a trigger: use the media type of the docs.',
      );
    }
    if (NO_ALERTS.has(read('event_source') ?? '0')) return { alerts: [], changes: [] };
    return { alerts: [alertOf(read, delivery, zone)], changes: [] };
  },
});

type Read = (...names: readonly string[]) => string | undefined;

/** What was not filled (`{EVENT.ID}`, `*UNKNOWN*`) is absent. */
function reader(body: Loose): Read {
  return (...names) => {
    for (const name of names) {
      const text = Object.hasOwn(body, name) ? textOf(body[name]) : undefined;
      if (text !== undefined && !/^\{\$?[A-Z][\w.$:]*\}$/.test(text) && text !== '*UNKNOWN*') return text;
    }
    return undefined;
  };
}

function alertOf(read: Read, delivery: ReadDelivery, zone: string): Alert {
  const [eventId, triggerId] = [read('event_id', 'alert_uid'), read('trigger_id')];
  const isUpdate = read('event_update_status') === '1';
  const isResolved = read('event_value') === '0' || /^(?:0|resolved|ok)$/i.test(read('status', 'state') ?? '');
  const name =
    read('event_name', 'trigger_name', 'trigger', 'title', 'alert_subject', 'subject') ??
    `trigger ${triggerId ?? eventId ?? ''}`;
  const host = read('host_host', 'host_name', 'hostname', 'host');
  const at = (date: string, time: string) => momentOf(read(date), read(time), read('utc_offset'), zone);
  const startsAt = at('event_date', 'event_time') ?? timeOf(read('event_timestamp'));
  const updated = [read('event_update_date'), read('event_update_time')].join(' ');
  const nseverity = numberOf(read('event_nseverity', 'trigger_nseverity'));
  const word = read('event_severity', 'trigger_severity', 'severity');
  const labels = labelsFrom(read, name, host);
  const action = read('event_update_action') ?? '';
  return makeAlert(delivery, {
    source: FORMAT,
    key: triggerId ?? eventId ?? JSON.stringify([host ?? '', name]),
    deliveryId: hashOf(
      delivery.hook,
      eventId ?? '',
      triggerId ?? '',
      read('event_value') ?? '',
      read('event_update_status') ?? '',
      read('event_recovery_id') ?? '',
      updated,
      eventId === undefined ? name : '',
    ),
    episode: eventId,
    status: isResolved ? 'resolved' : 'firing',
    ...(isUpdate && !isResolved && { transition: transitionOf(action) }),
    flags: isUpdate && /acknowledg/i.test(action) ? { acknowledged: !/unacknowledg/i.test(action) } : {},
    severity: nseverity === undefined ? severityOf(word) : (SEVERITIES[nseverity] ?? 'unknown'),
    severityText: word,
    titles: [name],
    description: firstText(read('event_opdata'), read('trigger_description'), read('alert_message', 'message')),
    labels,
    attributes: read('host_ip') === undefined ? {} : { 'host.ip': read('host_ip') as string },
    startsAt,
    endsAt: at('event_recovery_date', 'event_recovery_time'),
    ...(read('item_key') !== undefined && { metric: { name: read('item_key') as string } }),
    values: valuesOf(read),
    links: linksOf(read),
    actor: isUpdate ? read('user_fullname') : undefined,
    note: isUpdate ? read('event_update_message') : undefined,
  });
}

function transitionOf(action: string): Transition {
  if (/unacknowledg/i.test(action)) return 'unacknowledged';
  if (/unsuppress/i.test(action)) return 'unsuppressed';
  if (/suppress/i.test(action)) return 'suppressed';
  if (/acknowledg/i.test(action)) return 'acknowledged';
  return /severity/i.test(action) ? 'changed' : 'comment';
}

/** The server's local time; there is no zone in it but what the media type adds. */
function momentOf(
  date: string | undefined,
  time: string | undefined,
  offset: string | undefined,
  zone: string,
): Date | undefined {
  if (date === undefined || time === undefined) return undefined;
  const isOffset = offset !== undefined && /^[-+]\d{2}:?\d{2}$/.test(offset);
  return timeOf(`${date} ${time}${isOffset ? offset : ''}`, zone);
}

function labelsFrom(read: Read, name: string, host: string | undefined): Labels {
  const tags = read('event_tags_json');
  let pairs: readonly (readonly [string, string])[] = [];
  try {
    const list = tags === undefined ? [] : looseObjects(parseJson(tags));
    pairs = list.flatMap(({ tag, value }) => {
      const key = textOf(tag);
      return key === undefined ? [] : [[key, textOf(value) ?? ''] as const];
    });
  } catch {
    pairs = [];
  }
  const group = read('trigger_hostgroup');
  return {
    ...Object.fromEntries(pairs),
    alertname: name.slice(0, 200),
    ...(host !== undefined && { host }),
    ...(group !== undefined && { hostgroup: group }),
  };
}

function valuesOf(read: Read): Alert['values'] {
  const name = read('item_name', 'item_key', 'item');
  const text = read('item_value', 'value');
  if (name === undefined || text === undefined) return [];
  const [, number, unit] = /^(-?[\d.]+(?:e[-+]?\d+)?)\s*([^\s\d()]{0,10})$/i.exec(text) ?? [];
  return [{ name, value: numberOf(number) ?? null, ...(unit !== undefined && unit !== '' && { unit }) }];
}

function linksOf(read: Read): Alert['links'] {
  const base = read('zabbix_url', 'link')?.replace(/\/+$/, '');
  const [trigger, event, item] = [read('trigger_id'), read('event_id'), read('item_id')];
  const id = (text: string) => encodeURIComponent(text);
  return [
    ...linkOf('runbook', read('trigger_url')),
    ...(base !== undefined && trigger !== undefined && event !== undefined
      ? linkOf('source', `${base}/tr_events.php?triggerid=${id(trigger)}&eventid=${id(event)}`, 'Zabbix')
      : linkOf('source', base, 'Zabbix')),
    ...(base !== undefined && item !== undefined
      ? linkOf('panel', `${base}/history.php?action=showgraph&itemids[]=${id(item)}`)
      : []),
  ];
}
