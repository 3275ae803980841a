/** Asks the statements of a request, several at once, and tells their series by the values of the question. */
import type { Labels } from '../../domain/labels.ts';
import { askAll } from '../../lib/ask-all.ts';
import { byQuestion, tooManySeries } from '../../queries/bind.ts';
import type { BoundQuery, InfluxdbRequest } from './bind.ts';
import type { InfluxClient } from './client.ts';
import { type AnswerRow, decodeAnswer } from './decode-answer.ts';
import { resolveStatement, type WindowPlan } from './plan-window.ts';

/** A row of an answer with the values that it answers. */
export interface BoundRow {
  readonly row: AnswerRow;
  readonly parameters: Labels;
}

/** All answers of a request. */
export interface ReadAnswers {
  /** In the order of the values of the question, then of the server. */
  readonly rows: readonly BoundRow[];
  readonly messages: readonly string[];
  readonly isPartial: boolean;
}

/** Reads all statements of a request. @throws BotError `SOURCE_TOO_MUCH` for more rows than it may have, what the client throws */
export async function readRequest(
  client: InfluxClient,
  request: InfluxdbRequest,
  plan: WindowPlan,
  signal: AbortSignal,
): Promise<ReadAnswers> {
  let count = 0;
  const claimed = async (bound: BoundQuery, part: AbortSignal): Promise<Answered> => {
    const { rows, messages, isPartial } = decodeAnswer(await ask(client, bound, plan, part));
    count += rows.reduce((sum, { columns }) => sum + columns.length, 0);
    if (count > request.seriesMax) throw tooManySeries(count, request.seriesMax, 'group by fewer tags');
    return { ...claim(bound, rows), messages, isPartial };
  };
  const first = await askAll(request.statements, claimed, signal);
  const lost = first.filter(({ rows, isTold }) => rows.length > 0 && !isTold);
  // nothing tells the values apart, so each is asked alone
  const apart = lost.flatMap(({ bound }) => bound.apart());
  const again = await askAll(apart, claimed, signal);
  const all = [...first.filter((answered) => !lost.includes(answered)), ...again];
  const compare = byQuestion(request.arguments);
  return {
    // what belongs together stays as the server sent it
    rows: all.flatMap(({ rows }) => rows).sort((a, b) => compare(a.parameters, b.parameters)),
    messages: [...new Set(all.flatMap(({ messages }) => messages))],
    isPartial: all.some(({ isPartial }) => isPartial),
  };
}

interface Answered {
  readonly bound: BoundQuery;
  readonly rows: readonly BoundRow[];
  /** Whether every row is known to belong to one value of each parameter. */
  readonly isTold: boolean;
  readonly messages: readonly string[];
  readonly isPartial: boolean;
}

/** Sends one statement over the time of a plan. @throws BotError */
export function ask(client: InfluxClient, bound: BoundQuery, plan: WindowPlan, signal: AbortSignal): Promise<string> {
  const { parameters } = bound;
  return client.body((isInline) => ({ text: resolveStatement(bound, plan, isInline), parameters }), signal);
}

function claim(bound: BoundQuery, rows: readonly AnswerRow[]): Pick<Answered, 'bound' | 'rows' | 'isTold'> {
  const told = rows.map((row) => {
    const found = bound.joined.map(({ parameter, tag, byTag }) => [parameter, byTag.get(row.tags[tag] ?? '')] as const);
    const isTold = found.every(([, value]) => value !== undefined);
    return { row, isTold, parameters: { ...bound.labels, ...Object.fromEntries(isTold ? found : []) } as Labels };
  });
  return { bound, rows: told, isTold: told.every(({ isTold }) => isTold) };
}
