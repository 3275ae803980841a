/** Answers about alerts and changes from the record: what fires, what was changed, where the runbook is. */
import { missingLines } from '../context/gather-context.ts';
import { markedDeploys } from '../context/marked-deploys.ts';
import type { Alert, ChangeEvent } from '../domain/alert.ts';
import type { Catalog } from '../domain/catalog.ts';
import { BotError } from '../domain/errors.ts';
import type { Line, Message } from '../domain/message.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { times } from '../lib/ordinal.ts';
import { windowWords } from '../render/clock-words.ts';
import type { SourceSet } from '../sources/source-set.ts';
import { alertLines, countWords, isSilent, type RecordWords } from './alert-lines.ts';
import { changeLine, changeTeller } from './change-lines.ts';
import { type ChangeSources, knownChanges } from './known-changes.ts';
import type { RecordCommand } from './read-record-command.ts';
import type { AlertRecord } from './record.ts';
import { runbookLines } from './runbooks.ts';
import { alertsAbout, changesAbout, type Topic, topicText } from './topic.ts';
import { pluralOf } from './words.ts';

/** What these answers are made from. */
export interface RecordDeps extends RecordWords {
  /** Absent outside the running bot. */
  readonly record?: AlertRecord;
  /** Deploys that sources keep as marks. */
  readonly marked: ChangeSources['marked'];
  readonly catalog: Catalog;
}

/** The same from what questions are asked with. */
export function recordDepsOf(
  { record, sources, catalog }: Pick<RecordDeps, 'record'> & { readonly sources: SourceSet; catalog(): Catalog },
  words: RecordWords,
  signal: AbortSignal,
): RecordDeps {
  const marked: RecordDeps['marked'] = (window) => markedDeploys(sources, { ...window, zone: words.zone }, signal);
  return { ...(record && { record }), ...words, marked, catalog: catalog() };
}

const DAY_MS = 86_400_000;
/** Changes are asked of the last day, unless a window is said. */
const CHANGES_WINDOW_MS = DAY_MS;
/** Where there was none, the last one is looked for so far back. */
const LAST_CHANGE_MS = 90 * DAY_MS;
/** So many changes fit a message that is read. */
const CHANGES_SHOWN = 20;
/** `status` shows the last of these. */
const STATUS_CHANGES_MS = 7 * DAY_MS;
const STATUS_CHANGES_SHOWN = 3;
const STATUS_ALERTS_SHOWN = 5;
/** Of so many alerts it is counted how often they fired. */
const COUNTED_MAX = 5;

/**
 * Answers one of these commands.
 *
 * @throws BotError `ASK_FORBIDDEN` outside the running bot, `ASK_EMPTY` for a runbook of nothing; `STORE_…`
 */
export async function answerFromRecord(command: RecordCommand, deps: RecordDeps): Promise<Message> {
  const { kind, topic } = command;
  if (kind === 'runbook') return messageOf(await runbookLines(topic, deps));
  const { record } = deps;
  if (!record) {
    const what = kind === 'alerts' ? 'Alerts' : 'Changes';
    throw new BotError(
      'ASK_FORBIDDEN',
      `${what} are kept by the running bot, and none answers here. Start it with \`glimpse serve\`, or ask in chat.`,
    );
  }
  return messageOf(
    await (kind === 'alerts' ? alertsAnswer(command, record, deps) : changesAnswer(command, record, deps)),
  );
}

/** What is known of a service, a host or anything else by its name, for `status`; no lines where nothing is. */
export async function knownOf(name: string, { record, marked, zone, nowMs }: RecordDeps): Promise<readonly Line[]> {
  if (!record) return [];
  const topic: Topic = { words: [name], named: [] };
  const [open, { changes, missing }] = await Promise.all([
    record.open(),
    knownChanges({ fromMs: nowMs - STATUS_CHANGES_MS, toMs: nowMs }, { record, marked }),
  ]);
  const alerts = alertsAbout(open, topic);
  const recent = changesAbout(changes, topic).slice(0, STATUS_CHANGES_SHOWN);
  if (alerts.length + recent.length === 0) return [];
  const head: Line =
    alerts.length === 0
      ? [{ name, bold: true }, ': nothing fires.']
      : [{ name, bold: true }, `: ${countWords(alerts)}.`];
  const teller = changeTeller({ fromMs: nowMs - STATUS_CHANGES_MS, toMs: nowMs, zone, text: '' }, nowMs);
  return [
    head,
    ...alertLines(alerts, { zone, nowMs }, STATUS_ALERTS_SHOWN),
    ...recent.map((change): Line => changeLine(change, teller)),
    ...missingLines(missing),
  ];
}

async function alertsAnswer({ topic, range }: RecordCommand, record: AlertRecord, deps: RecordDeps): Promise<Line[]> {
  const all = await (range ? record.during(range) : record.open());
  const alerts = alertsAbout(all, topic);
  const text = topicText(range ? topic : withoutSeverity(topic, alerts));
  const about: Line = text === '' ? [] : [' about ', { code: text }];
  const during = range ? ` ${range.text} (${windowWords(range, deps.nowMs)})` : '';
  if (alerts.length === 0) return noAlerts(all.length, about, during, topic, range === undefined);
  const open = alerts.filter(({ status }) => status === 'firing');
  const silent = open.filter(isSilent).length;
  const still = open.length - silent;
  const ended = still > 0 ? `, ${still} still` : silent === 0 ? ', none any more' : '';
  const state = range
    ? ` open${during}${ended}${silent > 0 ? `, no news of ${silent}` : ''}${await begunWords(alerts, range, record)}`
    : '';
  const head: Line = [{ bold: range ? counted(alerts.length, 'alert') : capital(countWords(alerts)) }, ...about, state];
  return [head.filter((span) => span !== ''), ...alertLines(alerts, deps)];
}

/** Of a few, how often they began, where that is more often than once each. */
async function begunWords(alerts: readonly Alert[], { fromMs, toMs }: TimeRange, record: AlertRecord): Promise<string> {
  if (alerts.length > COUNTED_MAX) return '';
  const found = await Promise.all(alerts.map(({ fingerprint }) => record.history(fingerprint, fromMs)));
  const begun = found.flat().filter(({ startMs }) => startMs >= fromMs && startMs < toMs).length;
  return begun > alerts.length ? `, fired ${times(begun)}` : '';
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** `13 critical alerts fire`: that is said without saying it again. */
function withoutSeverity({ words, named }: Topic, alerts: readonly Alert[]): Topic {
  const isSaid = (word: string) =>
    alerts.length > 0 && alerts.every(({ severity, silentSince }) => severity === word.toLowerCase() && !silentSince);
  return { words: words.filter((word) => !isSaid(word)), named };
}

function noAlerts(others: number, about: Line, during: string, topic: Topic, isNow: boolean): Line[] {
  const nothing: Line = isNow ? ['Nothing', ...about, ' fires.'] : ['No alert', ...about, ` was open${during}.`];
  if (others > 0)
    return [[...nothing, ` ${counted(others, 'other alert')}${isNow ? '' : ' then'}: `, { code: 'alerts' }]];
  const before = [...topic.words.map((word) => ` ${word}`), ' 7d'].join('');
  return isNow ? [[...nothing, ' Before now: ', { code: `alerts${before}` }]] : [nothing];
}

async function changesAnswer(command: RecordCommand, record: AlertRecord, deps: RecordDeps): Promise<Line[]> {
  const { topic, kind } = command;
  const { nowMs, zone, marked } = deps;
  const range = command.range ?? { fromMs: nowMs - CHANGES_WINDOW_MS, toMs: nowMs, zone, text: 'last 24h' };
  const ofKind = (all: readonly ChangeEvent[]) => changesAbout(kind === 'deploys' ? all.filter(isDeploy) : all, topic);
  const known = await knownChanges(range, { record, marked });
  const [found, missing] = [ofKind(known.changes), missingLines(known.missing)];
  const noun = kind === 'deploys' ? 'deploy' : 'change';
  const about: Line = topicText(topic) === '' ? [] : [' of ', { code: topicText(topic) }];
  const window = ` ${range.text} (${windowWords(range, nowMs)})`;
  if (found.length > 0) {
    const teller = changeTeller(range, nowMs);
    const more = found.length - CHANGES_SHOWN;
    return [
      [{ bold: counted(found.length, noun) }, ...about, window],
      ...found.slice(0, CHANGES_SHOWN).map((change) => changeLine(change, teller)),
      ...(more > 0 ? [[`… ${more} older in this window; a shorter one or a name lists fewer`]] : []),
      ...missing,
    ];
  }
  const earlier = { fromMs: range.fromMs - LAST_CHANGE_MS, toMs: range.fromMs, zone, text: '' };
  const [last] = ofKind((await knownChanges(earlier, { record, marked })).changes);
  const none: Line = [`No ${noun}`, ...about, `${window}.`];
  if (!last) return [none, ...missing];
  return [none, ['The last before: ', ...changeLine(last, changeTeller(earlier, nowMs))], ...missing];
}

function isDeploy({ kind }: ChangeEvent): boolean {
  return kind === 'deployment' || kind === 'release';
}

function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : pluralOf(noun)}`;
}

function messageOf(lines: readonly Line[]): Message {
  return { blocks: [{ kind: 'text', lines }] };
}
