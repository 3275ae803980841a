/** Posts of Grafana, unified alerting and legacy: labels, values and links stand in the text of an attachment. */
import type { Alert, AlertLink, AlertValue } from '../../domain/alert.ts';
import type { Labels } from '../../domain/labels.ts';
import type { SightedAttachment, Sighting } from '../../domain/sighting.ts';
import type { ReadDelivery } from '../alert-format.ts';
import { labelsHash } from '../reading/ids.ts';
import { annotationLinks, linkOf } from '../reading/links.ts';
import { numberOf } from '../reading/loose.ts';
import { makeAlert } from '../reading/make-alert.ts';
import { severityIn } from '../reading/severity.ts';
import type { SightingReader } from './reader.ts';
import { linesOf, plainLine } from './texts.ts';

const ALERTS_MAX = 500;
const VALUES_MAX = 50;
const LINKS: Readonly<Record<string, AlertLink['rel']>> = {
  source: 'source',
  silence: 'silence',
  dashboard: 'dashboard',
  panel: 'panel',
};

/** Reads the posts of unified alerting. */
export const sightedGrafana: SightingReader = {
  title: 'Grafana',
  read(sighting, delivery) {
    const found = cardsOf(sighting).find(({ title = '', text = '' }) => {
      return /^\s*\[(?:FIRING|RESOLVED)[:\]]/i.test(title) && /^Labels:\s*$/m.test(text);
    });
    if (!found) return undefined;
    const alerts = sectionsOf(found.text ?? '').slice(0, ALERTS_MAX);
    return { alerts: alerts.map((one) => alertOf(one, found, delivery)), changes: [] };
  },
};

/** The attachments; a post without any is one itself, its first line the title. */
function cardsOf({ text, attachments }: Sighting): readonly SightedAttachment[] {
  const [title = '', ...rest] = text.split('\n');
  return [...attachments, { title: plainLine(title), text: rest.join('\n'), fields: [] }];
}

/** One alert of the list in a text. */
interface Section {
  readonly isResolved: boolean;
  readonly values: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly links: Readonly<Record<string, string>>;
}

function sectionsOf(text: string): readonly Section[] {
  let isResolved = false;
  let part: 'labels' | 'annotations' | undefined;
  const sections: { isResolved: boolean; values: string; labels: object; annotations: object; links: object }[] = [];
  for (const line of linesOf(text)) {
    const heading = /^\*{0,2}(Firing|Resolved)\*{0,2}$/i.exec(line)?.[1];
    if (heading !== undefined) isResolved = heading.toLowerCase() === 'resolved';
    const [, word = '', rest = ''] =
      /^(Value|Labels|Annotations|Source|Silence|Dashboard|Panel):\s*(.*)$/.exec(line) ?? [];
    const [, name, value] = /^- ([^=]{1,200}?) = (.*)$/.exec(line) ?? [];
    const last = sections.at(-1);
    if (word === 'Value' || (word === 'Labels' && (!last || Object.keys(last.labels).length > 0))) {
      sections.push({ isResolved, values: rest, labels: {}, annotations: {}, links: {} });
    }
    const section = sections.at(-1);
    if (word === 'Labels') part = 'labels';
    else if (word === 'Annotations') part = 'annotations';
    else if (word !== '' && section) section.links = { ...section.links, [word.toLowerCase()]: rest };
    if (section && part && name !== undefined)
      section[part] = { ...section[part], ...Object.fromEntries([[name, value]]) };
  }
  return sections as unknown as readonly Section[];
}

function alertOf(section: Section, { title, url, imageUrl }: SightedAttachment, delivery: ReadDelivery): Alert {
  const { isResolved, labels, annotations, links } = section;
  const rule = /\/alerting\/grafana\/([\w-]{1,64})\//.exec(links.source ?? '')?.[1];
  const flags = { ...(labels.alertname === 'DatasourceNoData' && { noData: true }) };
  const metric = { ...(rule !== undefined && { name: rule }), ...uidOf(labels) };
  const alert = makeAlert(delivery, {
    source: 'grafana',
    key: labelsHash(labels),
    status: isResolved ? 'resolved' : 'firing',
    flags,
    ...severityIn(labels),
    titles: [annotations.summary, annotations.title, labels.alertname, title],
    description: annotations.description ?? annotations.message,
    labels,
    annotations,
    ...(Object.keys(metric).length > 0 && { metric }),
    values: valuesOf(section.values),
    links: [
      ...annotationLinks(annotations),
      ...Object.entries(LINKS).flatMap(([name, rel]) => linkOf(rel, links[name])),
      ...(links.source === undefined ? linkOf('source', url, 'Grafana') : []),
    ],
    images: imageUrl === undefined ? [] : [{ url: imageUrl }],
  });
  return alert;
}

function uidOf({ datasource_uid: datasourceUid }: Labels): { readonly datasourceUid?: string } {
  return datasourceUid === undefined ? {} : { datasourceUid };
}

/** `B=22, C=1`; `[no value]` is none. */
function valuesOf(text: string): readonly AlertValue[] {
  return [...text.matchAll(/([\w.{}="' -]{1,100})=\s*(-?[\d.eE+-]{1,40}|NaN)(?:,|$)/g)]
    .slice(0, VALUES_MAX)
    .map(([, name = '', value]) => ({ name: name.trim(), value: numberOf(value) ?? null }));
}

const LEGACY = /^\s*\[(Alerting|OK|No Data|Pending)\]\s*(.{1,500})$/i;

/** Reads the posts of legacy alerting, up to version 10. */
export const sightedGrafanaLegacy: SightingReader = {
  title: 'Grafana (legacy alerting)',
  read({ attachments }, delivery) {
    const found = attachments.find(({ title = '', footer = '', url = '' }) => {
      return LEGACY.test(title) && (/^Grafana\b/.test(footer) || /[?&](?:panelId|viewPanel|editPanel)=/.test(url));
    });
    const [, state = '', name] = LEGACY.exec(found?.title ?? '') ?? [];
    if (!found || name === undefined) return undefined;
    const { url, text, fields, imageUrl } = found;
    const alert = makeAlert(delivery, {
      source: 'grafana-legacy',
      key: url?.split('?')[0]?.concat('#', name) ?? name,
      status: /^ok$/i.test(state) ? 'resolved' : 'firing',
      flags: /^no data$/i.test(state) ? { noData: true } : {},
      severity: 'unknown',
      titles: [name],
      description: text,
      labels: { alertname: name },
      values: fields
        .slice(0, VALUES_MAX)
        .flatMap(({ title, value }) => (numberOf(value) === undefined ? [] : [{ name: title, value: Number(value) }])),
      links: [...linkOf('panel', url)],
      images: imageUrl === undefined ? [] : [{ url: imageUrl }],
    });
    return /^pending$/i.test(state) ? { alerts: [], changes: [] } : { alerts: [alert], changes: [] };
  },
};
