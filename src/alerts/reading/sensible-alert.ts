/** What holds of an alert whichever format it came in. Pure. */
import type { Alert, AlertFlags, Transition } from '../../domain/alert.ts';

/** Clocks differ so much; a beginning further ahead is none. */
const AHEAD_MAX_MS = 5 * 60_000;

/** What a transition says is true, also where its sender tells no flags. */
const FLAGS: Readonly<Partial<Record<Transition, AlertFlags>>> = {
  acknowledged: { acknowledged: true },
  unacknowledged: { acknowledged: false },
  suppressed: { suppressed: true },
  unsuppressed: { suppressed: false },
  flapping_start: { flapping: true },
  flapping_end: { flapping: false },
};

/** The alert with the flags that its transition means; nothing of it begins or ends later than it was heard of. */
export function sensibleAlert(alert: Alert): Alert {
  const { transition, flags, startsAt, endsAt, receivedAt } = alert;
  const isAhead = +startsAt > +receivedAt + AHEAD_MAX_MS;
  return {
    ...alert,
    flags: { ...flags, ...FLAGS[transition] },
    ...(isAhead && { startsAt: receivedAt, timeSource: 'received' as const }),
    ...(endsAt !== null && +endsAt > +receivedAt && { endsAt: receivedAt }),
  };
}
