/** `GET /oncalls`, `/schedules/{id}` and `/escalation_policies/{id}` of PagerDuty's REST API v2, after its public reference. */
import type { Received, Reply } from './http-backend.ts';

/** An entry of `/oncalls`: one user on one level of one policy. */
export interface OnCallEntry {
  readonly user: string;
  readonly schedule?: string;
  readonly policy: string;
  readonly level: number;
  /** ISO 8601; null where somebody always is. */
  readonly start: string | null;
  readonly end: string | null;
}

/** What it has, and the key that it takes. */
export interface PagerDutyState {
  readonly token: string;
  readonly entries: readonly OnCallEntry[];
}

const PAGE_MAX = 100;

/** Makes what answers. */
export function pagerDuty({ token, entries }: PagerDutyState): (request: Received) => Reply {
  return ({ pathname, searchParams, headers }) => {
    if (headers.authorization !== `Token token=${token}`) {
      return { status: 401, contentType: 'text/html', body: 'HTTP Token: Access denied.' };
    }
    if (headers.accept !== 'application/vnd.pagerduty+json;version=2')
      return failure(400, 2001, 'Invalid Input Provided');
    const [, kind, id] = pathname.split('/');
    if (id !== undefined) return entryOf(kind ?? '', id, entries);
    if (pathname !== '/oncalls') return failure(404, 2100, 'Not Found');
    const schedules = searchParams.getAll('schedule_ids[]');
    const policies = searchParams.getAll('escalation_policy_ids[]');
    const [since, until] = [Date.parse(searchParams.get('since') ?? ''), Date.parse(searchParams.get('until') ?? '')];
    if (Number.isNaN(since) || Number.isNaN(until) || until < since)
      return failure(400, 2001, 'Invalid Input Provided');
    const found = entries.filter(
      ({ schedule, policy, start, end }) =>
        (schedules.length === 0 || schedules.includes(schedule ?? '')) &&
        (policies.length === 0 || policies.includes(policy)) &&
        (start === null || Date.parse(start) < until) &&
        (end === null || Date.parse(end) > since),
    );
    const limit = Math.min(Number(searchParams.get('limit') ?? 25), PAGE_MAX);
    const offset = Number(searchParams.get('offset') ?? 0);
    return json({
      oncalls: found.slice(offset, offset + limit).map(written),
      limit,
      offset,
      more: found.length > offset + limit,
      total: null,
    });
  };
}

function written({ user, schedule, policy, level, start, end }: OnCallEntry) {
  const reference = (kind: string, id: string, summary: string) => ({
    id,
    type: `${kind}_reference`,
    summary,
    self: `https://api.pagerduty.com/${kind}s/${id}`,
    html_url: `https://rig.pagerduty.com/${kind}s/${id}`,
  });
  return {
    escalation_policy: reference('escalation_policy', policy, `Policy ${policy}`),
    escalation_level: level,
    schedule: schedule === undefined ? null : reference('schedule', schedule, `Schedule ${schedule}`),
    user: reference('user', `U${user.length}`, user),
    start,
    end,
  };
}

function entryOf(kind: string, id: string, entries: readonly OnCallEntry[]): Reply {
  const isThere = entries.some(({ schedule, policy }) => (kind === 'schedules' ? schedule : policy) === id);
  return isThere ? json({ [kind]: { id } }) : failure(404, 2100, 'Not Found');
}

function failure(status: number, code: number, message: string): Reply {
  return json({ error: { message, code } }, status);
}

function json(value: unknown, status = 200): Reply {
  return { status, body: JSON.stringify(value) };
}
