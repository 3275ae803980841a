/** The logarithmic axis of a heatmap: as far as its cells go, lines at powers of ten, of times at minutes and hours. Pure. */
import type { Unit } from '../../domain/unit.ts';
import type { ValueScale } from './value-axis.ts';

const LINE_GAP_PX = 30;
const LABEL_GAP_PX = 22;
const FINE = [1, 2, 5];
/** Share of the axis that cells fill at least where it ends at powers of ten. */
const FILLED = 0.62;
/** Above ten seconds nobody counts in tens. */
const LONG_TIMES = [60, 600, 3600, 36_000, 86_400, 864_000, 8_640_000];

/**
 * Chooses the axis between the least and the greatest edge, both above zero. Where cells go down to zero (`isFromZero`),
 * its lower end is that.
 */
export function heatLogScale(
  least: number,
  greatest: number,
  unit: Unit,
  heightPx: number,
  isFromZero = false,
): ValueScale {
  const ends = endsOf(least, greatest);
  const [min, max] = isFromZero ? [least, ends[1]] : ends;
  const powers = linesOf(min, max, unit);
  const most = Math.max(2, Math.floor(heightPx / LINE_GAP_PX));
  const every = Math.ceil(powers.length / most);
  const pxOf = (value: number) => (Math.log10(value / min) / Math.log10(max / min)) * heightPx;
  const apart = (values: readonly number[]) => {
    const kept: number[] = [];
    for (const value of values) {
      const before = kept.at(-1);
      if (before === undefined || pxOf(value) - pxOf(before) >= LABEL_GAP_PX) kept.push(value);
    }
    return kept;
  };
  // those of times are not evenly spread
  const firm = apart(powers.filter((_, index) => index % every === 0));
  const faint = powers.length < 2 ? apart(finer(min, max)).filter((value) => !firm.includes(value)) : [];
  const zero = isFromZero ? [{ value: min, line: 'zero' as const }] : [];
  const isClear = ({ value }: { readonly value: number }) => !isFromZero || pxOf(value) >= LABEL_GAP_PX;
  const above = [
    ...firm.map((value) => ({ value, line: 'grid' as const })),
    ...faint.map((value) => ({ value, line: 'faint' as const })),
  ];
  const ticks = [...zero, ...above.filter(isClear).sort((a, b) => a.value - b.value)];
  return { min, max, isLog: true, ...(isFromZero && { zeroAt: min }), ticks };
}

/** Whole powers of ten where they leave little empty, else the next 1, 2 or 5. */
function endsOf(least: number, greatest: number): [min: number, max: number] {
  const [low, high] = [Math.floor(Math.log10(least) + 1e-9), Math.ceil(Math.log10(greatest) - 1e-9)];
  const filled = Math.log10(greatest / least) / Math.max(1, high - low);
  if (filled >= FILLED) return [Number(`1e${low}`), Number(`1e${high}`)];
  const min = roundedDown(least);
  return [min, Math.max(roundedUp(greatest), min * 10)];
}

function linesOf(min: number, max: number, { scale }: Unit): number[] {
  const base = scale === 'iec' ? 16 : 10;
  const lines: number[] = [];
  const power = Math.floor(Math.log(min) / Math.log(base) + 1e-9);
  for (let exponent = power; lines.length < 60; exponent += 1) {
    const line = base === 10 ? Number(`1e${exponent}`) : base ** exponent;
    if (line > max * (1 + 1e-9)) break;
    if (line >= min * (1 - 1e-9) && !(scale === 'duration' && line > 10)) lines.push(line);
  }
  const long = scale === 'duration' ? LONG_TIMES.filter((line) => line >= min && line <= max * (1 + 1e-9)) : [];
  return [...lines, ...long];
}

function finer(min: number, max: number): number[] {
  const power = Math.floor(Math.log10(min));
  const all = [power, power + 1, power + 2].flatMap((exponent) =>
    FINE.map((factor) => Number(`${factor}e${exponent}`)),
  );
  return all.filter((value) => value >= min && value <= max);
}

function roundedDown(value: number): number {
  const power = Math.floor(Math.log10(value) + 1e-9);
  return (
    FINE.map((factor) => Number(`${factor}e${power}`)).findLast((candidate) => candidate <= value * (1 + 1e-9)) ?? value
  );
}

function roundedUp(value: number): number {
  const power = Math.floor(Math.log10(value) - 1e-9);
  const found = [...FINE, 10]
    .map((factor) => Number(`${factor}e${power}`))
    .find((candidate) => candidate >= value * (1 - 1e-9));
  return found ?? value;
}
