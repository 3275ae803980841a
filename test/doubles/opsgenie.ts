/** `on-calls`, `timeline` and the schedule itself of Opsgenie's Schedule API (v2), after its public reference. */
import type { Received, Reply } from './http-backend.ts';

/** Somebody's turn in a rotation. */
export interface Period {
  readonly user: string;
  /** ISO 8601. */
  readonly start: string;
  readonly end: string;
}

/** Schedules by name, and the key that it takes. */
export interface OpsgenieState {
  readonly token: string;
  readonly schedules: Readonly<Record<string, { readonly id: string; readonly periods: readonly Period[] }>>;
  /** Answers who, but not until when. */
  readonly hasNoTimeline?: boolean;
}

const DAY_MS = 86_400_000;

/** Makes what answers. */
export function opsgenie({ token, schedules, hasNoTimeline }: OpsgenieState): (request: Received) => Reply {
  return ({ pathname, searchParams, headers }) => {
    if (headers.authorization !== `GenieKey ${token}`) return said(401, 'Could not authenticate');
    const [, , , identifier = '', what] = pathname.split('/');
    const wanted = decodeURIComponent(identifier);
    // the two parameters really have different names
    const type = searchParams.get(what === 'on-calls' ? 'scheduleIdentifierType' : 'identifierType') ?? 'id';
    const name = Object.keys(schedules).find((one) => (type === 'name' ? one : schedules[one]?.id) === wanted);
    const schedule = name === undefined ? undefined : schedules[name];
    if (!schedule) return said(404, `Schedule with ${type} [${wanted}] does not exist`);
    const parent = { id: schedule.id, name, enabled: true };
    const fromMs = Date.parse(searchParams.get('date') ?? '');
    if (what === undefined) return json({ data: parent });
    if (Number.isNaN(fromMs)) return said(422, 'Request body is not processable.');
    if (what === 'on-calls') {
      const now = schedule.periods.filter(({ start, end }) => Date.parse(start) <= fromMs && Date.parse(end) > fromMs);
      return json({ data: { _parent: parent, onCallRecipients: now.map(({ user }) => user) } });
    }
    if (hasNoTimeline) return said(403, 'You are not authorized to access this schedule.');
    const toMs = fromMs + Number(searchParams.get('interval')) * DAY_MS;
    const periods = schedule.periods
      .filter(({ start, end }) => Date.parse(start) < toMs && Date.parse(end) > fromMs)
      .map(({ user, start, end }) => ({
        startDate: start,
        endDate: end,
        type: 'historical',
        recipient: { id: `u-${user}`, type: 'user', name: user },
      }));
    const timeline = { rotations: [{ id: 'r1', name: 'Rotation', order: 1, periods }] };
    return json({ data: { _parent: parent, finalTimeline: timeline } });
  };
}

function said(status: number, message: string): Reply {
  return json({ message, took: 0.01, requestId: 'rig' }, status);
}

function json(value: unknown, status = 200): Reply {
  return { status, body: JSON.stringify(value) };
}
