/** How often a group's problems fired before, how long that lasted, when last. */
import type { Line } from '../domain/message.ts';
import { times } from '../lib/ordinal.ts';
import { createTimeTeller, spanWords } from '../render/clock-words.ts';
import type { ContextStep } from './gather-context.ts';
import type { Subject } from './subject.ts';

/** One time that a problem fired, ms. */
export interface Episode {
  readonly startMs: number;
  readonly lastedMs?: number;
}

/** What history is read from: the store. */
export interface HistoryDeps {
  history(fingerprint: string, sinceMs: number): Promise<readonly Episode[]>;
}

const DAY_MS = 86_400_000;
const LONG_DAYS = 30;
const SHORT_DAYS = 7;
/** Members of a group whose history is read; they mostly fire together. */
const MEMBERS_MAX = 20;
/** Members that begin this near to each other are one time. */
const TOGETHER_MS = 2 * 60_000;

/** The step. */
export function historyStep({ history }: HistoryDeps): ContextStep {
  return {
    what: 'the record of alerts',
    async find(subject) {
      const prints = [...new Set(subject.alerts.map(({ fingerprint }) => fingerprint))].slice(0, MEMBERS_MAX);
      const since = subject.startMs - LONG_DAYS * DAY_MS;
      const found = await Promise.all(prints.map((fingerprint) => history(fingerprint, since)));
      return { lines: historyLines(found.flat(), subject), missing: [] };
    },
  };
}

/** Times that a group fired before this one, the oldest first; members that began together are one time. */
export function episodesBefore(found: readonly Episode[], startMs: number): readonly Episode[] {
  const earlier = found
    .filter((episode) => episode.startMs < startMs - TOGETHER_MS)
    .sort((a, b) => a.startMs - b.startMs);
  const merged: Episode[] = [];
  for (const one of earlier) {
    const last = merged.at(-1);
    if (!last || one.startMs > last.startMs + TOGETHER_MS) merged.push(one);
    else merged[merged.length - 1] = longer(last, one);
  }
  return merged;
}

function longer(one: Episode, other: Episode): Episode {
  const lasted = [one.lastedMs, other.lastedMs].filter((ms) => ms !== undefined);
  return { startMs: one.startMs, ...(lasted.length > 0 && { lastedMs: Math.max(...lasted) }) };
}

/** `Before fired 3 times in 30 days (1 in 7 days), usually 12 min, last Thu 12 Nov 03:10`; none where it never did. */
export function historyLines(found: readonly Episode[], { startMs, nowMs, zone }: Subject): readonly Line[] {
  const episodes = episodesBefore(found, startMs);
  const last = episodes.at(-1);
  if (!last) return [];
  const recent = episodes.filter((episode) => episode.startMs >= startMs - SHORT_DAYS * DAY_MS).length;
  const teller = createTimeTeller({ fromMs: startMs - LONG_DAYS * DAY_MS, toMs: nowMs + 1, zone, text: '' }, nowMs);
  const usual = medianOf(episodes.flatMap(({ lastedMs }) => lastedMs ?? []));
  const counts = `fired ${times(episodes.length)} in ${LONG_DAYS} days${recentWords(recent, episodes.length)}`;
  const lasted = usual === undefined ? '' : `; ${episodes.length > 1 ? 'usually ' : 'lasted '}${spanWords(usual)}`;
  return [[{ bold: 'Before' }, ` ${counts}${lasted}; last ${teller.when(last.startMs)}`]];
}

/** Of one time it is said when it was. */
function recentWords(recent: number, all: number): string {
  if (all === 1) return '';
  return `, ${recent === all ? 'all' : recent === 0 ? 'none' : recent} in the last ${SHORT_DAYS}`;
}

function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
