/** One request to Grafana's query API, and what came back for each of its queries. */
import { BotError } from '../../domain/errors.ts';
import { type GrafanaClient, jsonRequest, parseJson } from './client.ts';
import type { DataFrame } from './data-frame.ts';
import { decodeFrames } from './decode-frames.ts';
import { type QueryFailure, TITLE } from './failures.ts';
import { type Json, mapOf, numberOf, textOf } from './present/json.ts';

/** A query with everything that the server wants of it. */
export interface WireQuery extends Json {
  readonly refId: string;
  readonly datasource: { readonly uid: string; readonly type: string };
}

/** The window of a request, ms since the Unix epoch. */
export interface QueryWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What came back. */
export interface QueryAnswers {
  readonly frames: readonly DataFrame[];
  readonly failures: readonly QueryFailure[];
}

/** Which panel asks, for the server's own log. */
export interface Asking {
  readonly dashboardUid?: string;
  readonly panelId?: number;
}

/**
 * Asks. Status and body are judged apart: a reply of 400 holds the good answers too.
 *
 * @throws BotError for a request that failed as a whole
 */
export async function askQueries(
  client: GrafanaClient,
  queries: readonly WireQuery[],
  window: QueryWindow,
  asking: Asking,
  signal: AbortSignal,
): Promise<QueryAnswers> {
  // both ends as text: numbers are refused
  const body = { from: String(Math.floor(window.fromMs)), to: String(Math.ceil(window.toMs)), queries };
  const request = { ...jsonRequest(body), hasDataInErrors: true };
  const reply = await client.send(
    'api/ds/query',
    { ...request, headers: { ...request.headers, ...headersOf(asking) } },
    signal,
  );
  const isAnswer = [200, 207, 400].includes(reply.status) && /^\s*\{/.test(reply.text);
  const results = isAnswer ? mapOf(parseJson(reply.text)).results : undefined;
  if (results === undefined) throw client.failure(reply);
  if (results === null || typeof results !== 'object' || Array.isArray(results)) {
    throw new BotError('SOURCE_UNEXPECTED', `${TITLE} sent results of a form that it cannot have.`);
  }
  return readResults(results as Json);
}

function headersOf({ dashboardUid, panelId }: Asking): Record<string, string> {
  return {
    ...(dashboardUid !== undefined && /^[\w-]+$/.test(dashboardUid) && { 'x-dashboard-uid': dashboardUid }),
    ...(panelId !== undefined && { 'x-panel-id': String(panelId) }),
  };
}

function readResults(results: Json): QueryAnswers {
  const frames: DataFrame[] = [];
  const failures: QueryFailure[] = [];
  for (const [refId, value] of Object.entries(results)) {
    const result = mapOf(value);
    const error = textOf(result.error);
    if (error !== undefined) failures.push({ refId, error, status: numberOf(result.status) ?? 0 });
    // a frame names its query itself; what says otherwise is a server that mixes them up
    for (const frame of decodeFrames(result.frames, refId)) frames.push({ ...frame, refId });
  }
  return { frames, failures };
}
