/** What is asked in the thread of an alert without saying of what: its own changes and runbooks, its service or host. */
import { nearestChanges } from '../context/changes.ts';
import { missingLines } from '../context/gather-context.ts';
import { queriesNaming } from '../context/matching-queries.ts';
import { type Subject, subjectOf, whereaboutsOf } from '../context/subject.ts';
import type { Line } from '../domain/message.ts';
import { changeLine, changeTeller } from './change-lines.ts';
import { knownChanges } from './known-changes.ts';
import type { RecordCommand } from './read-record-command.ts';
import type { AlertRecord } from './record.ts';
import { answerFromRecord, type RecordDeps } from './record-answers.ts';
import { runbooksFor } from './runbooks.ts';

/** The alert whose thread something is said in; nothing elsewhere. Throws BotError `STORE_…`. */
export async function subjectOfThread(
  thread: { readonly chat: string; readonly id: string } | undefined,
  record: AlertRecord | undefined,
  nowMs: number,
  zone: string,
): Promise<Subject | undefined> {
  if (!thread || !record) return undefined;
  const alerts = (await record.toldBy(thread.chat, thread.id)).filter(({ transition }) => transition !== 'test');
  return alerts.length === 0 ? undefined : subjectOf(alerts, nowMs, zone);
}

/** Its service, else its host. */
export function placeOf(subject: Subject): string | undefined {
  const { services, hosts } = whereaboutsOf(subject);
  return services[0] ?? hosts[0];
}

const DAY_MS = 86_400_000;
const CHANGES_SHOWN = 20;

/** Answers a command about the record; without a topic that of the thread's alert. Throws as `answerFromRecord`. */
export async function answerInThread(command: RecordCommand, subject: Subject | undefined, deps: RecordDeps) {
  const { kind, topic } = command;
  const { record } = deps;
  const isBare = topic.words.length + topic.named.length === 0;
  if (!subject || !record || !isBare || kind === 'alerts') return answerFromRecord(command, deps);
  const lines = kind === 'runbook' ? runbooksOf(subject, deps) : await changesOf(command, subject, record, deps);
  return lines.length === 0 ? answerFromRecord(command, deps) : { blocks: [{ kind: 'text' as const, lines }] };
}

function runbooksOf({ alerts }: Subject, { catalog }: RecordDeps): readonly Line[] {
  const queries = queriesNaming(alerts, catalog.queries).map(({ query }) => query);
  return runbooksFor(alerts, queries);
}

async function changesOf(
  { kind, range }: RecordCommand,
  subject: Subject,
  record: AlertRecord,
  { nowMs, zone, marked }: RecordDeps,
): Promise<readonly Line[]> {
  const window = range ?? { fromMs: Math.min(subject.startMs, nowMs) - DAY_MS, toMs: nowMs, zone, text: '' };
  const known = await knownChanges(window, { record, marked });
  const missing = missingLines(known.missing);
  const found = nearestChanges(known.changes, subject)
    .filter((change) => kind === 'changes' || change.kind === 'deployment' || change.kind === 'release')
    .toSorted((a, b) => +b.startsAt - +a.startsAt);
  const noun = kind === 'deploys' ? 'deploy' : 'change';
  const place = placeOf(subject);
  const of: Line = place === undefined ? [] : [' of ', { code: place }];
  const since = range ? range.text : 'from a day before the alert on';
  if (found.length === 0) return [[`No ${noun}`, ...of, ` ${since}.`], ...missing];
  const teller = changeTeller(window, nowMs);
  return [
    [{ bold: `${found.length} ${noun}${found.length === 1 ? '' : 's'}` }, ...of, ` ${since}`],
    ...found.slice(0, CHANGES_SHOWN).map((change) => changeLine(change, teller)),
    ...(found.length > CHANGES_SHOWN ? [[`… ${found.length - CHANGES_SHOWN} older`] as Line] : []),
    ...missing,
  ];
}
