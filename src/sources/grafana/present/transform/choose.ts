/** Transformations that leave out, order and name: fields, frames, rows. Pure. */
import type { DataFrame, Field } from '../../data-frame.ts';
import { type Json, listOf, mapOf, matches, numberOf, regexOf, textOf, textsOf } from '../json.ts';
import { isMatch } from '../matchers.ts';
import { wholeNames } from '../names.ts';
import type { Value } from '../reduce.ts';
import { compareValues } from '../table.ts';
import { finder, nameIn, pickRows, renamed, rowsOf, type Transform, withFields } from './frame-tools.ts';

/** Leaves out, orders and names fields: `excludeByName`, `includeByName`, `indexByName`, `renameByName`. */
export const organize: Transform = (frames, options) => {
  const { excludeByName, includeByName, indexByName, renameByName } = options;
  const [exclude, include, index, rename] = [excludeByName, includeByName, indexByName, renameByName].map(mapOf) as [
    Json,
    Json,
    Json,
    Json,
  ];
  const names = wholeNames(frames);
  return frames.map((frame) => {
    const place = (field: Field) => numberOf(index[nameIn(names, field)]) ?? Number.MAX_SAFE_INTEGER;
    const wanted = frame.fields.filter((field) => {
      const name = nameIn(names, field);
      const isIncluded = Object.keys(include).length === 0 || include[name] === true;
      return isIncluded && exclude[name] !== true;
    });
    const fields = wanted
      .map((field, at) => ({ field, at }))
      .sort((a, b) => place(a.field) - place(b.field) || a.at - b.at)
      .map(({ field }) => {
        const name = Object.hasOwn(rename, nameIn(names, field)) ? textOf(rename[nameIn(names, field)]) : undefined;
        return name === undefined ? field : renamed(field, name);
      });
    return withFields(frame, fields);
  });
};

/** Replaces what an expression finds in names. */
export const renameByRegex: Transform = (frames, { regex, renamePattern }) => {
  const text = textOf(regex);
  const expression = text === undefined ? undefined : text.startsWith('/') ? regexOf(text) : looseRegex(text);
  if (!expression) return frames;
  const names = wholeNames(frames);
  const rename = (field: Field) => {
    const name = nameIn(names, field);
    const next = name.slice(0, 500).replace(expression, typeof renamePattern === 'string' ? renamePattern : '');
    return next === name || next === '' || field.type === 'time' ? field : renamed(field, next);
  };
  return frames.map((frame) => withFields(frame, frame.fields.map(rename)));
};

function looseRegex(text: string): RegExp | undefined {
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}

/** Keeps fields by name or expression. */
export const filterFieldsByName: Transform = (frames, { include, exclude }, interpolate) => {
  const names = wholeNames(frames);
  const has = (rule: unknown, name: string) => {
    const { names: listed, pattern, variable } = mapOf(rule);
    const texts = textOf(variable) === undefined ? textsOf(listed) : [interpolate(String(variable))];
    const isFound = textOf(pattern) !== undefined && matches(interpolate(String(pattern)), name);
    return texts.includes(name) || isFound;
  };
  const keep = (field: Field) => {
    const name = nameIn(names, field);
    return (include === undefined || has(include, name)) && !(exclude !== undefined && has(exclude, name));
  };
  return frames.map((frame) => withFields(frame, frame.fields.filter(keep))).filter(({ fields }) => fields.length > 0);
};

/** Keeps fields that a matcher means. */
export const filterFields: Transform = (frames, { include, exclude }) => {
  const names = wholeNames(frames);
  const is = (rule: unknown, frame: DataFrame, field: Field) => {
    const { id, options } = mapOf(rule);
    return isMatch({ id: textOf(id) ?? '', options }, { field, frame, name: nameIn(names, field) });
  };
  return frames.map((frame) =>
    withFields(
      frame,
      frame.fields.filter(
        (field) => (!include || is(include, frame, field)) && !(exclude !== undefined && is(exclude, frame, field)),
      ),
    ),
  );
};

/** Keeps the frames of some queries. */
export const filterByRefId: Transform = (frames, { include, exclude }) => {
  const is = (rule: unknown, refId: string) => textOf(rule) !== undefined && matches(String(rule), refId);
  return frames.filter(({ refId }) => (textOf(include) === undefined || is(include, refId)) && !is(exclude, refId));
};

/** Keeps rows whose values meet conditions. */
export const filterByValue: Transform = (frames, { filters, type, match }) => {
  const find = finder(frames);
  const rules = listOf(filters).map(mapOf);
  if (rules.length === 0) return frames;
  return frames.map((frame) => {
    const tests = rules.flatMap(({ fieldName, config }) => {
      const field = find(frame, textOf(fieldName) ?? '');
      const { id, options } = mapOf(config);
      return field ? [(row: number) => isTrue(textOf(id) ?? '', mapOf(options), field.values[row] ?? null)] : [];
    });
    if (tests.length === 0) return frame;
    const isMet = (row: number) =>
      match === 'all' ? tests.every((test) => test(row)) : tests.some((test) => test(row));
    return pickRows(
      frame,
      rowsOf(frame).filter((row) => isMet(row) === (type !== 'exclude')),
    );
  });
};

function isTrue(id: string, { value, from, to }: Json, cell: Value): boolean {
  const number = typeof cell === 'number' ? cell : Number.NaN;
  const limit = numberOf(value) ?? Number.NaN;
  switch (id) {
    case 'isNull':
      return cell === null;
    case 'isNotNull':
      return cell !== null;
    case 'greater':
      return number > limit;
    case 'greaterOrEqual':
      return number >= limit;
    case 'lower':
      return number < limit;
    case 'lowerOrEqual':
      return number <= limit;
    case 'equal':
      return isEqual(cell, value);
    case 'notEqual':
      return !isEqual(cell, value);
    case 'between':
    case 'range':
      return number > (numberOf(from) ?? Number.NaN) && number < (numberOf(to) ?? Number.NaN);
    case 'regex':
      return looseRegex(String(value ?? ''))?.test(String(cell ?? '').slice(0, 500)) ?? false;
    case 'substring':
      return String(cell ?? '')
        .toLowerCase()
        .includes(String(value ?? '').toLowerCase());
    case 'notSubstring':
      return !String(cell ?? '')
        .toLowerCase()
        .includes(String(value ?? '').toLowerCase());
    default:
      return true;
  }
}

function isEqual(cell: Value, value: unknown): boolean {
  return typeof cell === 'number' ? cell === numberOf(value) : String(cell ?? '') === String(value ?? '');
}

/** Orders rows by fields. */
export const sortBy: Transform = (frames, { sort }) => {
  const find = finder(frames);
  const rules = listOf(sort).map(mapOf);
  return frames.map((frame) => {
    const by = rules.flatMap(({ field, desc }) => {
      const found = find(frame, textOf(field) ?? '');
      return found ? [{ values: found.values, sign: desc === true ? -1 : 1 }] : [];
    });
    const compare = (a: number, b: number) => {
      for (const { values, sign } of by) {
        const order = sign * compareValues(values[a] ?? null, values[b] ?? null);
        if (order !== 0) return order;
      }
      return a - b;
    };
    return by.length === 0 ? frame : pickRows(frame, rowsOf(frame).sort(compare));
  });
};

/** Keeps the first rows, or the last ones for a negative number. */
export const limit: Transform = (frames, { limitField }, interpolate) => {
  const count = numberOf(typeof limitField === 'string' ? interpolate(limitField) : limitField) ?? 10;
  return frames.map((frame) => pickRows(frame, count < 0 ? rowsOf(frame).slice(count) : rowsOf(frame).slice(0, count)));
};

/** Reads texts as numbers or times, and the reverse. */
export const convertFieldType: Transform = (frames, { conversions }) => {
  const find = finder(frames);
  const rules = listOf(conversions).map(mapOf);
  return frames.map((frame) => {
    const wanted = new Map<Field, string>();
    for (const { targetField, destinationType } of rules) {
      const field = find(frame, textOf(targetField) ?? '');
      if (field) wanted.set(field, textOf(destinationType) ?? '');
    }
    return withFields(
      frame,
      frame.fields.map((field) => converted(field, wanted.get(field))),
    );
  });
};

function converted(field: Field, type: string | undefined): Field {
  switch (type) {
    case 'number':
      return {
        ...field,
        type,
        values: field.values.map((value) => numberOf(typeof value === 'boolean' ? Number(value) : value) ?? null),
      };
    case 'string':
      return { ...field, type, values: field.values.map((value) => (value === null ? null : String(value))) };
    case 'boolean':
      return {
        ...field,
        type,
        values: field.values.map((value) =>
          value === null ? null : value === true || value === 'true' || (typeof value === 'number' && value !== 0),
        ),
      };
    case 'time':
      return { ...field, type, values: field.values.map(momentOf) };
    default:
      return field;
  }
}

function momentOf(value: Value): number | null {
  const number = numberOf(value);
  if (number !== undefined) return number;
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
