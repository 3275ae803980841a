/** The API as the console calls it: JSON in, JSON out, failures as problems. */
import type { AlertContext, Answered, Explained, Problem } from './contract.ts';
import { readEvents } from './events.ts';

/** A failure that the server told, or none at all. */
class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** News of an answer that is being made. */
export interface ProgressEvent {
  readonly stage: 'understood' | 'fetching' | 'drawing';
  readonly explanation?: Explained;
  readonly text?: string;
}

/** What completes a question at a place. */
export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly items: readonly CompletionItem[];
}

/** One way to go on. */
export interface CompletionItem {
  readonly text: string;
  readonly kind: string;
  readonly title?: string;
}

/** Asks; tells how far it is where the server says so. */
export async function askQuestion(
  { q, follows }: { readonly q: string; readonly follows?: string | undefined },
  onProgress: (event: ProgressEvent) => void,
  signal: AbortSignal,
): Promise<Answered> {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const body = { q, ...(zone && { zone }), ...(follows !== undefined && { follows }) };
  const response = await call('/api/ask', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream, application/json' },
    body: JSON.stringify(body),
    signal,
  });
  if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
    return (await response.json()) as Answered;
  for await (const { event, data } of readEvents(response.body)) {
    if (event === 'progress') onProgress(data as ProgressEvent);
    if (event === 'answer') return data as Answered;
    if (event === 'problem') throw new ApiError(data as Problem);
  }
  throw new ApiError(LOST);
}

/** What can be gathered for a group of alerts; it takes as long as its slowest source may. */
export async function getContext(id: string): Promise<AlertContext> {
  return (await getJson(`/api/alerts/${encodeURIComponent(id)}/context`)) as AlertContext;
}

/** Fires an alert of the demo data. */
export async function fireDemoAlert(): Promise<void> {
  await call('/api/demo/alert', { method: 'POST' });
}

/** What may follow at `at`. */
export async function complete(q: string, at: number, signal: AbortSignal): Promise<Completion> {
  return (await getJson(`/api/complete?${new URLSearchParams({ q, at: `${at}` })}`, signal)) as Completion;
}

/** What is at a path. */
export async function getJson(path: string, signal?: AbortSignal): Promise<unknown> {
  const response = await call(path, { headers: { accept: 'application/json' }, ...(signal && { signal }) });
  return response.json();
}

async function call(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (thrown) {
    if (init.signal?.aborted) throw thrown;
    throw new ApiError(LOST);
  }
  if (response.ok) return response;
  // the session is over: the server then shows where to sign in
  if (response.status === 401) location.reload();
  throw new ApiError(await problemOf(response));
}

const LOST: Problem = {
  status: 0,
  code: 'UNREACHABLE',
  detail: 'The bot cannot be reached, or stopped while it was answering.',
};

async function problemOf(response: Response): Promise<Problem> {
  const status = response.status;
  try {
    const { code, detail, suggestions } = (await response.json()) as Problem;
    return { status, code: `${code}`, detail: `${detail}`, ...(suggestions && { suggestions }) };
  } catch {
    return { status, code: 'UNEXPECTED', detail: `The bot, or something before it, answered ${status}.` };
  }
}

/** The problem of whatever was thrown. */
export function problemFrom(thrown: unknown): Problem {
  if (thrown instanceof ApiError) return thrown.problem;
  return { status: 0, code: 'UNEXPECTED', detail: 'The console failed; the bot may still be well.' };
}
