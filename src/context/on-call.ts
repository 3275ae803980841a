/** Who is on call for a group of alerts: one line, as far as it is known. */
import type { Line } from '../domain/message.ts';
import type { OnCall } from '../oncall/on-call.ts';
import { dutyLine } from '../oncall/on-call-words.ts';
import type { ContextStep } from './gather-context.ts';

/** Schedules that one alert tells of. */
const SCHEDULES_SHOWN = 3;

/** The step: of an alert that is over nobody is called any more. */
export function onCallStep(onCall: Pick<OnCall, 'forAlerts'>): ContextStep {
  return {
    what: 'who is on call',
    async find({ alerts, nowMs, zone, endMs }, signal) {
      if (endMs !== undefined) return { lines: [], missing: [] };
      const window = { fromMs: nowMs, toMs: nowMs + 1 };
      const duties = await onCall.forAlerts(alerts, window, signal);
      const known = duties.filter(({ failure }) => failure === undefined);
      const told = known
        .slice(0, SCHEDULES_SHOWN)
        .flatMap((duty, index): Line => [...(index === 0 ? [] : [' · ']), ...dutyLine(duty, { window, nowMs, zone })]);
      const more = known.length - SCHEDULES_SHOWN;
      return {
        lines: told.length === 0 ? [] : [[{ bold: 'On call' }, ' ', ...told, ...(more > 0 ? [` · ${more} more`] : [])]],
        missing: duties.flatMap(({ schedule, failure }) =>
          failure ? [`who is on call for ${schedule}: ${failure.message}`] : [],
        ),
      };
    },
  };
}
