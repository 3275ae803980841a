/** Asks the statements of a request, several at once, and tells their series by the values of the question. */
import type { Labels } from '../../domain/labels.ts';
import { type BoundQuery, type InfluxdbRequest, tooManySeries } from './bind.ts';
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

/** A question may not occupy all of a server's places for queries. */
const QUERIES_AT_ONCE = 4;

/** Reads all statements of a request. @throws BotError `SOURCE_TOO_MUCH` for more rows than it may have, what the client throws */
export async function readRequest(
  client: InfluxClient,
  request: InfluxdbRequest,
  plan: WindowPlan,
  signal: AbortSignal,
): Promise<ReadAnswers> {
  const first = await askAll(client, request, request.statements, plan, signal);
  const lost = first.filter(({ rows, isTold }) => rows.length > 0 && !isTold);
  // nothing tells the values apart, so each is asked alone
  const apart = lost.flatMap(({ bound }) => bound.apart());
  const again = apart.length === 0 ? [] : await askAll(client, request, apart, plan, signal);
  const all = [...first.filter((answered) => !lost.includes(answered)), ...again];
  return {
    rows: inOrder(
      all.flatMap(({ rows }) => rows),
      request,
    ),
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

async function askAll(
  client: InfluxClient,
  { seriesMax }: InfluxdbRequest,
  statements: readonly BoundQuery[],
  plan: WindowPlan,
  signal: AbortSignal,
): Promise<Answered[]> {
  const answers: Answered[] = [];
  let [next, count] = [0, 0];
  // the first failure ends the others too: half an answer would be a wrong one
  const aborter = new AbortController();
  const both = AbortSignal.any([signal, aborter.signal]);
  async function work(): Promise<void> {
    while (next < statements.length) {
      const at = next++;
      const bound = statements[at] as BoundQuery;
      const { rows, messages, isPartial } = decodeAnswer(await ask(client, bound, plan, both));
      count += rows.reduce((sum, { columns }) => sum + columns.length, 0);
      if (count > seriesMax) throw tooManySeries(count, seriesMax);
      answers[at] = { ...claim(bound, rows), messages, isPartial };
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(QUERIES_AT_ONCE, statements.length) }, work));
  } finally {
    aborter.abort();
  }
  return answers;
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

/** As the question names its values; what belongs together stays as the server sent it. */
function inOrder(rows: readonly BoundRow[], { arguments: args }: InfluxdbRequest): BoundRow[] {
  const places = Object.entries(args).map(
    ([name, values]) => [name, new Map(values.map((value, index) => [value.trim(), index]))] as const,
  );
  const keyOf = ({ parameters }: BoundRow) => places.map(([name, byValue]) => byValue.get(parameters[name] ?? '') ?? 0);
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .sort((a, b) => a.key.map((value, index) => value - (b.key[index] ?? 0)).find((one) => one !== 0) ?? 0)
    .map(({ row }) => row);
}
