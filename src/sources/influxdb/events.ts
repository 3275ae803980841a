/** Points of a measurement as marks on the time axis. */
import type { Annotation } from '../../domain/annotation.ts';
import type { FetchWindow } from '../source.ts';
import type { InfluxClient, PlainRow } from './client.ts';
import { quoteIdentifier } from './influxql.ts';
import { timeFilter } from './plan-window.ts';

/** Where events are kept: names of a measurement and of its fields or tags. */
export interface EventsAddress {
  readonly measurement: string;
  readonly title: string;
  readonly text?: string | undefined;
  readonly tags?: string | undefined;
}

/** More marks than this hide a chart; the newest are kept. */
const EVENTS_MAX = 500;
const TITLE_MAX_CHARS = 200;
const TEXT_MAX_CHARS = 2_000;

/** Words in tags or titles that say what a mark is about, in the order in which they decide. */
const KINDS: readonly (readonly [Annotation['kind'], RegExp])[] = [
  ['deploy', /^(?:deploy|deploys|deployed|deployment|release|released|rollout|rollback)$/i],
  ['incident', /^(?:incident|outage|failover|postmortem|downtime)$/i],
  ['alert', /^(?:alert|alarm|alerting)$/i],
];

/** Reads the events of a window that have all the tags, oldest first. @throws BotError */
export async function readEvents(
  client: InfluxClient,
  address: EventsAddress,
  { fromMs, toMs }: FetchWindow,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<Annotation[]> {
  const { measurement, title, text, tags: tagField } = address;
  const columns = [...new Set([title, text, tagField].filter((name) => name !== undefined))];
  // the newest first, so that the limit cuts the oldest
  const statement = `SELECT ${columns.map(quoteIdentifier).join(', ')} FROM ${quoteIdentifier(measurement)} WHERE ${timeFilter(fromMs, toMs)} ORDER BY time DESC LIMIT ${EVENTS_MAX * 4}`;
  const rows = await client.rows(statement, signal);
  const marks = rows.flatMap((row) => row.values.map((values) => markOf(row, values, address)));
  return marks
    .filter((mark) => mark !== undefined)
    .filter((mark) => tags.every((tag) => mark.tags.some((own) => own.toLowerCase() === tag.toLowerCase())))
    .slice(0, EVENTS_MAX)
    .sort((a, b) => a.timeMs - b.timeMs);
}

function markOf({ columns }: PlainRow, values: readonly unknown[], address: EventsAddress): Annotation | undefined {
  const cell = (name: string | undefined) => {
    const value = name === undefined ? undefined : values[columns.indexOf(name)];
    return value === undefined || value === null ? '' : String(value).trim();
  };
  const timeMs = Number(values[columns.indexOf('time')]);
  const title = cell(address.title);
  if (!Number.isFinite(timeMs) || title === '') return undefined;
  const text = cell(address.text);
  const tags = cell(address.tags)
    .split(/[\s,]+/)
    .filter((tag) => tag !== '');
  const words = [...tags, ...title.split(/\s+/)];
  return {
    timeMs,
    kind: KINDS.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0] ?? 'note',
    title: title.slice(0, TITLE_MAX_CHARS),
    ...(text !== '' && { text: text.slice(0, TEXT_MAX_CHARS) }),
    tags,
  };
}
