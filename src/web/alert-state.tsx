/** How an alert stands: a word and a colour, never a colour alone. */
import { type AlertGroup, FIRINGS_MAX } from './contract.ts';
import { durationText } from './wording.ts';

/** The pill before a title, as charts have it. */
export function StatePill({ alert }: { readonly alert: Pick<AlertGroup, 'status' | 'severity'> }) {
  const { status, severity } = alert;
  const kind = status === 'resolved' ? 'resolved' : severity;
  return <span class={`pill pill-${kind}`}>{kind === 'unknown' ? 'firing' : kind}</span>;
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
  const { status, since, ended, count, firing, acknowledged, suppressed, flapping, source } = alert;
  const sinceMs = Date.parse(since);
  const some = count === 1 ? '' : status === 'firing' ? `${firing} of ${count} ` : `${count} alerts, `;
  const stand =
    status === 'firing'
      ? `${some}firing for ${durationText(nowMs - sinceMs)}`
      : `${some}lasted ${durationText(Date.parse(ended ?? since) - sinceMs)}`;
  return [stand, acknowledged && 'acknowledged', suppressed && 'silenced', flapping && 'flapping', source]
    .filter(Boolean)
    .join(' · ');
}
