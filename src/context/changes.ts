/** Deploys and other changes near the start of an alert: those that were told, and the marks that sources keep. */
import type { ChangeEvent } from '../domain/alert.ts';
import type { Annotation } from '../domain/annotation.ts';
import type { Line } from '../domain/message.ts';
import { changeLine, changeTeller } from '../questions/change-lines.ts';
import type { AlertRecord } from '../questions/record.ts';
import { spanWords } from '../render/clock-words.ts';
import type { SourceSet } from '../sources/source-set.ts';
import type { ContextStep } from './gather-context.ts';
import { isMark, isSameChange, markedDeploys } from './marked-deploys.ts';
import { isSameName, type Subject, type Whereabouts, whereaboutsOf } from './subject.ts';

/** What is looked through. */
export interface ChangesDeps {
  readonly record: Pick<AlertRecord, 'changes'>;
  readonly sources: SourceSet;
  /** Longest that one source may take, ms. */
  readonly timeoutMs?: number;
}

/** A cause is not long before its effect. */
const BEFORE_MS = 60 * 60_000;
/** Clocks differ, and an alert is told later than what it is about. */
const AFTER_MS = 5 * 60_000;
/** What is read at three in the morning. */
const SHOWN = 3;
const DAY_MS = 86_400_000;
/** More marks than this hide a chart. */
const MARKS_MAX = 20;

/** The step: the nearest changes of the same service, host or environment. */
export function changesStep({ record, sources, timeoutMs }: ChangesDeps): ContextStep {
  return {
    what: 'the record of changes',
    async find(subject, signal) {
      const window = { fromMs: subject.startMs - BEFORE_MS, toMs: Math.min(subject.nowMs, subject.startMs + AFTER_MS) };
      const [told, marks] = await Promise.all([
        record.changes(window),
        markedDeploys(sources, { ...window, zone: subject.zone }, signal, timeoutMs),
      ]);
      const found = nearestChanges([...told, ...marks.changes], subject);
      return { lines: linesOf(found, subject), missing: marks.missing };
    },
  };
}

/** Changes that were told, of a whole day, as marks for the charts of a group; bounded, the newest. */
export async function marksNear(
  subject: Subject,
  record: Pick<AlertRecord, 'changes'>,
): Promise<readonly Annotation[]> {
  const window = { fromMs: subject.startMs - DAY_MS, toMs: subject.nowMs };
  const near = nearestChanges(await record.changes(window), subject).slice(0, MARKS_MAX);
  return near.map(({ startsAt, endsAt, kind, title, tags, links: [link] }) => ({
    timeMs: +startsAt,
    ...(endsAt && { endMs: +endsAt }),
    kind: kind === 'deployment' || kind === 'release' ? 'deploy' : 'note',
    title,
    tags,
    ...(link && { url: link.href }),
  }));
}

/** How much a change has to do with a group: the same service, the same host, the same environment, or nothing known. */
type Nearness = 4 | 3 | 2 | 1 | 0;

/** Those that have to do with the group, the nearest in kind first, then in time; each once. */
export function nearestChanges(changes: readonly ChangeEvent[], subject: Subject): readonly ChangeEvent[] {
  const where = whereaboutsOf(subject);
  const ranked = changes
    .map((change) => ({ change, nearness: nearnessOf(change, where) }))
    .filter(({ nearness }) => nearness > 0)
    .sort((a, b) => b.nearness - a.nearness || +b.change.startsAt - +a.change.startsAt);
  const distinct: ChangeEvent[] = [];
  for (const { change } of ranked) if (!distinct.some((other) => isSameChange(change, other))) distinct.push(change);
  return distinct;
}

function nearnessOf(change: ChangeEvent, { services, hosts, environments }: Whereabouts): Nearness {
  const { 'service.name': service, 'host.name': host, 'deployment.environment.name': environment } = change.attributes;
  const isIn = (names: readonly string[], name: string | undefined) =>
    name !== undefined && names.some((one) => isSameName(one, name));
  const words = [change.title, ...change.tags].join(' ').toLowerCase();
  const says = (names: readonly string[]) => names.some((name) => hasWord(words, name.toLowerCase()));
  if (isIn(services, service) || says(services)) return 4;
  if (isIn(hosts, host) || says(hosts)) return 3;
  if (isIn(environments, environment)) return 2;
  const isPlaced = [service, host, environment].some((one) => one !== undefined);
  const isKnown = services.length + hosts.length + environments.length > 0;
  // what is of nowhere in particular may be of everywhere; a mark that names something else is of that
  return isPlaced || (isKnown && isMark(change)) ? 0 : 1;
}

function hasWord(text: string, word: string): boolean {
  const at = text.indexOf(word);
  if (at < 0) return false;
  const isEdge = (char: string | undefined) => char === undefined || !/[\p{L}\p{N}_]/u.test(char);
  return isEdge(text[at - 1]) && isEdge(text[at + word.length]);
}

function linesOf(changes: readonly ChangeEvent[], { startMs, nowMs, zone }: Subject): readonly Line[] {
  const teller = changeTeller({ fromMs: startMs - BEFORE_MS, toMs: nowMs + 1, zone, text: '' }, nowMs);
  const more = changes.length - SHOWN;
  return [
    ...changes.slice(0, SHOWN).map((change) => changeLine(change, teller, distanceWords(+change.startsAt, startMs))),
    ...(more > 0 ? [[`… and ${more} more changes near the start: `, { code: 'changes 2h' }]] : []),
  ];
}

function distanceWords(atMs: number, startMs: number): string {
  const distanceMs = startMs - atMs;
  if (Math.abs(distanceMs) < 1_000) return 'at the start';
  return `${spanWords(Math.abs(distanceMs))} ${distanceMs > 0 ? 'before' : 'after'} the start`;
}
