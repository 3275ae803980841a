/** Structured logs. At warn and above the message is a constant string; what varies is a field. */
import { type DestinationStream, type Logger, pino } from 'pino';
import { currentTrace } from './trace.ts';

/** A pino logger. */
export type Log = Logger;

/** Fields that never reach a log, wherever they are nested two deep. */
const REDACTED = ['token', 'password', 'secret', 'authorization', 'authToken', 'cookie'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]);

/** Opens the log. `stream` is stderr unless given, so that stdout stays for answers. */
export function createLog(level: string, stream?: DestinationStream): Log {
  return pino(
    {
      level,
      redact: { paths: REDACTED, censor: '[redacted]' },
      base: null,
      serializers: { err: errorFields },
      mixin: () => {
        const trace = currentTrace();
        return trace === undefined ? {} : { trace };
      },
    },
    stream ?? pino.destination({ dest: 2, sync: true }),
  );
}

/** Causes that are followed; errors may lead back to themselves. */
const CAUSES_MAX = 5;

/**
 * What a log says of an error: named fields alone. Libraries hang whole connections, requests and answers onto their
 * errors (`pg` its client with the handshake), and none of that belongs into a log.
 */
function errorFields(thrown: unknown, depth = 0): unknown {
  if (!(thrown instanceof Error)) return String(thrown);
  const { name, message, stack, cause } = thrown;
  const { code, details } = thrown as Error & { readonly code?: unknown; readonly details?: unknown };
  return {
    type: name,
    message,
    ...(code !== undefined && { code }),
    ...(details !== undefined && { details }),
    stack,
    ...(cause !== undefined && depth < CAUSES_MAX && { cause: errorFields(cause, depth + 1) }),
  };
}
