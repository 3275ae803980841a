/** `why` about an alert: in its thread, or by what it is called. */
import type { Subject } from '../context/subject.ts';
import type { Alert } from '../domain/alert.ts';
import { alertName } from '../domain/alert-severity.ts';
import { BotError } from '../domain/errors.ts';
import type { Line, Message } from '../domain/message.ts';
import type { AlertRecord } from './record.ts';
import type { RecordDeps } from './record-answers.ts';
import { code } from './say.ts';
import type { Token } from './tokens.ts';
import { alertsAbout, type Topic, topicText } from './topic.ts';

/** A question for the reason of an answer or an alert. */
export interface WhyCommand {
  readonly kind: 'why';
  /** What the alert is called; empty: the one of this thread. Left out: the last answer, else that alert. */
  readonly topic?: Topic;
}

const WEEK_MS = 7 * 86_400_000;
/** Other alerts that are named beside the one that is explained. */
const OTHERS_SHOWN = 4;
/** Words around what is meant: `why did this alert fire`. */
const FILLERS = new Set(
  'did does do is was are were has have had this that the it a an alert alerts fire fires fired firing alerting here told of on for about again me us you so'.split(
    ' ',
  ),
);

/** Reads what stands behind `why`; nothing when it is a question about data. */
export function readWhy(rest: readonly Token[], isQuery: (word: string) => boolean): WhyCommand | undefined {
  if (rest.length === 0) return { kind: 'why' };
  // `why disk` is of the alert: many checks are called as queries are
  if (rest.length > 1 && rest.some(({ text, isQuoted }) => !isQuoted && isQuery(text))) return undefined;
  const words = rest
    .filter(({ lower, isQuoted }) => isQuoted || (!FILLERS.has(lower) && /[\p{L}\p{N}]/u.test(lower)))
    .map(({ text }) => text);
  return { kind: 'why', topic: { words, named: [] } };
}

/**
 * How the post about an alert came about.
 *
 * @throws BotError `ASK_FORBIDDEN` outside the running bot, `ASK_UNKNOWN_VALUE` where no alert is meant; `STORE_…`
 */
export async function whyAlertMessage(topic: Topic, subject: Subject | undefined, deps: RecordDeps): Promise<Message> {
  const { record, zone } = deps;
  if (!record) {
    throw new BotError(
      'ASK_FORBIDDEN',
      'Alerts are kept by the running bot, and none answers here. Start it with `glimpse serve`, or ask in chat.',
    );
  }
  const isHere = topicText(topic) === '' && subject !== undefined;
  const meant = isHere ? subject.alerts : await alertsMeant(topic, record, deps);
  const [first] = meant;
  if (!first) throw nothingMeant(topic);
  const lines = await record.why(first.fingerprint, zone);
  if (lines.length === 0) throw nothingMeant(topic);
  return { blocks: [{ kind: 'text', lines: [...lines, ...(isHere ? [] : othersLine(meant, first))] }] };
}

/** Those that fire, else those of the last week; the newest first. */
async function alertsMeant(topic: Topic, record: AlertRecord, { nowMs }: RecordDeps): Promise<readonly Alert[]> {
  const open = alertsAbout(await record.open(), topic);
  return open.length > 0 ? open : alertsAbout(await record.during({ fromMs: nowMs - WEEK_MS, toMs: nowMs + 1 }), topic);
}

function othersLine(meant: readonly Alert[], first: Alert): Line[] {
  return [...sameNameLine(meant, first), ...otherNamesLine(meant, first)];
}

/** Only one of them is explained. */
function sameNameLine(meant: readonly Alert[], first: Alert): Line[] {
  const same = meant.filter((alert) => alert !== first && alertName(alert) === alertName(first));
  if (same.length === 0) return [];
  const own = first.attributes['host.name'];
  const hosts = [...new Set(same.flatMap(({ attributes }) => attributes['host.name'] ?? []))];
  const shown = hosts
    .filter((host) => host !== own)
    .slice(0, OTHERS_SHOWN)
    .flatMap(
      (host, index): Line => [
        ...(index === 0 ? [': '] : [' · ']),
        { code: `why ${JSON.stringify(alertName(first))} ${host}` },
      ],
    );
  const of: Line = own === undefined ? [] : [' of ', { name: own }];
  return [['That is the newest', ...of, `; ${same.length} more of that name`, ...shown]];
}

function otherNamesLine(meant: readonly Alert[], first: Alert): Line[] {
  const names = [...new Set(meant.map(alertName))].filter((name) => name !== alertName(first));
  if (names.length === 0) return [];
  const shown = names
    .slice(0, OTHERS_SHOWN)
    .flatMap((name, index): Line => [index === 0 ? '' : ' · ', { code: `why ${JSON.stringify(name)}` }]);
  const more = names.length - OTHERS_SHOWN;
  return [
    ['Others that are meant: ', ...shown.filter((span) => span !== ''), ...(more > 0 ? [` and ${more} more`] : [])],
  ];
}

function nothingMeant(topic: Topic): BotError {
  const text = topicText(topic);
  const message =
    text === ''
      ? 'There is no alert here to explain. Say which: `why HighErrorRate`, `why web01`; `alerts` lists them.'
      : `No alert of the last 7 days is about ${code(text)}. \`alerts 7d\` lists them.`;
  return new BotError('ASK_UNKNOWN_VALUE', message, { suggestions: ['alerts', 'alerts 7d'] });
}
