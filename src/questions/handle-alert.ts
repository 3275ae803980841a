/** `ack DiskFull`, `silence web01 1h`: that is done where the alert comes from, and here is where that is. */
import type { Subject } from '../context/subject.ts';
import type { Alert, AlertLink } from '../domain/alert.ts';
import { alertName } from '../domain/alert-severity.ts';
import type { Line, Message, Span } from '../domain/message.ts';
import { wordTable } from '../lib/word-table.ts';
import type { RecordDeps } from './record-answers.ts';
import { alertsAbout, type Topic, topicText } from './topic.ts';

/** What people want done with an alert. */
export interface HandleCommand {
  readonly kind: 'handle';
  readonly deed: 'acknowledged' | 'silenced' | 'resolved';
  readonly topic: Topic;
}

/** Words that ask for a deed. */
export const HANDLE_WORDS = wordTable<HandleCommand['deed']>({
  ack: 'acknowledged',
  acknowledge: 'acknowledged',
  unack: 'acknowledged',
  silence: 'silenced',
  snooze: 'silenced',
  mute: 'silenced',
  unsilence: 'silenced',
  unmute: 'silenced',
  resolve: 'resolved',
});

/** Alerts whose pages are named. */
const SHOWN = 4;

/** Says where it is done: the pages of what is meant, of the thread's alert where nothing is named. Throws BotError `STORE_…`. */
export async function handleMessage(
  { deed, topic }: HandleCommand,
  subject: Subject | undefined,
  { record }: Pick<RecordDeps, 'record'>,
): Promise<Message> {
  const isNamed = topicText(topic) !== '';
  const alerts = isNamed ? alertsAbout((await record?.open()) ?? [], topic) : (subject?.alerts ?? []);
  const rel = deed === 'silenced' ? 'silence' : 'source';
  const pages = alerts.flatMap((alert) => {
    const link = linkOf(alert, rel) ?? linkOf(alert, 'source');
    return link ? [{ alert, link }] : [];
  });
  const distinct = pages.filter(({ link }, index) => pages.findIndex((one) => one.link.href === link.href) === index);
  const head: Line = [`An alert is ${deed} where it comes from; the post here follows.`];
  const none: Line =
    isNamed && alerts.length === 0
      ? ['Nothing that fires is about ', { code: topicText(topic) }, '. All: ', { code: 'alerts' }]
      : ['The links of its post lead there. What fires: ', { code: 'alerts' }];
  const more = distinct.length - SHOWN;
  const lines = distinct.slice(0, SHOWN).map(({ alert, link }) => pageLine(alert, link));
  const tail: Line[] = more > 0 ? [[`… ${more} more`]] : [];
  return { blocks: [{ kind: 'text', lines: [head, ...(lines.length > 0 ? [...lines, ...tail] : [none])] }] };
}

function linkOf({ links }: Alert, wanted: AlertLink['rel']): AlertLink | undefined {
  return links.find(({ rel }) => rel === wanted);
}

function pageLine(alert: Alert, { rel, href, title }: AlertLink): Line {
  const host = alert.attributes['host.name'];
  const where: Span[] = host === undefined ? [] : [' · ', { name: host }];
  const page = rel === 'silence' ? 'Silence' : (title ?? 'Source');
  return ['• ', { name: alertName(alert), bold: true }, ...where, ' · ', { link: { title: page, url: href } }];
}
