/** Posts with a picture of Graphite or Grafana and words of an alert: the picture's address is the query. */
import { linkOf } from '../reading/links.ts';
import { makeAlert } from '../reading/make-alert.ts';
import { severityOf } from '../reading/severity.ts';
import type { SightingReader } from './reader.ts';
import { colourOf, hrefsIn, linesOf, plainLine } from './texts.ts';

const GRAPHITE = /\/render\/?\?(?:.*&)?target=/;
const GRAFANA = /\/render\/d-solo\/|\/d-solo\//;
const BAD = /\b(?:alert|alerting|firing|critical|warning|problem|error|down|failed|failure|triggered)\b/i;
const FINE = /\b(?:ok|resolved|recovered|recovery|cleared|closed|normal|back to normal)\b/i;

/** Reads them. */
export const sightedPictures: SightingReader = {
  title: 'pictures of Graphite and Grafana',
  read({ text, attachments }, delivery) {
    const cards = attachments.length > 0 ? attachments : [{ text, fields: [] }];
    const card = cards.find((one) => pictureOf(one) !== undefined);
    const href = card && pictureOf(card);
    if (!card || href === undefined) return undefined;
    const [head = ''] = linesOf([card.title, card.pretext, text, card.text].filter(Boolean).join('\n'));
    const title = plainLine(head);
    const colour = colourOf(card);
    const isFine = FINE.test(title) || (colour === 'fine' && !BAD.test(title));
    if (title === '' || (!isFine && !BAD.test(title) && colour !== 'bad')) return undefined;
    const word = title.match(/[A-Za-z]+/g)?.find((one) => severityOf(one) !== 'unknown');
    const name =
      title
        .replace(BAD, '')
        .replace(FINE, '')
        .replace(/^[\s[\]():-]+|[\s[\]():-]+$/g, '') || title;
    const alert = makeAlert(delivery, {
      source: 'picture',
      key: JSON.stringify([
        name,
        GRAPHITE.test(href) ? new URL(href).searchParams.getAll('target') : new URL(href).pathname,
      ]),
      status: isFine ? 'resolved' : 'firing',
      severity: isFine ? 'info' : severityOf(word),
      titles: [title],
      labels: { alertname: name.slice(0, 200) },
      links: [...(GRAFANA.test(href) ? linkOf('panel', href) : []), ...linkOf('source', card.url)],
      images: [{ url: href }],
    });
    return { alerts: [alert], changes: [] };
  },
};

function pictureOf({ imageUrl = '', url = '', text = '' }: { imageUrl?: string; url?: string; text?: string }) {
  return hrefsIn([imageUrl, url, text].join(' ')).find((href) => GRAPHITE.test(href) || GRAFANA.test(href));
}
