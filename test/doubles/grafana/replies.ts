/** Replies in Grafana's envelope. */
import type { Reply } from '../http-backend.ts';

/** A JSON answer. */
export function json(value: unknown): Reply {
  return { body: JSON.stringify(value) };
}

/** `{message}` with a status. */
export function failure(status: number, message: string): Reply {
  return { status, body: JSON.stringify({ message, messageId: 'some.id', statusCode: status, traceID: '' }) };
}
