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

/** The columns of numbers that stand beside a time, also those that the panel hides. */
function allColumns(fields: readonly ShownField[]): readonly SeriesColumn[] {
  const times = new Map<DataFrame, Field>();
  for (const { frame, field } of fields) {
    if (field.type === 'time' && !times.has(frame)) times.set(frame, field);
  }
  return fields.flatMap((shown) => {
    const time = times.get(shown.frame);
    const isNumber = shown.field.type === 'number' || shown.field.type === 'boolean';
    if (!time || !isNumber) return [];
    return [{ ...shown, time, unit: unitOf(textOf(shown.config.unit), decimalsOf(shown)) }];
  });
}

/** The columns of numbers that stand beside a time, those left out that the panel hides. */
export function seriesColumns(fields: readonly ShownField[]): readonly SeriesColumn[] {
  return allColumns(fields).filter((column) => !isHidden(column));
}

/** What of a panel's series is left out, as a sentence. */
export function hiddenWords(fields: readonly ShownField[]): readonly string[] {
  const hidden = allColumns(fields).filter(isHidden);
  const [only] = hidden;
  if (!only) return [];
  if (hidden.length === 1) return [`${only.name}, which the panel hides, is left out.`];
  return [`${hidden.length} series that the panel hides are left out.`];
}
