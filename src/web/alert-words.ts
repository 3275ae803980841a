/** How an alert stands, and stood before, in words. */
import { type AlertGroup, FIRINGS_MAX } from './contract.ts';
import { durationText } from './wording.ts';

/** The times that it fired before this one, the newest first: this one is that in which it began. */
export function earlierOf({ firings, since }: AlertGroup): AlertGroup['firings'] {
  const sinceMs = Date.parse(since);
  const present = firings.find(
    (one) => Date.parse(one.since) <= sinceMs && (one.ended === null || Date.parse(one.ended) >= sinceMs),
  );
  const beforeMs = present ? Date.parse(present.since) : sinceMs;
  return firings.filter((one) => Date.parse(one.since) < beforeMs);
}

/** `lasted 13 min · fired again since`; the oldest says that there may be more. */
export function earlierText({ since, ended }: AlertGroup['firings'][number], { firings }: AlertGroup): string {
  const lasted =
    ended === null ? 'nobody told of its end' : `lasted ${durationText(Date.parse(ended) - Date.parse(since))}`;
  const isLast = firings.length === FIRINGS_MAX && firings.at(-1)?.since === since;
  return [lasted, 'fired again since', isLast && 'what was before is not listed'].filter(Boolean).join(' · ');
}

/** `3 of 5 firing for 12 min`, `lasted 17 min`, with what is known of it besides. */
export function standText(alert: AlertGroup, nowMs: number): string {
  const { silent, acknowledged, suppressed, flapping, source, status } = alert;
  return [
    ...standOf(alert, nowMs),
    status === 'firing' && silent > 0 && `no news of ${silent}`,
    acknowledged && 'acknowledged',
    suppressed && 'silenced',
    flapping && 'flapping',
    source,
  ]
    .filter(Boolean)
    .join(' · ');
}

function standOf({ status, since, heard, ended, count, firing, silent }: AlertGroup, nowMs: number): readonly string[] {
  const sinceMs = Date.parse(since);
  const some = (of: number, rest: string) => (count === 1 ? rest : `${of} of ${count} ${rest}`);
  if (status === 'firing') return [some(firing, `firing for ${durationText(nowMs - sinceMs)}`)];
  if (status === 'resolved') {
    const lasted = `lasted ${durationText(Date.parse(ended ?? since) - sinceMs)}`;
    return [count === 1 ? lasted : `${count} alerts, ${lasted}`];
  }
  const heardMs = Date.parse(heard);
  return [
    some(silent, `without news for ${durationText(nowMs - heardMs)}`),
    `had fired for ${durationText(heardMs - sinceMs)}`,
  ];
}
