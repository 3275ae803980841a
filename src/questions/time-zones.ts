/** Zones that stand beside times: `09:00 UTC`, `since 02:00 America/New_York`, `09:00+02:00`. Pure. */
import { IANAZone } from 'luxon';
import { BotError } from '../domain/errors.ts';
import type { Token } from './tokens.ts';
import { ZONE_WORDS } from './zone-words.ts';

/** `Europe/Berlin`, `America/Argentina/Salta`, `Etc/GMT-2`. */
const AREA_CITY = /^[a-z]{2,12}(?:\/[a-z0-9_+-]{2,20}){1,2}$/i;
const HOUR_MINUTES = 60;
/** Zones of whole hours have names up to here. */
const NAMED_HOURS = { ahead: 14, behind: 12 } as const;

/** The IANA name of the zone that a word is; nothing for any other word. */
export function zoneOf({ text, lower, isQuoted }: Token): string | undefined {
  if (isQuoted) return undefined;
  if (text === 'Z') return 'UTC';
  if (Object.hasOwn(ZONE_WORDS, lower)) return ZONE_WORDS[lower];
  if (!AREA_CITY.test(text) || !IANAZone.isValidZone(text)) return undefined;
  return lower.split('/').map(capitalised).join('/');
}

/** `new_york` is `New_York`, `gmt-2` is `GMT-2`. */
function capitalised(part: string): string {
  if (part.startsWith('gmt')) return part.toUpperCase();
  return part.replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase());
}

/** The zone whose clocks are always so far ahead of UTC; nothing where none of that offset has a name. */
export function zoneAhead(offsetMinutes: number): string | undefined {
  const hours = offsetMinutes / HOUR_MINUTES;
  if (hours === 0) return 'UTC';
  if (!Number.isInteger(hours) || hours > NAMED_HOURS.ahead || hours < -NAMED_HOURS.behind) return undefined;
  // the names count the other way round
  return `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

/**
 * The one zone that the times of a window are meant in.
 *
 * @throws BotError `ASK_BAD_RANGE` for two
 */
export function onlyZone(zones: readonly string[], at: number): string | undefined {
  const [zone, other] = new Set(zones);
  if (other === undefined) return zone;
  throw new BotError('ASK_BAD_RANGE', `One window has one zone, and I read \`${zone}\` and \`${other}\`.`, { at });
}
