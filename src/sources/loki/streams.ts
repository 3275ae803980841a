/** Which streams there are: cheap to ask, as no line is read. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import type { FetchWindow } from '../source.ts';
import type { BoundQuery } from './bind.ts';
import type { LokiClient } from './client.ts';
import { TITLE } from './failures.ts';
import { type Comparison, readExpression } from './logql.ts';
import { nanoseconds } from './plan-window.ts';

const Streams = z.object({ data: z.array(z.record(z.string(), z.string())).nullish() });
const Names = z.object({ data: z.array(z.string()).nullish() });

/** The labels of the streams that have lines in a window and match. @throws BotError */
export async function streamsOf(
  client: LokiClient,
  selector: string,
  { fromMs, toMs }: Pick<FetchWindow, 'fromMs' | 'toMs'>,
  signal: AbortSignal,
): Promise<readonly Labels[]> {
  const form = new URLSearchParams({ 'match[]': selector, start: nanoseconds(fromMs), end: nanoseconds(toMs) });
  const parsed = Streams.safeParse(await client.json('series', form, signal));
  if (parsed.success) return parsed.data.data ?? [];
  throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent a list of streams that cannot be read.`);
}

/** The values of a label in a window, of the streams that match. @throws BotError */
export async function labelValues(
  client: LokiClient,
  label: string,
  selector: string | undefined,
  { fromMs, toMs }: Pick<FetchWindow, 'fromMs' | 'toMs'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const form = new URLSearchParams({
    start: nanoseconds(fromMs),
    end: nanoseconds(toMs),
    ...(selector !== undefined && { query: selector }),
  });
  const parsed = Names.safeParse(await client.json(`label/${label}/values`, form, signal));
  if (parsed.success) return parsed.data.data ?? [];
  throw new BotError('SOURCE_UNEXPECTED', `${TITLE} answered a question for values with something that is no list.`);
}

/** A selector of the matchers that hold values of the question; of all where it gives none. Nothing where that would match everything. */
export function valueSelector({ expr, asked }: BoundQuery): string | undefined {
  const { selectors, comparisons } = readExpression(expr);
  const matchers = selectors[0]?.matchers.filter(({ operator }) => !operator.startsWith('!')) ?? [];
  const own = new Set(asked.map((at) => comparisons[at]));
  const isAsked = matchers.some((matcher) => own.has(matcher));
  const kept = isAsked ? matchers.filter((matcher) => own.has(matcher)) : asked.length > 0 ? [] : matchers;
  return kept.length === 0 ? undefined : `{${kept.map(matcherText).join(', ')}}`;
}

/** A matcher as it stands in an expression. */
export function matcherText({ label, operator, value }: Comparison): string {
  return `${label}${operator}${value.text}`;
}
