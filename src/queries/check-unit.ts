/** A unit that looks like a slip of one that has a meaning: units of one's own are allowed, so it is only warned of. */
import type { Fault } from '../config/fault.ts';
import { UNIT_NAMES, unitNamed } from '../domain/unit.ts';
import { editDistance } from '../lib/nearest.ts';
import type { Site } from './site.ts';

/** Shorter names are symbols, near to each other by nature: `B`, `b`, `rps`. */
const COMPARED_MIN_CHARS = 4;
/** From so many letters on, two may be wrong. */
const TWO_WRONG_FROM_CHARS = 9;

/** Warns of `percnet` and `gb`; says nothing of `widgets`, `hits`, `records`. */
export function checkUnit({ definition: { unit }, faultAt }: Site): readonly Fault[] {
  if (unit === undefined || unitNamed(unit) !== undefined) return [];
  const word = unit.toLowerCase();
  const isSame = (name: string) => name.length > 1 && name.toLowerCase() === word;
  const slips = UNIT_NAMES.filter((name) => isSlip(word, name));
  const near = UNIT_NAMES.find(isSame) ?? slips.sort((a, b) => editDistance(word, a) - editDistance(word, b))[0];
  if (near === undefined) return [];
  return [faultAt(['unit'], `"${unit}" is no unit that I know and is shown as it is; did you mean ${near}?`)];
}

/** Whether one word is meant as the other: the first letter is seldom wrong, and a short word with another letter is another word. */
function isSlip(word: string, name: string): boolean {
  if (name.length < COMPARED_MIN_CHARS || word.length < COMPARED_MIN_CHARS || word[0] !== name[0]) return false;
  const distance = editDistance(word, name);
  if (distance > (word.length < TWO_WRONG_FROM_CHARS ? 1 : 2)) return false;
  return word.length > COMPARED_MIN_CHARS || word.length !== name.length || lettersOf(word) === lettersOf(name);
}

function lettersOf(word: string): string {
  return [...word].sort().join('');
}
