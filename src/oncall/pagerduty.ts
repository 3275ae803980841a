/** PagerDuty: who is on call by a schedule or an escalation policy, from its REST API (v2, `/oncalls`). */
import { z } from 'zod';
import { defineRoster, type Roster, type RosterDeps, type Shift, type Window } from './roster.ts';
import { checkSchedules, createRosterApi, momentOf, oneOf, serviceOptions, tooLong } from './roster-api.ts';

const TITLE = 'PagerDuty';
/** The most that it gives at once. @see https://developer.pagerduty.com/docs/pagination */
const PAGE_SIZE = 100;
/** A schedule of hourly shifts over two weeks. */
const PAGES_MAX = 4;

const id = z.string().regex(/^[A-Za-z0-9]{1,40}$/, {
  error: 'is no id of PagerDuty; it stands at the end of the address of its page, such as PI7DH85',
});

const PagerDutySchedule = oneOf(
  {
    schedule: id.optional().describe('Id of a schedule: the end of its page’s address'),
    policy: id.optional().describe('Id of an escalation policy, of which all levels are said'),
  },
  'schedule',
  'policy',
);

const PagerDutyOptions = serviceOptions({
  kind: 'pagerduty',
  schedule: PagerDutySchedule,
  api: 'REST API',
  url: 'https://api.pagerduty.com/',
  euUrl: 'https://api.eu.pagerduty.com',
  pageExample: 'https://example.pagerduty.com',
  token: 'Key of the REST API (read-only is enough)',
});
type PagerDutyOptions = z.output<typeof PagerDutyOptions>;

/** The kind `pagerduty`. */
export const pagerduty = defineRoster({ kind: 'pagerduty', title: TITLE, options: PagerDutyOptions, create });

const Reference = z.object({ id: z.string(), summary: z.string().nullish(), html_url: z.string().nullish() });
const OnCalls = z.object({
  oncalls: z.array(
    z.object({
      user: Reference.extend({ name: z.string().nullish() }),
      schedule: Reference.nullish(),
      escalation_level: z.number().int().nullish(),
      start: z.string().nullish(),
      end: z.string().nullish(),
    }),
  ),
  more: z.boolean().nullish(),
});

function create({ url, publicUrl, token, schedules }: PagerDutyOptions, deps: RosterDeps): Roster {
  // without this it answers in its first version
  const headers = { accept: 'application/vnd.pagerduty+json;version=2' };
  const api = createRosterApi(TITLE, { url, token, tokenScheme: 'Token token=' }, headers, deps);
  const entries = Object.entries(schedules).map(([name, { schedule, policy, match }]) => {
    const what = schedule === undefined ? `the escalation policy ${policy}` : `the schedule ${schedule}`;
    const filter: readonly [string, string] =
      schedule === undefined ? ['escalation_policy_ids[]', policy ?? ''] : ['schedule_ids[]', schedule];
    const page = schedule === undefined ? `escalation_policies/${policy}` : `schedules/${schedule}`;
    return {
      name,
      what,
      path: page,
      ...(match && { match }),
      ...(publicUrl !== undefined && {
        url: new URL(schedule === undefined ? page : `schedules#${schedule}`, publicUrl).href,
      }),
      shifts: (window: Window, signal: AbortSignal) => readShifts(filter, what, schedule !== undefined, window, signal),
    };
  });

  async function readShifts(
    [key, value]: readonly [string, string],
    what: string,
    isSchedule: boolean,
    { fromMs, toMs }: Window,
    signal: AbortSignal,
  ): Promise<readonly Shift[]> {
    const found: z.output<typeof OnCalls>['oncalls'] = [];
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const query = new URLSearchParams([
        [key, value],
        ['since', new Date(fromMs).toISOString()],
        ['until', new Date(toMs).toISOString()],
        ['limit', String(PAGE_SIZE)],
        ['offset', String(page * PAGE_SIZE)],
      ]);
      const { oncalls, more } = await api.read(`oncalls?${query}`, what, OnCalls, signal);
      found.push(...oncalls);
      if (more !== true || oncalls.length === 0) break;
      if (page === PAGES_MAX - 1) throw tooLong(TITLE, `${PAGES_MAX * PAGE_SIZE} shifts`);
    }
    return distinct(
      found.map(({ user, escalation_level: level, start, end }) => {
        const [from, to] = [momentOf(start), momentOf(end)];
        return {
          person: user.summary ?? user.name ?? user.id,
          ...(from !== undefined && { fromMs: from }),
          ...(to !== undefined && { toMs: to }),
          // a schedule may stand on several levels of several policies; only of a policy the level says who comes first
          ...(!isSchedule && typeof level === 'number' && { level }),
        };
      }),
    );
  }

  return {
    schedules: entries,
    check: (signal) => checkSchedules(TITLE, api, entries, signal),
  };
}

/** One schedule of several policies is told once for each of them. */
function distinct(shifts: readonly Shift[]): readonly Shift[] {
  return [...new Map(shifts.map((shift) => [JSON.stringify(shift), shift])).values()];
}
