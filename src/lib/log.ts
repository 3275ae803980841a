/** Structured logs. At warn and above the message is a constant string; what varies is a field. */
import { type DestinationStream, type Logger, pino } from 'pino';

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
    { level, redact: { paths: REDACTED, censor: '[redacted]' }, base: null },
    stream ?? pino.destination({ dest: 2, sync: true }),
  );
}
