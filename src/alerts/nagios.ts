/** Nagios and Naemon: what their notification command hands to `glimpse-notify`, as `{ kind, macros: { NAME: text } }`. */
import { z } from 'zod';
import type { Alert } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Labels } from '../domain/labels.ts';
import { type AlertFormat, defineFormat, type ReadDelivery } from './alert-format.ts';
import { checkAlert, idOf, macroReader } from './reading/check-notification.ts';
import { linkOf } from './reading/links.ts';
import { bodyObject, isLooseObject, type Loose, textOf } from './reading/loose.ts';

/** The keys of the config of every format of this family. */
const options = z.strictObject({
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Address of the web interface for people, for links to hosts and services'),
});

/** The format `nagios`, which Naemon speaks too. */
export const nagios = macroFormat('nagios', 'Nagios', (read, url) => {
  if (url === undefined) return linkOf('source', read('SERVICEINFOURL', 'HOSTINFOURL'), 'Nagios');
  const query = new URLSearchParams({
    type: read('SERVICEDESC') === undefined ? '1' : '2',
    host: read('HOSTNAME') ?? '',
  });
  const service = read('SERVICEDESC');
  if (service !== undefined) query.set('service', service);
  return linkOf('source', `${url.replace(/\/+$/, '')}/extinfo.cgi?${query}`, 'Nagios');
});

/** The format `checkmk`: the same names, its own pages. */
export const checkmk = macroFormat('checkmk', 'Checkmk', (read, url) => {
  const site = read('OMD_SITE');
  const path = read('SERVICEURL', 'HOSTURL');
  if (url === undefined || path === undefined) return [];
  const base = url.replace(/\/+$/, '');
  return linkOf(
    'source',
    path.startsWith('/') ? `${base}${site === undefined ? '' : `/${site}`}${path}` : path,
    'Checkmk',
  );
});

type Read = (...names: readonly string[]) => string | undefined;

function macroFormat(
  format: string,
  title: string,
  links: (read: Read, url: string | undefined) => Alert['links'],
): AlertFormat<typeof options> {
  return defineFormat({
    format,
    title,
    options,
    decode: (delivery, { url }) => ({
      alerts: macrosOf(delivery, title).map((macros) => alertOf(macros, delivery, format, links, url)),
      changes: [],
    }),
  });
}

/** One envelope, or a list of them (Checkmk's bulk mode). */
function macrosOf({ content }: ReadDelivery, title: string): readonly Loose[] {
  const all = Array.isArray(content) ? content : [bodyObject(content, `a notification of ${title}`)];
  return all.map((one, index) => {
    const macros =
      isLooseObject(one) && isLooseObject(one.macros) ? one.macros : isLooseObject(one) ? withoutPrefix(one) : {};
    const read = macroReader(macros);
    if (read('HOSTNAME') === undefined) {
      throw new BotError(
        'ALERT_UNREADABLE',
        `Notification ${index + 1} has no macro HOSTNAME; send what glimpse-notify sends.`,
      );
    }
    const kind = isLooseObject(one) ? textOf(one.kind) : undefined;
    return kind === 'host' ? { ...macros, SERVICEDESC: '' } : macros;
  });
}

/** The environment as it is: `NAGIOS_HOSTNAME`, `NOTIFY_HOSTNAME`. */
function withoutPrefix(all: Loose): Loose {
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name.replace(/^(?:NAGIOS|NAEMON|NOTIFY|ICINGA)_/, ''), value]),
  );
}

function alertOf(
  macros: Loose,
  delivery: ReadDelivery,
  source: string,
  links: (read: Read, url: string | undefined) => Alert['links'],
  url: string | undefined,
): Alert {
  const read = macroReader(macros);
  const isHost = read('WHAT') === 'HOST' || read('SERVICEDESC') === undefined;
  const of = (name: string) => read(isHost ? `HOST${name}` : `SERVICE${name}`);
  const kind = isHost ? 'HOST' : 'SERVICE';
  return checkAlert(delivery, {
    source,
    host: read('HOSTNAME') ?? '',
    service: isHost ? undefined : read('SERVICEDESC'),
    type: read('NOTIFICATIONTYPE') ?? 'PROBLEM',
    state: of('STATE') ?? 'UNKNOWN',
    output: of('OUTPUT'),
    longOutput: read(`LONG${kind}OUTPUT`),
    perfdata: of('PERFDATA'),
    problemId: idOf(of('PROBLEMID')) ?? idOf(read(`LAST${kind}PROBLEMID`)),
    number: read('NOTIFICATIONNUMBER', `${kind}NOTIFICATIONNUMBER`),
    changedAt: read(`LAST${kind}STATECHANGE`),
    sentAt: read('TIMET', 'MICROTIME'),
    author: read('NOTIFICATIONAUTHOR', `${kind}ACKAUTHOR`),
    comment: read('NOTIFICATIONCOMMENT', `${kind}ACKCOMMENT`),
    address: read('HOSTADDRESS'),
    groups: read('HOSTGROUPNAMES', 'HOSTGROUPNAME'),
    links: links(read, url),
    notesUrl: read('SERVICENOTESURL', 'HOSTNOTESURL'),
    actionUrl: read('SERVICEACTIONURL', 'HOSTACTIONURL'),
    labels: customLabels(macros),
  });
}

/** Custom variables and Checkmk's labels and tags: `_SERVICETEAM` is `team`, `SERVICELABEL_team` too. */
function customLabels(macros: Loose): Labels {
  return Object.fromEntries(
    Object.entries(macros).flatMap(([name, value]) => {
      const label = /^(?:_HOST|_SERVICE|HOSTLABEL_|SERVICELABEL_|HOSTTAG_)_?([\w-]{1,60})$/.exec(name)?.[1];
      const text = textOf(value);
      return label === undefined || text === undefined ? [] : [[label.toLowerCase(), text] as const];
    }),
  );
}
