/** The unit of a PromQL expression, as far as its names say it: Prometheus' naming rules put the base unit at the end. Pure. */
import { makeUnit, type Unit } from '../domain/unit.ts';

/** @see https://prometheus.io/docs/practices/naming/ */
const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/_(?:seconds|duration_s)(?:_(?:sum|total|bucket))?$/, 'seconds'],
  [/_(?:ms|milliseconds)(?:_(?:sum|total|bucket))?$/, 'milliseconds'],
  [/_bytes(?:_(?:sum|total|bucket))?$/, 'bytes'],
  [/_ratio$/, 'ratio'],
  [/_percent(?:age)?$/, 'percent'],
  [/_celsius$/, '°C'],
];
const RATES = /\b(?:rate|irate|deriv)\s*\(/;

/**
 * Guesses the unit. A share (one quantity divided by another of its kind, or by all of them) with a limit of 1 or less is
 * a ratio, one that is multiplied by 100 a percentage; what nothing is known of has no unit.
 *
 * @param limit - what the rule compares with, which tells 0.05 from 5 %
 */
export function guessUnit(expr: string, limit?: number): Unit {
  const plain = expr.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '""');
  const names = [...plain.matchAll(/[A-Za-z_:][\w:]*(?=\s*[{[)]|\s*$|\s+(?:offset|[-+*/^)]))/g)].map(([name]) => name);
  const units = names.map(unitOfName);
  const known = [...new Set(units.filter((unit) => unit !== undefined))];
  const isMean = names.some((name) => name.endsWith('_sum')) && names.some((name) => name.endsWith('_count'));
  if (/\*\s*100\b|\b100\s*\*|\b100\s*-/.test(plain)) return makeUnit('percent');
  const [unit] = known;
  if (known.length === 1 && unit !== undefined && isMean) return makeUnit(unit);
  if (isShare(plain, names) && (known.length === 0 || units.every((one) => one === unit))) {
    return makeUnit(limit !== undefined && Math.abs(limit) <= 1 ? 'ratio' : 'none');
  }
  if (known.length !== 1 || unit === undefined) return makeUnit('none');
  const isRate = RATES.test(plain) && !/histogram_quantile\s*\(/.test(plain);
  if (!isRate) return makeUnit(unit);
  // seconds of work in a second are a share
  return makeUnit({ bytes: 'bytes/s', seconds: 'none' }[unit] ?? 'none');
}

function unitOfName(name: string): string | undefined {
  return ENDINGS.find(([ending]) => ending.test(name.replace(/:\w+$/, '')))?.[1];
}

/** Whether one series is divided by another. */
function isShare(plain: string, names: readonly string[]): boolean {
  return (
    names.length > 1 && /[\w)\]}]\s*\/\s*(?:(?:on|ignoring|group_left|group_right)\b[\s\S]*|[(A-Za-z_:])/.test(plain)
  );
}
