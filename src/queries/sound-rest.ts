/** What is left of a definition without its faulty keys, so that its other faults need no second run. Pure. */
import { type Fault, formatPath } from '../config/fault.ts';
import { nearest } from '../lib/nearest.ts';

/** The rest of a definition, and which faults of it do not only follow from what was taken away. */
export interface Rest {
  /** Ways to leave the faults out, the one that leaves most first; the first that fits the schema is to be taken. */
  readonly values: readonly unknown[];
  isSound(fault: Fault): boolean;
}

/** Keys that are checked against another: what is said of them may only follow from its fault. */
const LEANING: Readonly<Record<string, readonly string[]>> = {
  parameters: ['alerts'],
  aliases: ['examples'],
  maxRange: ['range'],
  chart: ['thresholds'],
};

/** With more faults than that the first are work enough; a bound, since each key is held against each of them. */
const FAULTS_MAX = 50;

type Keys = Readonly<Record<string, unknown>>;

/**
 * Takes the faults out of a definition; `undefined` where nothing could be said of what remains.
 *
 * @param faults - those of its shape
 * @param known - the keys that a definition may have
 * @param kinds - those of them that are blocks of sources
 */
export function restOf(
  id: string,
  raw: unknown,
  faults: readonly Fault[],
  known: readonly string[],
  kinds: readonly string[],
): Rest | undefined {
  if (!isMap(raw) || faults.length > FAULTS_MAX) return undefined;
  const paths = faults.map(({ path }) => path);
  const at = (key: string) => formatPath([id, key]);
  const mistyped = Object.keys(raw).filter((key) => !known.includes(key));
  const meant = new Set(mistyped.flatMap((key) => nearest(key, known, 1)));
  const isFaulty = (key: string) => meant.has(key) || paths.some((path) => isBelow(path, at(key)));
  // every placeholder would be no parameter
  if (meant.has('parameters') || (isFaulty('parameters') && !isMap(raw.parameters))) return undefined;
  const parameters = at('parameters');
  const leaning = { ...LEANING, source: kinds };
  const doubtful = Object.entries(leaning).flatMap(([key, others]) => (isFaulty(key) ? others.map(at) : []));
  const whole = Object.fromEntries(Object.entries(raw).filter(([key]) => key === 'parameters' || !isFaulty(key)));
  return {
    values: [pruned(raw, [id], paths, parameters), whole],
    isSound: ({ path }) => {
      if ([...paths, ...doubtful].some((base) => isBelow(path, base))) return false;
      // that a parameter is used nowhere is told of the parameter itself, the rest of what is in it
      const isInParameter = path.startsWith(`${parameters}.`) && /[.[]/.test(path.slice(parameters.length + 1));
      return !(isInParameter && isFaulty('parameters'));
    },
  };
}

function isMap(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBelow(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}.`) || path.startsWith(`${base}[`);
}

/** Without what is faulty. A list goes as a whole, as its indexes are places; a parameter stays by its name. */
function pruned(value: Keys, path: readonly string[], faulty: readonly string[], parameters: string): Keys {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const at = formatPath([...path, key]);
      if (faulty.includes(at)) return formatPath(path) === parameters ? [[key, {}]] : [];
      if (isMap(inner)) return [[key, pruned(inner, [...path, key], faulty, parameters)]];
      return Array.isArray(inner) && faulty.some((one) => isBelow(one, at)) ? [] : [[key, inner]];
    }),
  );
}
