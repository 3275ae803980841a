/** Posts of Moira: a trigger and the metrics that changed their state. */
import { linkOf } from '../reading/links.ts';
import { numberOf } from '../reading/loose.ts';
import { makeAlert } from '../reading/make-alert.ts';
import { MOIRA_STATES } from '../reading/moira-states.ts';
import type { SightingReader } from './reader.ts';
import { groupsIn, hrefsIn, linesOf, plainLine, wholeText } from './texts.ts';

const STATES = Object.keys(MOIRA_STATES).join('|');
/** `02:40 (GMT+00:00): servers.web01.load = 12.5 (OK to ERROR)`. */
const EVENT = new RegExp(
  `^\\d\\d:\\d\\d(?: \\([^)]{1,20}\\))?: (?<metric>\\S{1,500}) = (?<value>\\S{1,60}) \\((?:${STATES}) to (?<state>${STATES})\\)`,
);
const STATE = new RegExp(`\\b(?:${STATES})\\b`);
const LEADING_STATE = new RegExp(`^\\W*(?:${STATES})\\W*`);
const ALERTS_MAX = 200;

/** Reads them. */
export const sightedMoira: SightingReader = {
  title: 'Moira',
  read(sighting, delivery) {
    const text = wholeText(sighting);
    const lines = linesOf(text.replaceAll('```', '\n')).map(plainLine);
    const events = groupsIn(EVENT, lines).slice(0, ALERTS_MAX);
    const head = lines.find((line) => STATE.test(line) && !EVENT.test(line));
    if (events.length === 0 || head === undefined) return undefined;
    const page = hrefsIn(text).find((href) => /\/trigger\/|#\/events\//.test(href));
    const trigger = /(?:\/trigger\/|#\/events\/)([\w-]{1,100})/.exec(page ?? '')?.[1];
    const tags = [...head.matchAll(/\[([^\][]{1,100})\]/g)].map(([, tag = '']) => tag);
    const name = head
      .replace(LEADING_STATE, '')
      .replace(/\[[^\][]{1,100}\]/g, ' ')
      .replace(/\(\d+\)\s*$/, '')
      .trim();
    const alerts = events.flatMap(({ metric = '', value, state = '' }) => {
      const meant = MOIRA_STATES[state];
      if (!meant) return [];
      const alert = makeAlert(delivery, {
        ...meant,
        source: 'moira',
        key: JSON.stringify([trigger ?? name, metric]),
        severityText: state,
        titles: [name, metric],
        labels: { alertname: name || metric, metric, ...(tags.length > 0 && { tags: tags.join(',') }) },
        metric: { query: metric, language: 'graphite' },
        values: [{ name: metric, value: numberOf(value) ?? null }],
        links: linkOf('source', page, 'Moira'),
      });
      return [alert];
    });
    return { alerts, changes: [] };
  },
};
