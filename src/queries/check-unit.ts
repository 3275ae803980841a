/** What a unit makes doubtful. Units of one's own are allowed, and limits may lie anywhere, so it is only warned of. */
import type { Fault } from '../config/fault.ts';
import { definedUnit, UNIT_NAMES } from '../domain/unit.ts';
import { editDistance } from '../lib/nearest.ts';
import type { Site } from './site.ts';

/** Shorter names are symbols, near to each other by nature: `B`, `b`, `rps`. */
const COMPARED_MIN_CHARS = 4;
/** From so many letters on, two may be wrong. */
const TWO_WRONG_FROM_CHARS = 9;

/** A share above one and a half is rare; `85` is meant as 85 %. */
const SHARE_MAX = 1.5;

/** Warns of `percnet` and `gb`, and of a limit of 85 on a ratio; says nothing of `widgets`, `hits`, `records`. */
export function checkUnit(site: Site): readonly Fault[] {
  return [...checkName(site), ...checkShares(site)];
}

/** Limits are in the unit of the definition. */
function checkShares({ definition: { unit, thresholds, chart }, faultAt }: Site): readonly Fault[] {
  if (definedUnit(unit).id !== 'ratio') return [];
  const ends = [
    ...thresholds.map(({ at }, index) => [at, ['thresholds', index, 'at']] as const),
    [chart.max, ['chart', 'max']] as const,
  ];
  return ends.flatMap(([at, path]) =>
    at === undefined || at <= SHARE_MAX
      ? []
      : [
          faultAt(
            [...path],
            `${at} of a \`ratio\` is ${at * 100} %; write 0.85 for 85 %, or \`unit: percent\` where the source gives percents`,
          ),
        ],
  );
}

function checkName({ definition: { unit }, faultAt }: Site): readonly Fault[] {
  if (unit === undefined || UNIT_NAMES.includes(unit)) return [];
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
