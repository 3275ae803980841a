/** Drill-down: the composer with the same targets and a frozen window. Pure. */
import { encodeForLink as encode } from '../../lib/encode-link.ts';
import type { FetchWindow } from '../source.ts';
import type { GraphiteRequest } from './bind.ts';

/** Request lines beyond 4,094 bytes are refused by gunicorn, and some chats cut links at 4,000. */
const LINK_MAX_CHARS = 3_900;
const MINUTE_MS = 60_000;

/**
 * The composer's address: absolute times in UTC, rounded outwards to whole minutes, for that is all that its date boxes
 * know. Of more targets than an address can hold it takes the first, and says so in the graph's title.
 */
export function composerLink(publicUrl: string, request: GraphiteRequest, { fromMs, toMs }: FetchWindow): string {
  const fixed = [
    ['from', stamp(Math.floor(fromMs / MINUTE_MS) * MINUTE_MS)],
    ['until', stamp(Math.ceil(toMs / MINUTE_MS) * MINUTE_MS)],
    ['tz', 'UTC'],
  ].map(([name, value]) => `${name}=${encode(value as string)}`);
  const targets = [...new Set(request.targets.map(({ target }) => `target=${encode(target)}`))];
  const whole = address(publicUrl, [...targets, ...fixed]);
  if (whole.length <= LINK_MAX_CHARS) return whole;
  let count = targets.length;
  for (;;) {
    count -= 1;
    const title = count === 0 ? [] : [`title=${encode(`the first ${count} of ${targets.length}`)}`];
    const link = address(publicUrl, [...targets.slice(0, count), ...fixed, ...title]);
    if (link.length <= LINK_MAX_CHARS || count === 0) return link;
  }
}

function address(publicUrl: string, parameters: readonly string[]): string {
  return `${new URL('composer/', publicUrl).href}?${parameters.join('&')}`;
}

/** `14:00_20261121`: the one absolute form that composer, graphite-web, carbonapi and VictoriaMetrics all read. */
function stamp(ms: number): string {
  const [date = '', time = ''] = new Date(ms).toISOString().split('T');
  return `${time.slice(0, 5)}_${date.replaceAll('-', '')}`;
}
