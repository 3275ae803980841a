/** What the thread of an alert says when it is over. Pure. */
import type { Line, Message } from '../domain/message.ts';
import { ordinal } from '../lib/ordinal.ts';
import { fromToWords, spanWords } from '../render/clock-words.ts';
import { type Episode, episodesBefore } from './history.ts';
import type { Subject } from './subject.ts';

/** `Over after 17 min (10:44–11:01 CET), the 4th time in 30 days`; nothing where nobody knows whether it is over. */
export function closingMessage(subject: Subject, found: readonly Episode[]): Message | undefined {
  const { alerts, startMs, endMs, nowMs, zone } = subject;
  if (endMs === undefined || alerts.some(({ status }) => status !== 'resolved')) return undefined;
  const span = fromToWords(startMs, endMs, { zone, nowMs });
  const earlier = episodesBefore(found, startMs).length;
  const times = earlier === 0 ? '' : `, the ${ordinal(earlier + 1)} time in 30 days`;
  const last = alerts.length > 1 ? lastOf(subject) : [];
  const line: Line = [{ bold: 'Over' }, ` after ${spanWords(endMs - startMs)} (${span})${times}`, ...last];
  return { blocks: [{ kind: 'text', lines: [line] }] };
}

/** The member that was over last, where its name says something. */
function lastOf({ alerts, endMs }: Subject): Line {
  const last = alerts.find(({ endsAt }) => endsAt && +endsAt === endMs);
  const host = last?.attributes['host.name'];
  const count = ` · ${alerts.length} of them`;
  return host === undefined ? [count] : [`${count}, the last was `, { name: host.slice(0, 80) }];
}
