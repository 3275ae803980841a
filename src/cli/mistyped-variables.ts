/** Environment variables that look like one of ours with a slip in its name: they would be of no effect without a word. Pure. */
import { nearest } from '../lib/nearest.ts';

/** What may stand after `GLIMPSE_`, and the variable that is meant. */
const KNOWN: Readonly<Record<string, string>> = {
  CONFIG: 'GLIMPSE_CONFIG',
  LISTEN: 'GLIMPSE_LISTEN',
  DATA: 'GLIMPSE_DATA',
  DATABASE_URL: 'DATABASE_URL',
};

/** What Kubernetes sets for a service whose name begins with `glimpse`: `GLIMPSE_SERVICE_HOST`, `GLIMPSE_DATA_PORT_80_TCP_ADDR`. */
const OF_KUBERNETES = /(?:^|_)(?:SERVICE_(?:HOST|PORT)|PORT)(?:_|$)/;

/** Of each such variable a sentence that says which one may be meant. */
export function mistypedVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.keys(env).flatMap((name) => {
    const rest = /^GLIMPSE_(.+)$/.exec(name)?.[1];
    if (rest === undefined || OF_KUBERNETES.test(rest) || KNOWN[rest] === name) return [];
    const near = Object.hasOwn(KNOWN, rest) ? rest : nearest(rest, Object.keys(KNOWN), 1)[0];
    return near === undefined ? [] : [`no variable ${name}; did you mean ${KNOWN[near]}?`];
  });
}
