/** Moira's webhook: one trigger, many metrics, each with an outcome of its own. */
import { z } from 'zod';
import type { Alert } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import { defineFormat, type ReadDelivery } from './alert-format.ts';
import { hashOf } from './reading/ids.ts';
import { linkOf } from './reading/links.ts';
import {
  bodyObject,
  firstText,
  isLooseObject,
  type Loose,
  looseObject,
  looseObjects,
  numberOf,
  oneLine,
  textOf,
} from './reading/loose.ts';
import { makeAlert } from './reading/make-alert.ts';
import { MOIRA_STATES } from './reading/moira-states.ts';
import { timeOf } from './reading/times.ts';

const FORMAT = 'moira';
/** A plot is some tens of kB. */
const PLOT_MAX_CHARS = 4_000_000;
const PLOTS_MAX = 3;

/** The format `moira`. */
export const moira = defineFormat({
  format: FORMAT,
  title: 'Moira',
  options: z.strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Address of its web interface, for links to triggers'),
  }),
  decode(delivery, { url }) {
    const body = bodyObject(delivery.content, 'a notification of Moira');
    if (!isLooseObject(body.trigger))
      throw new BotError('ALERT_UNREADABLE', 'The body has no `trigger`, as a notification of Moira has.');
    const events = looseObjects(body.events);
    return { alerts: events.map((event, index) => alertOf(event, index, body, delivery, url)), changes: [] };
  },
});

function alertOf(event: Loose, index: number, body: Loose, delivery: ReadDelivery, url: string | undefined): Alert {
  const trigger = looseObject(body.trigger);
  const id = firstText(trigger.id, trigger.name) ?? 'trigger';
  const isWhole = event.trigger_event === true;
  const metric = isWhole ? undefined : textOf(event.metric);
  const word = textOf(event.state)?.toUpperCase() ?? 'ERROR';
  const isTest = word === 'TEST';
  const {
    status,
    severity,
    flags = {},
  } = MOIRA_STATES[word] ?? { status: 'unknown' as const, severity: 'unknown' as const };
  const isReminder = word === textOf(event.old_state)?.toUpperCase();
  const at = timeOf(event.timestamp);
  const name = textOf(trigger.name);
  const title = [name ?? id, metric].filter(Boolean).join(': ');
  const tags = Array.isArray(trigger.tags) ? trigger.tags.flatMap((tag) => textOf(tag) ?? []) : [];
  return makeAlert(delivery, {
    source: FORMAT,
    key: JSON.stringify([id, metric ?? '']),
    deliveryId: hashOf(delivery.hook, id, metric ?? '', word, at?.toISOString() ?? index, event.timestamp),
    groupKey: hashOf(delivery.hook, id),
    status: isTest ? 'unknown' : status,
    ...(isTest
      ? { transition: 'test' as const }
      : isReminder && status === 'firing'
        ? { transition: 'repeated' as const }
        : {}),
    flags: { ...flags, ...(body.throttled === true && { flapping: true }) },
    severity,
    severityText: word,
    titles: [title],
    description: textOf(trigger.description),
    labels: {
      alertname: oneLine(name ?? id),
      ...(metric !== undefined && { metric }),
      ...(tags.length > 0 && { tags: tags.join(',') }),
    },
    ...(status === 'resolved' ? { endsAt: at } : { startsAt: at }),
    ...(metric !== undefined && { metric: { name: metric, query: metric, language: 'graphite' as const } }),
    values: valuesOf(event),
    links:
      url === undefined
        ? []
        : linkOf('source', `${url.replace(/\/+$/, '')}/trigger/${encodeURIComponent(id)}`, 'Moira'),
    images: index === 0 ? plotsOf(body, title) : [],
  });
}

/** Older versions have one `value`, newer ones a value for each target. */
function valuesOf({ values, value }: Loose): Alert['values'] {
  if (isLooseObject(values))
    return Object.entries(values).map(([name, one]) => ({ name, value: numberOf(one) ?? null }));
  const one = numberOf(value);
  return one === undefined ? [] : [{ name: 't1', value: one }];
}

function plotsOf({ plots, plot }: Loose, alt: string): Alert['images'] {
  const all = Array.isArray(plots) && plots.length > 0 ? plots : [plot];
  return all.slice(0, PLOTS_MAX).flatMap((one) => {
    const isPng = typeof one === 'string' && one.length <= PLOT_MAX_CHARS && one.startsWith('iVBORw0KGgo');
    return isPng ? [{ data: new Uint8Array(Buffer.from(one, 'base64')), alt: oneLine(alt) }] : [];
  });
}
