/** What is true of a group of alerts at a moment: who fires, who is silent, whether it flaps, who has it. Pure. */
import type { Alert, AlertFlags } from '../domain/alert.ts';
import type { GroupEvent, ProblemLife } from '../store/alert-group.ts';
import { endsIn, type Flapping, type FlapRule, flappingOf } from './flapping.ts';

/** One problem of a group. */
export interface Member {
  readonly alert: Alert;
  /** What is true of it now, whichever message said so. */
  readonly flags: AlertFlags;
  /** How often it was told that it fires. */
  readonly told: number;
  readonly heardMs: number;
  /** When nothing was heard of it for too long: since when; it may fire or not. */
  readonly silentSinceMs?: number;
  /** The number that it began with, and the worst since, by its limit; in the unit of its values. */
  readonly first?: number;
  readonly peak?: number;
}

/** Words of somebody about a problem. */
export type Saying = Pick<GroupEvent, 'transition' | 'receivedMs' | 'actor' | 'note'>;

/** A group at a moment. */
export interface GroupFacts {
  readonly members: readonly Member[];
  readonly firing: readonly Member[];
  readonly silent: readonly Member[];
  /** What happened to it and who said what, the newest first. */
  readonly sayings: readonly Saying[];
  readonly flapping?: Flapping;
  /** The next moment at which something of this changes without any message, ms. */
  readonly changesMs?: number;
}

/** By which rules facts are found. */
export interface FactsRule {
  /** What fires is told again within this, or nobody knows any more. */
  readonly noNewsAfterMs: number;
  readonly flapping: FlapRule;
  /** Silence counts from then on at the earliest: nobody can hear what is told while the bot is down. */
  readonly listeningSinceMs: number;
}

/** What the store has of a group beside its problems. */
export interface KnownLives {
  readonly lives: ReadonlyMap<string, ProblemLife>;
  readonly events: readonly GroupEvent[];
}

/** What happened to a problem beside its firing and ending. */
const SAYINGS: ReadonlySet<Alert['transition']> = new Set([
  ...(['acknowledged', 'unacknowledged', 'suppressed', 'unsuppressed', 'comment', 'escalated'] as const),
]);

/** Finds the facts. */
export function factsOf(
  problems: readonly Alert[],
  { lives, events }: KnownLives,
  rule: FactsRule,
  nowMs: number,
): GroupFacts {
  const members = problems.map((alert) => memberOf(alert, lives.get(alert.fingerprint), events, rule, nowMs));
  const isFiring = ({ alert }: Member) => alert.status === 'firing';
  const isSilent = ({ silentSinceMs }: Member) => silentSinceMs !== undefined;
  const firing = members.filter((member) => isFiring(member) && !isSilent(member));
  const flapping = flappingOf(members, events, rule.flapping, nowMs);
  const falling = firing.map(({ alert, heardMs }) => silenceOf(alert, heardMs, rule));
  const next = [...falling, ...(flapping?.changes ? [endsIn(flapping, rule.flapping)] : [])].filter((ms) => ms > nowMs);
  const startMs = Math.min(...problems.map(({ startsAt }) => +startsAt));
  return {
    members,
    firing,
    silent: members.filter((member) => isFiring(member) && isSilent(member)),
    sayings: events.filter(({ transition, atMs }) => SAYINGS.has(transition) && atMs >= startMs).toReversed(),
    ...(flapping && { flapping }),
    ...(next.length > 0 && { changesMs: Math.min(...next) }),
  };
}

/** What alerts say of themselves, where nothing else is known of them. */
export function statedFacts(problems: readonly Alert[]): GroupFacts {
  const members = problems.map((alert) => ({ alert, flags: alert.flags, told: 1, heardMs: +alert.receivedAt }));
  const open = members.filter(({ alert }) => alert.status === 'firing');
  const isSilent = ({ alert }: Member) => alert.silentSince !== undefined;
  return { members, firing: open.filter((one) => !isSilent(one)), silent: open.filter(isSilent), sayings: [] };
}

function memberOf(
  alert: Alert,
  life: ProblemLife | undefined,
  events: readonly GroupEvent[],
  rule: FactsRule,
  nowMs: number,
): Member {
  const heardMs = Math.max(life?.heardMs ?? 0, +alert.receivedAt);
  const own = events.filter(({ fingerprint, atMs }) => fingerprint === alert.fingerprint && atMs >= +alert.startsAt);
  const isSilent = alert.status === 'firing' && silenceOf(alert, heardMs, rule) <= nowMs;
  const [first, peak] = [life?.first, peakOf(alert, life)];
  return {
    alert,
    flags: Object.assign({}, alert.flags, ...own.map((event) => event.flags)),
    told: life?.told ?? 1,
    heardMs,
    ...(isSilent && { silentSinceMs: heardMs }),
    ...(first !== undefined && { first }),
    ...(peak !== undefined && { peak }),
  };
}

/** When a problem that fires counts as silent, ms: sooner where its sender said how long its word holds. Lists have the rule in SQL (`store/silence.ts`). */
function silenceOf(
  { expiresAt, receivedAt }: Alert,
  heardMs: number,
  { noNewsAfterMs, listeningSinceMs }: FactsRule,
): number {
  const holdsMs = expiresAt === undefined ? noNewsAfterMs : Math.max(0, +expiresAt - +receivedAt);
  return Math.max(heardMs, listeningSinceMs) + Math.min(noNewsAfterMs, holdsMs);
}

/** The value furthest beyond the limit; without a limit that says otherwise the highest. */
function peakOf({ values }: Alert, life: ProblemLife | undefined): number | undefined {
  const limit = Number(values.find(({ value }) => value !== null)?.crit ?? values[0]?.warn ?? Number.NaN);
  const isBelow = life?.first !== undefined && life.first < limit;
  return isBelow ? life?.low : life?.high;
}
