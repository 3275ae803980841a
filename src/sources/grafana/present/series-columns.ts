/** The columns of a panel's data that are numbers over time. Pure. */
import type { Unit } from '../../../domain/unit.ts';
import type { DataFrame, Field } from '../data-frame.ts';
import { decimalsOf, isHidden, type ShownField } from './field-config.ts';
import { textOf } from './json.ts';
import { unitOf } from './units.ts';

/** A column of numbers over time. */
export interface SeriesColumn extends ShownField {
  readonly time: Field;
  readonly unit: Unit;
}

/** The columns of numbers that stand beside a time, hidden ones left out. */
export function seriesColumns(fields: readonly ShownField[]): readonly SeriesColumn[] {
  const times = new Map<DataFrame, Field>();
  for (const { frame, field } of fields) {
    if (field.type === 'time' && !times.has(frame)) times.set(frame, field);
  }
  return fields.flatMap((shown) => {
    const time = times.get(shown.frame);
    const isNumber = shown.field.type === 'number' || shown.field.type === 'boolean';
    if (!time || !isNumber || isHidden(shown)) return [];
    return [{ ...shown, time, unit: unitOf(textOf(shown.config.unit), decimalsOf(shown)) }];
  });
}
