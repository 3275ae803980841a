/** Posts of Prometheus' Alertmanager, through its receivers for Slack and Rocket.Chat: label values without their names. */
import type { AlertLink } from '../../domain/alert.ts';
import type { Labels } from '../../domain/labels.ts';
import type { SightedAttachment, Sighting } from '../../domain/sighting.ts';
import { annotationLinks, linkOf } from '../reading/links.ts';
import { makeAlert } from '../reading/make-alert.ts';
import { severityIn, severityOf } from '../reading/severity.ts';
import { hintAnnotation } from './hints.ts';
import type { SightingReader } from './reader.ts';
import { hrefsIn, linesOf, plainLine, wholeText } from './texts.ts';

const SOURCE = 'alertmanager';
const HEAD = /^\[(FIRING|RESOLVED)(?::(\d{1,6}))?\]\s*(.*)$/i;
/** Lines of labels as templates write them: `• *instance:* ¦web01¦`, ` - severity = critical`. */
const LABEL = /^[•*·-]?\s*([A-Za-z_]\w{0,60})\s*[:=]\s*(\S.{0,400})$/;
const LABELS_MAX = 50;

/** Reads them. */
export const sightedAlertmanager: SightingReader = {
  title: 'Alertmanager',
  read(sighting, delivery) {
    const found = headIn(sighting);
    if (!found) return undefined;
    const { attachment, isResolved, count, name, others } = found;
    const text = wholeText(sighting);
    const labels = labelsIn(text, count);
    const [alertname = ''] = name.split(' ');
    const all: Labels = { ...(alertname !== '' && { alertname }), ...labels };
    const words = [...name.split(' ').slice(1), ...others.split(' ')].filter((word) => word !== '');
    const word = words.find((one) => severityOf(one) !== 'unknown');
    const told = severityIn(labels);
    const key = JSON.stringify([listOf(attachment), name === '' ? others : name]);
    const hrefs = hrefsIn([text, attachment?.url ?? ''].join(' '));
    const query = hrefs.map((href) => new URL(href).searchParams.get('g0.expr')).find((expr) => expr);
    const alert = makeAlert(delivery, {
      source: SOURCE,
      key,
      // all that one post of it tells of ends together
      episode: key,
      status: isResolved ? 'resolved' : 'firing',
      ...(told.severityText === undefined && word !== undefined
        ? { severity: severityOf(word), severityText: word }
        : told),
      titles: [labels.summary, [name, others === '' ? '' : `(${others})`].join(' ')],
      annotations: hintAnnotation(words),
      description: labels.description ?? labels.message,
      labels: Object.fromEntries(Object.entries(all).filter(([label]) => !TEXTS.has(label))),
      ...(query && { metric: { query, language: 'promql' as const } }),
      links: linksOf(labels, attachment?.url, hrefs),
    });
    return { alerts: [alert], changes: [] };
  },
};

/** Names that explain, whatever list they stand in. */
const TEXTS = new Set(['summary', 'description', 'message', 'runbook_url', 'runbook', 'dashboard_url', 'dashboard']);

interface Head {
  readonly attachment?: SightedAttachment;
  readonly isResolved: boolean;
  readonly count: number;
  /** Values of the labels that group. */
  readonly name: string;
  /** Values of labels that all have in common. */
  readonly others: string;
}

function headIn(sighting: Sighting): Head | undefined {
  const { text, attachments } = sighting;
  for (const attachment of attachments) {
    const title = attachment.title ?? attachment.fallback?.split(' | ')[0];
    const head = headOf(title);
    if (head) return { ...head, attachment };
  }
  return headOf(linesOf(text)[0]);
}

function headOf(title: string | undefined): Head | undefined {
  const [, state, count, rest] = HEAD.exec(plainLine(title ?? '').slice(0, 1_000)) ?? [];
  if (state === undefined || rest === undefined || rest === '') return undefined;
  const at = rest.endsWith(')') ? rest.indexOf('(') : -1;
  return {
    isResolved: state.toUpperCase() === 'RESOLVED',
    count: Number(count ?? 1),
    name: (at < 0 ? rest : rest.slice(0, at)).trim(),
    others: at < 0 ? '' : rest.slice(at + 1, -1).trim(),
  };
}

/** Of one alert its labels, where the template lists them; of several nobody could tell whose they are. */
function labelsIn(text: string, count: number): Labels {
  if (count !== 1) return {};
  const pairs = linesOf(text).flatMap((line) => {
    const [, name, value] = LABEL.exec(plainLine(line)) ?? [];
    return name === undefined || value === undefined || /^https?$/i.test(name)
      ? []
      : [[name.toLowerCase(), value] as const];
  });
  return Object.fromEntries(pairs.filter(([, value]) => !/^\/\//.test(value)).slice(0, LABELS_MAX));
}

/** Where the list of alerts is: the Alertmanager and its receiver. */
function listOf(attachment: SightedAttachment | undefined): string {
  return attachment?.url?.split(/[?&]filter=/)[0] ?? '';
}

function linksOf(labels: Labels, url: string | undefined, hrefs: readonly string[]): readonly AlertLink[] {
  return [
    ...annotationLinks(labels),
    ...linkOf('source', url, 'Alertmanager'),
    ...hrefs.filter((href) => /[?&]g0\.expr=/.test(href)).flatMap((href) => linkOf('query', href, 'Prometheus')),
    ...hrefs.filter((href) => /\/silences?\/new/.test(href)).flatMap((href) => linkOf('silence', href)),
  ];
}
