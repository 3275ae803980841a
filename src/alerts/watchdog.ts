/** Watchdogs: alerts that must keep coming. While they come nothing is said; when one stops, that is the alert. Pure. */
import { type Alert, type Told, WATCHDOG_GROUP } from '../domain/alert.ts';
import { formatDuration } from '../domain/format-number.ts';
import type { Line, Message, Span } from '../domain/message.ts';
import { fromToWords, spanWords } from '../render/clock-words.ts';
import type { AlertGroup } from '../store/alert-group.ts';
import { type GroupWords, mentionLine } from './group-message.ts';
import { momentWords } from './life-words.ts';
import { hasLabels } from './match.ts';
import { headOf } from './member-words.ts';

/** Which alerts must keep coming, and how often. */
export interface Watchdog {
  readonly match: Readonly<Record<string, readonly string[]>>;
  /** Longest time between two of them, ms. */
  readonly within: number;
}

/** A watchdog at a moment. */
export interface WatchState {
  readonly watchdog: Watchdog;
  /** Those that do not come any more. */
  readonly missing: readonly Missed[];
  /** When the next one would be missed, ms. */
  readonly nextMs?: number;
}

/** One that does not come any more. */
export interface Missed {
  readonly alert: Alert;
  readonly heardMs: number;
}

/** Watchdogs as groups of their own, whatever their sender groups them with; no sender makes one of what is none. */
export function withWatchdogsApart(told: Told, watchdogs: readonly Watchdog[]): Told {
  const isOne = (alert: Alert) => watchdogs.some(({ match }) => hasLabels(alert, match));
  const apart = (alert: Alert) => {
    if (isOne(alert)) return { ...alert, groupKey: `${WATCHDOG_GROUP}${alert.fingerprint}` };
    return alert.groupKey?.startsWith(WATCHDOG_GROUP) ? { ...alert, groupKey: `sent-${alert.groupKey}` } : alert;
  };
  return { ...told, alerts: told.alerts.map(apart) };
}

/** The watchdog that all of a group's problems are of; an ordinary group has none. */
export function watchdogOf(problems: readonly Alert[], watchdogs: readonly Watchdog[]): Watchdog | undefined {
  return watchdogs.find(({ match }) => problems.length > 0 && problems.every((alert) => hasLabels(alert, match)));
}

/** Who is missed: what was not heard of in time, or is told to be over. Nobody is missed while nobody could be heard. */
export function watchStateOf(
  { problems, lives }: Pick<AlertGroup, 'problems' | 'lives'>,
  watchdog: Watchdog,
  listeningSinceMs: number,
  nowMs: number,
): WatchState {
  const all = problems.map((alert) => {
    const heardMs = Math.max(lives.get(alert.fingerprint)?.heardMs ?? 0, +alert.receivedAt);
    const dueMs = Math.max(heardMs, listeningSinceMs) + watchdog.within;
    return { alert, heardMs, dueMs, isMissing: alert.status !== 'firing' || dueMs <= nowMs };
  });
  const missing = all.filter(({ isMissing }) => isMissing).map(({ alert, heardMs }) => ({ alert, heardMs }));
  const next = all.filter(({ isMissing }) => !isMissing).map(({ dueMs }) => dueMs);
  return { watchdog, missing, ...(next.length > 0 && { nextMs: Math.min(...next) }) };
}

/** `🔴 **CRITICAL** **Watchdog** stopped arriving · last heard 10:42 CET (15 min ago), expected every 5 min` */
export function missedMessage({ missing, watchdog }: WatchState, words: GroupWords): Message {
  const heardMs = Math.max(...missing.map((one) => one.heardMs));
  const ago = spanWords(Math.max(0, words.nowMs - heardMs));
  const hooks = [...new Set(missing.map(({ alert }) => `${alert.source} ${alert.sourceInstance}`))];
  return messageOf([
    [
      ...['🔴 ', { bold: 'CRITICAL' }, ' ', ...headOf(missing.map(({ alert }) => alert))],
      ` · stopped arriving, last heard ${momentWords(heardMs, words)} (${ago} ago)`,
    ],
    [
      `expected within every ${formatDuration(watchdog.within)}; what watches may be down, and then tells of nothing else either · from `,
      ...hooks.flatMap((hook, index): Span[] => [...(index > 0 ? [', '] : []), { name: hook }]),
    ],
    ...mentionLine(words.mentions),
  ]);
}

/** `🟢 **RESOLVED** **Watchdog** arrives again · was away 23 min (10:42–11:05 CET)` */
export function returnedMessage(
  alerts: readonly Alert[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  words: GroupWords,
): Message {
  const span = spanWords(Math.max(0, toMs - fromMs));
  return messageOf([
    [
      ...['🟢 ', { bold: 'RESOLVED' }, ' ', ...headOf(alerts)],
      ` · arrives again, was away ${span} (${fromToWords(fromMs, Math.max(fromMs, toMs), words)})`,
    ],
    ...mentionLine(words.mentions),
  ]);
}

function messageOf(lines: readonly Line[]): Message {
  return { blocks: [{ kind: 'text', lines }] };
}
