/** Server-sent events: progress while an answer is made. */
import { PassThrough } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../lib/clock.ts';

/** Sends one event; what nobody reads any more is dropped. */
export type SendEvent = (event: string, data: unknown) => void;

/** Proxies cut a connection that says nothing for a minute, some for less. */
const HEARTBEAT_MS = 10_000;

/** Whether a caller wants events rather than one answer. */
export function wantsEvents({ headers }: FastifyRequest): boolean {
  return /\btext\/event-stream\b/i.test(headers.accept ?? '');
}

/** Answers with the events of some work; the stream ends with it. The work must not reject. */
export function streamEvents(
  reply: FastifyReply,
  clock: Clock,
  work: (send: SendEvent) => Promise<void>,
): FastifyReply {
  const stream = new PassThrough();
  const done = new AbortController();
  // the reader has gone
  stream.once('close', () => done.abort());
  const send: SendEvent = (event, data) => {
    if (!stream.writableEnded && !stream.destroyed) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  void beat(stream, clock, done.signal);
  void work(send).finally(() => {
    done.abort();
    stream.end();
  });
  return reply
    .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no', 'x-content-type-options': 'nosniff' })
    .type('text/event-stream; charset=utf-8')
    .send(stream);
}

async function beat(stream: PassThrough, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(HEARTBEAT_MS, signal).catch(() => undefined);
    if (!signal.aborted) stream.write(': still at it\n\n');
  }
}
