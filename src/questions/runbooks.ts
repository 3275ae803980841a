/** `runbook cpu`: what to do, as the definition of a query or the open alerts say it. */
import type { Alert } from '../domain/alert.ts';
import { alertName } from '../domain/alert-severity.ts';
import type { Catalog } from '../domain/catalog.ts';
import type { Line } from '../domain/message.ts';
import { findNear } from './nearest.ts';
import type { AlertRecord } from './record.ts';
import { alertsAbout, type Topic, topicText } from './topic.ts';

/** What runbooks are looked for in. */
interface RunbookDeps {
  readonly record?: AlertRecord;
  readonly catalog: Catalog;
}

/** A page and what it is for. */
interface Runbook {
  readonly of: string;
  readonly url: string;
  readonly owner?: string;
}

/** So many fit a message that is read. */
const SHOWN = 15;

/** The runbooks of what a topic names, of queries first; of nothing in particular: all that are known. Throws BotError `STORE_…`. */
export async function runbookLines(topic: Topic, { record, catalog }: RunbookDeps): Promise<Line[]> {
  const open = (await record?.open()) ?? [];
  const alerts = alertsAbout(open, topic);
  const found = distinct([...ofQueries(topic, catalog), ...ofAlerts(alerts)]);
  return found.length === 0 ? [noneFor(topic, alerts, catalog)] : linesOf(found);
}

/** The runbooks of some alerts and of the queries that name them; no lines where there is none. */
export function runbooksFor(alerts: readonly Alert[], queries: Catalog['queries']): readonly Line[] {
  return linesOf(distinct([...ofAlerts(alerts), ...queries.flatMap(ofQuery)]));
}

function linesOf(found: readonly Runbook[]): Line[] {
  const more = found.length - SHOWN;
  return [
    ...found
      .slice(0, SHOWN)
      .map(
        ({ of, url, owner }): Line => [
          ...(found.length > 1 ? ['• '] : []),
          { link: { title: 'Runbook', url } },
          ' of ',
          { name: of, bold: true },
          ...(owner === undefined ? [] : [' · owner ', { name: owner }]),
        ],
      ),
    ...(more > 0 ? [[`… ${more} more; a name lists fewer: `, { code: 'runbook cpu' }]] : []),
  ];
}

function ofQueries({ words, named }: Topic, catalog: Catalog): readonly Runbook[] {
  if (named.length > 0) return [];
  const queries = words.length === 0 ? catalog.queries : words.flatMap((word) => catalog.named(word));
  return queries.flatMap(ofQuery);
}

function ofQuery({ id, runbookUrl, owner }: Catalog['queries'][number]): readonly Runbook[] {
  return runbookUrl === undefined ? [] : [{ of: id, url: runbookUrl, ...(owner !== undefined && { owner }) }];
}

function ofAlerts(alerts: readonly Alert[]): readonly Runbook[] {
  return alerts.flatMap((alert) =>
    alert.links.filter(({ rel }) => rel === 'runbook').map(({ href }) => ({ of: alertName(alert), url: href })),
  );
}

function distinct(runbooks: readonly Runbook[]): readonly Runbook[] {
  return runbooks.filter(({ url }, index) => runbooks.findIndex((one) => one.url === url) === index);
}

function noneFor(topic: Topic, alerts: readonly Alert[], catalog: Catalog): Line {
  const text = topicText(topic);
  if (text === '') return ['No query and no open alert here names a runbook.'];
  const [word = ''] = topic.words;
  const queries = topic.words.flatMap((one) => catalog.named(one));
  if (queries.length > 0) {
    return [
      'The query ',
      { code: queries[0]?.id ?? word },
      ' names no runbook; write ',
      { code: 'runbook: https://…' },
      ' in its definition.',
    ];
  }
  if (alerts.length > 0)
    return [`The open alert${alerts.length > 1 ? 's' : ''} of `, { code: text }, ' came without a runbook.'];
  const near = findNear(word, catalog.names)?.names.find((name) =>
    catalog.named(name).some(({ runbookUrl }) => runbookUrl),
  );
  const hint: Line = near === undefined ? [' All: ', { code: 'runbook' }] : [' Near: ', { code: `runbook ${near}` }];
  return ['Neither a query nor an open alert is called ', { code: text }, '.', ...hint];
}
