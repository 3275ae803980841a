/** One id for everything that follows from one question or one delivery, in every line of the log. W3C trace context. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomBytes } from 'node:crypto';

const traces = new AsyncLocalStorage<string>();

/** `00-<trace id>-<parent id>-<flags>`. @see https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;

/** The id of what is being done, 32 hexadecimal digits; absent outside of {@link withTrace}. */
export function currentTrace(): string | undefined {
  return traces.getStore();
}

/** Does work, and all that follows from it, under an id. */
export function withTrace<Result>(id: string, work: () => Result): Result {
  return traces.run(id, work);
}

/** An id that nobody had. */
export function newTrace(): string {
  return randomBytes(16).toString('hex');
}

/** The id of a `traceparent` header; `undefined` where that is none. */
export function traceOf(traceparent: string | undefined): string | undefined {
  return TRACEPARENT.exec(traceparent ?? '')?.[1];
}

/** The id that always belongs to the same thing: any process that takes it up goes on under it. */
export function traceFor(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** A `traceparent` of the id, for who asked under it. */
export function traceparentOf(id: string): string {
  return `00-${id}-${id.slice(16).replace(/^0{16}$/, '0000000000000001')}-01`;
}
