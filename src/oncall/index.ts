/** The kinds of rosters; adding one is a line here. */
import { ical } from './ical.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import type { RosterDefinition } from './roster.ts';
import { rotation } from './rotation.ts';

/** All of them. */
export const rosterKinds: readonly RosterDefinition[] = [pagerduty, opsgenie, rotation, ical];
