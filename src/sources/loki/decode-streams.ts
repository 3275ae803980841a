/** From streams to lines: each with all its labels, all streams in one order of time. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import { endSentence, harmless } from '../../lib/said.ts';
import { TITLE } from './failures.ts';

/** A line as it came. */
export interface Entry {
  /** Nanoseconds since the Unix epoch, in digits: a double would lose the last ones. */
  readonly ns: string;
  readonly timeMs: number;
  readonly line: string;
  /** Labels of its stream; of an old server all labels. */
  readonly stream: Labels;
  /** Labels of its stream, its structured metadata, and what the expression read out of it. */
  readonly labels: Labels;
}

/** An answer. */
export interface Streams {
  /** Oldest first. */
  readonly entries: readonly Entry[];
  readonly warnings: readonly string[];
}

const Named = z.record(z.string(), z.unknown());
const Answer = z.object({
  data: z.object({
    resultType: z.string().optional(),
    result: z.array(
      z.object({
        stream: Named.default({}),
        values: z.array(z.tuple([z.string().regex(/^\d{1,25}$/), z.string()]).rest(z.unknown())).default([]),
      }),
    ),
  }),
  warnings: z.array(z.string()).nullish(),
});

/** Decodes an answer. @throws BotError `SOURCE_UNEXPECTED` when it holds no streams */
export function decodeStreams(answer: unknown): Streams {
  const { success, data, error } = Answer.safeParse(answer);
  if (!success || (data.data.resultType ?? 'streams') !== 'streams') {
    const message = `${TITLE} sent something else than lines.`;
    throw new BotError('SOURCE_UNEXPECTED', message, {}, { cause: error });
  }
  const entries = data.data.result.flatMap(({ stream, values }) => {
    const own = textsOf(stream);
    return values.map(([ns, line, more]): Entry => {
      const labels = more === undefined ? own : { ...own, ...metadataOf(more) };
      return { ns, timeMs: Math.floor(Number(ns.slice(0, -3)) / 1000), line, stream: own, labels };
    });
  });
  return {
    entries: entries.sort(byTime),
    warnings: (data.warnings ?? []).map((text) => `${TITLE} says: ${endSentence(harmless(text))}`),
  };
}

/** Digits of one length compare as numbers do. */
export function byTime(a: Entry, b: Entry): number {
  if (a.ns === b.ns) return 0;
  if (a.ns.length !== b.ns.length) return a.ns.length - b.ns.length;
  return a.ns < b.ns ? -1 : 1;
}

/** `{structuredMetadata: {…}, parsed: {…}}`, or just the metadata. */
function metadataOf(more: unknown): Labels {
  const { success, data } = Named.safeParse(more);
  if (!success) return {};
  const { structuredMetadata, parsed } = data;
  const isApart = typeof structuredMetadata === 'object' || typeof parsed === 'object';
  return isApart ? { ...textsOf(structuredMetadata), ...textsOf(parsed) } : textsOf(data);
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  const texts = Object.entries(value).filter(([, text]) => typeof text === 'string' || typeof text === 'number');
  return Object.fromEntries(texts.map(([name, text]) => [name, String(text)]));
}
