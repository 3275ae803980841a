/** A panel's transformations, done in order as the browser does them; those that are not known are named. Pure. */
import type { DataFrame } from '../data-frame.ts';
import type { Transformation } from '../panel.ts';
import { textOf } from './json.ts';
import { calculateField, groupBy, reduce } from './transform/calculate.ts';
import {
  convertFieldType,
  filterByRefId,
  filterByValue,
  filterFields,
  filterFieldsByName,
  limit,
  organize,
  renameByRegex,
  sortBy,
} from './transform/choose.ts';
import {
  concatenate,
  groupingToMatrix,
  joinByField,
  labelsToFields,
  merge,
  rowsToTable,
  seriesToRows,
} from './transform/combine.ts';
import type { Transform } from './transform/frame-tools.ts';

const TRANSFORMS: Readonly<Record<string, Transform>> = {
  calculateField,
  concatenate,
  convertFieldType,
  filterByRefId,
  filterByValue,
  filterFields,
  filterFieldsByName,
  groupBy,
  groupingToMatrix,
  joinByField,
  labelsToFields,
  limit,
  merge,
  organize,
  reduce,
  renameByRegex,
  seriesToColumns: joinByField,
  seriesToRows,
  sortBy,
  transpose: rowsToTable,
  // they change how data are kept, not what is seen
  noop: (frames) => frames,
  prepareTimeSeries: (frames) => frames,
};

/** Ids of the transformations that are done. */
export const KNOWN_TRANSFORMATIONS: readonly string[] = Object.keys(TRANSFORMS);

/** Ways to calculate a field that are done. */
const CALCULATIONS: ReadonlySet<string> = new Set(['binary', 'unary', 'reduceRow', 'index', 'cumulativeFunctions']);

/** Frames after all transformations, and a sentence that names what was not done. */
export function transformFrames(
  frames: readonly DataFrame[],
  transformations: readonly Transformation[],
  interpolate: (text: string) => string,
): { readonly frames: readonly DataFrame[]; readonly warnings: readonly string[] } {
  const missing: string[] = [];
  let current = frames;
  for (const { id, options } of transformations) {
    const transform = Object.hasOwn(TRANSFORMS, id) ? TRANSFORMS[id] : undefined;
    const isKnown =
      id !== 'calculateField' || options.mode === undefined || CALCULATIONS.has(textOf(options.mode) ?? '');
    if (transform && isKnown) current = transform(current, options, interpolate);
    else missing.push(isKnown ? id : `${id} (${textOf(options.mode) ?? 'unknown'})`);
  }
  const named = [...new Set(missing)].join(', ');
  return { frames: current, warnings: named === '' ? [] : [`Transformations not done: ${named}.`] };
}
