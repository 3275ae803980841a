/** Opsgenie: who is on call by a schedule (`/v2/schedules/{id}/on-calls`), and until when (its timeline). */
import { z } from 'zod';
import { defineRoster, isWithin, type Roster, type RosterDeps, type Shift, type Window } from './roster.ts';
import {
  checkSchedules,
  createRosterApi,
  momentOf,
  oneOf,
  type RosterApi,
  serviceOptions,
  tooLong,
} from './roster-api.ts';

const TITLE = 'Opsgenie';
/** Windows up to this are moments. */
const MOMENT_MS = 60_000;
const DAY_MS = 86_400_000;
/** Its timeline is asked for by whole days. */
const DAYS_MAX = 62;

const OpsgenieSchedule = oneOf(
  {
    id: z
      .uuid({
        error: 'is no id of a schedule, such as d875a1b4-9b4e-4219-a1b3-0c26936d18de; `schedule` takes its name',
      })
      .optional()
      .describe('Id of a schedule'),
    schedule: z.string().min(1).max(200).optional().describe('Name of a schedule'),
  },
  'schedule',
  'id',
);

const OpsgenieOptions = serviceOptions({
  kind: 'opsgenie',
  schedule: OpsgenieSchedule,
  api: 'API',
  url: 'https://api.opsgenie.com/',
  euUrl: 'https://api.eu.opsgenie.com',
  pageExample: 'https://example.app.opsgenie.com',
  token: 'Key of an API integration that may read schedules',
});
type OpsgenieOptions = z.output<typeof OpsgenieOptions>;

/** The kind `opsgenie`. */
export const opsgenie = defineRoster({ kind: 'opsgenie', title: TITLE, options: OpsgenieOptions, create });

const OnCalls = z.object({ data: z.object({ onCallRecipients: z.array(z.string()) }) });
const Timeline = z.object({
  data: z.object({
    finalTimeline: z.object({
      rotations: z.array(
        z.object({
          periods: z
            .array(
              z.object({
                startDate: z.string(),
                endDate: z.string(),
                recipient: z.object({ name: z.string().nullish(), type: z.string().nullish() }).nullish(),
              }),
            )
            .default([]),
        }),
      ),
    }),
  }),
});

/** A schedule as it is asked for. */
interface Asked {
  readonly api: RosterApi;
  /** Its path below the API, and how it is named there. */
  readonly path: string;
  readonly type: 'id' | 'name';
  readonly what: string;
}

function create({ url, publicUrl, token, schedules }: OpsgenieOptions, deps: RosterDeps): Roster {
  const api = createRosterApi(TITLE, { url, token, tokenScheme: 'GenieKey' }, {}, deps);
  const entries = Object.entries(schedules).map(([name, { id, schedule, match }]) => {
    const asked: Asked = {
      api,
      path: `v2/schedules/${encodeURIComponent(id ?? schedule ?? '')}`,
      type: id === undefined ? 'name' : 'id',
      what: `the schedule ${id ?? schedule}`,
    };
    return {
      asked,
      name,
      ...(match && { match }),
      ...(publicUrl !== undefined && { url: new URL('settings/schedule/list', publicUrl).href }),
      shifts: (window: Window, signal: AbortSignal) =>
        window.toMs - window.fromMs <= MOMENT_MS ? shiftsAt(asked, window, signal) : shiftsOver(asked, window, signal),
    };
  });
  return {
    schedules: entries,
    check: (signal) => {
      const asked = entries.map(({ asked: { path, type, what } }) => ({
        path: `${path}?identifierType=${type}`,
        what,
      }));
      return checkSchedules(TITLE, api, asked, signal);
    },
  };
}

/** Who is called at a moment, teams and escalations taken apart; until when is a courtesy that may be missing. */
async function shiftsAt(asked: Asked, window: Window, signal: AbortSignal): Promise<readonly Shift[]> {
  const { api, path, type, what } = asked;
  const query = new URLSearchParams({
    scheduleIdentifierType: type,
    flat: 'true',
    date: new Date(window.fromMs).toISOString(),
  });
  const [{ data }, known] = await Promise.all([
    api.read(`${path}/on-calls?${query}`, what, OnCalls, signal),
    shiftsOver(asked, window, signal).catch(() => {
      signal.throwIfAborted();
      return [];
    }),
  ]);
  return [...new Set(data.onCallRecipients)].map(
    (person) => known.find((shift) => shift.person === person) ?? { person },
  );
}

async function shiftsOver(
  { api, path, type, what }: Asked,
  window: Window,
  signal: AbortSignal,
): Promise<readonly Shift[]> {
  const days = Math.ceil((window.toMs - window.fromMs) / DAY_MS) + 1;
  if (days > DAYS_MAX) throw tooLong(TITLE, `${DAYS_MAX} days`);
  const query = new URLSearchParams({
    identifierType: type,
    interval: String(days),
    intervalUnit: 'days',
    date: new Date(window.fromMs).toISOString(),
  });
  const { data } = await api.read(`${path}/timeline?${query}`, what, Timeline, signal);
  const periods = data.finalTimeline.rotations.flatMap((rotation) => rotation.periods);
  return periods
    .flatMap(({ startDate, endDate, recipient }): Shift[] => {
      const [fromMs, toMs] = [momentOf(startDate), momentOf(endDate)];
      const person = recipient?.name ?? undefined;
      return person === undefined || recipient?.type === 'none'
        ? []
        : [{ person, ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) }];
    })
    .filter((shift) => isWithin(shift, window));
}
