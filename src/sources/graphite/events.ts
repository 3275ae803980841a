/** Graphite's events as marks on the time axis. */
import { z } from 'zod';
import type { Annotation } from '../../domain/annotation.ts';
import { BotError } from '../../domain/errors.ts';
import type { FetchWindow } from '../source.ts';
import type { GraphiteClient } from './client.ts';

/** More marks than this hide a chart; the newest are kept. */
const EVENTS_MAX = 500;
const TITLE_MAX_CHARS = 200;
const TEXT_MAX_CHARS = 2_000;

const Events = z.array(
  z.object({
    what: z.string(),
    when: z.number(),
    /** End of a span; graphite-web has none, the embedded data do. */
    until: z.number().nullish(),
    data: z.string().nullish(),
    tags: z
      .union([z.array(z.string()), z.string().transform((tags) => tags.split(/[\s,]+/).filter(Boolean))])
      .nullish(),
  }),
);

/** Words in tags or titles that say what a mark is about, in the order in which they decide. */
const KINDS: readonly [Annotation['kind'], RegExp][] = [
  ['deploy', /^(?:deploy|deploys|deployed|deployment|release|released|rollout|rollback)$/i],
  ['incident', /^(?:incident|outage|failover|postmortem|downtime)$/i],
  ['alert', /^(?:alert|alarm|alerting)$/i],
];

/**
 * Reads the events of a window that have all the tags, oldest first. Implementations without events have none.
 *
 * @throws BotError
 */
export async function readEvents(
  client: GraphiteClient,
  { fromMs, toMs }: FetchWindow,
  tags: readonly string[],
  signal: AbortSignal,
): Promise<Annotation[]> {
  const parameters = new URLSearchParams({
    from: String(Math.floor(fromMs / 1000)),
    until: String(Math.ceil(toMs / 1000)),
    ...(tags.length > 0 && { tags: tags.join(' '), set: 'intersection' }),
  });
  const reply = await client.send('events/get_data', parameters, signal);
  if (isWithoutEvents(reply.status, reply.text)) return [];
  if (reply.status !== 200 || !reply.text.trimStart().startsWith('[')) throw client.failure(reply);
  const events = parse(reply.text)
    .filter(({ when }) => when * 1000 >= fromMs && when * 1000 < toMs)
    .sort((a, b) => a.when - b.when);
  return events.slice(-EVENTS_MAX).map((event) => toAnnotation({ ...event, tags: event.tags ?? [] }));
}

function parse(text: string): z.output<typeof Events> {
  try {
    return Events.parse(JSON.parse(text));
  } catch (cause) {
    throw new BotError('SOURCE_UNEXPECTED', 'Graphite sent events that cannot be read.', {}, { cause });
  }
}

/** What carbonapi (404) and VictoriaMetrics (400, or 404 behind a proxy) answer, which know no events. */
export function isWithoutEvents(status: number, text: string): boolean {
  return status === 404 || status === 501 || (status === 400 && /unsupported (?:path|url)|unknown path/i.test(text));
}

function toAnnotation(event: {
  readonly what: string;
  readonly when: number;
  readonly until?: number | null | undefined;
  readonly data?: string | null | undefined;
  readonly tags: readonly string[];
}): Annotation {
  const words = [...event.tags, ...event.what.split(/\s+/)];
  const kind = KINDS.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0] ?? 'note';
  const text = event.data?.trim();
  return {
    timeMs: event.when * 1000,
    ...(event.until && event.until > event.when && { endMs: event.until * 1000 }),
    kind,
    title: event.what.slice(0, TITLE_MAX_CHARS),
    ...(text && { text: text.slice(0, TEXT_MAX_CHARS) }),
    tags: event.tags,
  };
}
