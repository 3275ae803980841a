/** What is known of the people who speak: whether they are bots, and their zone. Cheap, cached, never in the way. */
import { DateTime, IANAZone } from 'luxon';
import { z } from 'zod';
import { createBoundedMap } from '../../lib/bounded-map.ts';
import { type Clock, withDeadline } from '../../lib/clock.ts';
import type { RestClient } from './rest-client.ts';

/** What `users.info` tells. */
interface Person {
  readonly isBot: boolean;
  readonly zone?: string;
}

/** Cached look-ups. */
export interface People {
  /** Looks a person up; a stranger about whom nothing can be learnt quickly counts as human without a zone. */
  get(userId: string, signal: AbortSignal): Promise<Person>;
}

const MAX_PEOPLE = 10_000;
/** People travel and clients move their offset when daylight saving begins. */
const MAX_AGE_MS = 60 * 60_000;
/** A question does not wait longer for this; it is asked at most once per person and hour. */
const LOOK_UP_MS = 1_500;
/** After a failed look-up the person is not asked for again at once. */
const RETRY_AFTER_MS = 60_000;

const UserReply = z.object({
  user: z.object({
    type: z.string().nullish(),
    roles: z.array(z.string()).nullish().catch(undefined),
    timezone: z.string().nullish().catch(undefined),
    utcOffset: z.number().nullish().catch(undefined),
  }),
});

/** Makes an empty cache. `zone` is the config's: an offset that fits it tells nothing new. */
export function createPeople(rest: RestClient, clock: Clock, zone: string | undefined): People {
  const known = createBoundedMap<string, { readonly person: Person; readonly untilMs: number }>(MAX_PEOPLE);

  async function ask(userId: string, signal: AbortSignal): Promise<Person> {
    const deadline = withDeadline(LOOK_UP_MS, signal);
    const { user } = await rest.call(
      { path: 'users.info', query: { userId }, schema: UserReply, patienceMs: 0 },
      deadline,
    );
    const offsetZone = user.utcOffset == null ? undefined : zoneOfOffset(user.utcOffset, zone, clock.now());
    const theirs = user.timezone && IANAZone.isValidZone(user.timezone) ? user.timezone : offsetZone;
    return {
      isBot: user.type === 'bot' || (user.roles ?? []).includes('bot'),
      ...(theirs !== undefined && { zone: theirs }),
    };
  }

  return {
    async get(userId, signal) {
      const cached = known.get(userId);
      if (cached && cached.untilMs > clock.now()) return cached.person;
      try {
        const person = await ask(userId, signal);
        known.set(userId, { person, untilMs: clock.now() + MAX_AGE_MS });
        return person;
      } catch {
        signal.throwIfAborted();
        const person = cached?.person ?? { isBot: false };
        known.set(userId, { person, untilMs: clock.now() + RETRY_AFTER_MS });
        return person;
      }
    },
  };
}

/** Zones of offsets that are no whole hours; those without summer time, so that the offset stays right. */
const BROKEN_OFFSETS: Readonly<Record<string, string>> = {
  '3.5': 'Asia/Tehran',
  '4.5': 'Asia/Kabul',
  '5.5': 'Asia/Kolkata',
  '5.75': 'Asia/Kathmandu',
  '6.5': 'Asia/Yangon',
  '9.5': 'Australia/Darwin',
};

/**
 * An IANA zone for what Rocket.Chat knows of a person: the offset of their last client, in hours.
 *
 * Nothing when `configured` has that offset now: a real zone with its summer time is worth more than a bare offset.
 */
export function zoneOfOffset(offsetHours: number, configured: string | undefined, nowMs: number): string | undefined {
  if (configured !== undefined && DateTime.fromMillis(nowMs, { zone: configured }).offset === offsetHours * 60) {
    return undefined;
  }
  if (!Number.isInteger(offsetHours)) return BROKEN_OFFSETS[String(offsetHours)];
  if (offsetHours < -12 || offsetHours > 14) return undefined;
  // POSIX counts westwards: Etc/GMT-1 is one hour ahead of UTC.
  return offsetHours === 0 ? 'Etc/UTC' : `Etc/GMT${offsetHours > 0 ? '-' : '+'}${Math.abs(offsetHours)}`;
}
