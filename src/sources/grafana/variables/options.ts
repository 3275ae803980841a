/** The values that a variable may have, as far as the dashboard itself says it: lists, filters, orders. Pure. */
import { AUTO } from '../normalize-v1.ts';
import { type Json, listOf, mapOf, regexOf, textOf } from '../present/json.ts';

/** A value to choose from. */
export interface VariableOption {
  readonly text: string;
  readonly value: string;
}

/** More than anybody picks from. */
export const OPTIONS_MAX = 10_000;
/** An expression of a dashboard's author is not run over more. */
const SUBJECT_MAX_CHARS = 1_000;

/** A list as authors write it: `a, b\, c, Text : value`, or JSON. */
export function customOptions(model: Json): readonly VariableOption[] {
  const query = textOf(model.query) ?? '';
  if (model.valuesFormat === 'json') return jsonOptions(query);
  if (query.trim() === '') return storedOptions(model);
  return [...query.matchAll(/(?:\\,|[^,])+/g)].map(([part]) => {
    const plain = part.replaceAll('\\,', ',').trim();
    const [, text, value] = /^\s*(.+?)\s:\s(.+)$/.exec(plain) ?? [];
    return text !== undefined && value !== undefined
      ? { text: text.trim(), value: value.trim() }
      : { text: plain, value: plain };
  });
}

function jsonOptions(query: string): readonly VariableOption[] {
  try {
    return listOf(JSON.parse(query)).flatMap((one) => optionOf(typeof one === 'object' ? mapOf(one) : { value: one }));
  } catch {
    return [];
  }
}

function storedOptions({ options }: Json): readonly VariableOption[] {
  return listOf(options)
    .flatMap((one) => optionOf(mapOf(one)))
    .filter(({ value }) => value !== '$__all' && !value.startsWith(AUTO));
}

function optionOf({ value, text }: Json): VariableOption[] {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return [];
  return [{ value: String(value), text: typeof text === 'string' && text !== '' ? text : String(value) }];
}

/** Lengths of an interval variable, without `auto`. */
export function intervalOptions({ query }: Json): readonly VariableOption[] {
  const parts = (textOf(query) ?? '').split(',').map((part) => part.trim().replace(/^(["'])(.*)\1$/, '$2'));
  return parts
    .filter((part) => part !== '' && !part.startsWith(AUTO) && part !== 'auto')
    .map((part) => ({ text: part, value: part }));
}

/**
 * What a variable makes of the names that its query found: filtered by its expression, whose groups `value` and `text`,
 * or whose first group, are taken; each value once; in its order.
 */
export function refineOptions(found: readonly VariableOption[], model: Json): readonly VariableOption[] {
  const filtered = filterOptions(found, textOf(model.regex), model.regexApplyTo === 'text');
  const unique = new Map<string, VariableOption>();
  for (const option of filtered) {
    if (unique.size >= OPTIONS_MAX) break;
    if (!unique.has(option.value)) unique.set(option.value, option);
  }
  return sortOptions([...unique.values()], typeof model.sort === 'number' ? model.sort : 0);
}

function filterOptions(
  options: readonly VariableOption[],
  pattern: string | undefined,
  isOnText: boolean,
): readonly VariableOption[] {
  if (pattern === undefined) return options;
  const regex = regexOf(pattern);
  if (!regex) return [];
  return options.flatMap((option) => {
    const subject = isOnText ? option.text : option.value;
    const match = regex.exec(subject.slice(0, SUBJECT_MAX_CHARS));
    if (!match) return [];
    const { value, text } = match.groups ?? {};
    if (value !== undefined || text !== undefined) return [{ value: value ?? text ?? '', text: text ?? value ?? '' }];
    const [, first] = match;
    return first === undefined ? [option] : [{ value: first, text: first }];
  });
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Grafana's numbers: 1, 2 by letters, 3, 4 by the first number, 5, 6 without case, 7, 8 naturally; even ones reverse. */
function sortOptions(options: VariableOption[], sort: number): readonly VariableOption[] {
  const kind = Math.ceil(sort / 2);
  const compare = [undefined, byLetters, byNumber, byLettersOnly, byNature][kind];
  if (!compare) return options;
  const sorted = options.sort(compare);
  return sort % 2 === 0 ? sorted.reverse() : sorted;
}

function byLetters(a: VariableOption, b: VariableOption): number {
  return a.text < b.text ? -1 : Number(a.text > b.text);
}

function byLettersOnly(a: VariableOption, b: VariableOption): number {
  return byLetters({ ...a, text: a.text.toLowerCase() }, { ...b, text: b.text.toLowerCase() });
}

function byNumber(a: VariableOption, b: VariableOption): number {
  const numberIn = ({ text }: VariableOption) => Number(/\d+/.exec(text)?.[0] ?? -1);
  return numberIn(a) - numberIn(b);
}

function byNature(a: VariableOption, b: VariableOption): number {
  return collator.compare(a.text, b.text);
}
