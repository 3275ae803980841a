/** Reads values that should have a type and may not: senders differ between versions, copies and templates. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';

/** An object of JSON. */
export type Loose = Readonly<Record<string, unknown>>;

/** More members than this of one label set are no labels. */
const LABELS_MAX = 200;
const TEXT_MAX_CHARS = 20_000;
const LABEL_MAX_CHARS = 4_000;

/** An object, or an empty one for anything else. */
export function looseObject(value: unknown): Loose {
  return isLooseObject(value) ? value : {};
}

/** Whether a value is an object that is no list. */
export function isLooseObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; one alone is a list of one; anything else is none. */
export function looseObjects(value: unknown): readonly Loose[] {
  return [value].flat().filter(isLooseObject);
}

/**
 * The body as an object.
 *
 * @param what - what it should be, for the sentence: `an Alertmanager notification`
 * @throws BotError `ALERT_UNREADABLE`
 */
export function bodyObject(content: unknown, what: string): Loose {
  if (isLooseObject(content)) return content;
  throw new BotError('ALERT_UNREADABLE', `The body should be ${what}, a JSON object.`);
}

/** A text, number or truth value as text; blank ones, objects and null are absent. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
  if (typeof text !== 'string') return undefined;
  const clean = text
    .slice(0, TEXT_MAX_CHARS)
    .replace(/\u0000/g, '')
    .trim();
  return clean === '' ? undefined : clean;
}

/** The first of several that is a text. */
export function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = textOf(value);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The first of several texts that is a line of plain text when its breaks and control characters are gone: for titles. */
export function firstLine(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const line = oneLine(textOf(value) ?? '');
    if (line !== '') return line;
  }
  return undefined;
}

/** A number, also one written as text; what is none is absent. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Members with their values as texts; an empty text stays, since it was sent. Members that are no text are their JSON. */
export function labelsOf(value: unknown): Labels {
  const entries = Object.entries(looseObject(value))
    .slice(0, LABELS_MAX)
    .flatMap(([name, one]): [string, string][] => (one === null || one === undefined ? [] : [[name, labelText(one)]]));
  // made by entries, so that a label called __proto__ is one
  return Object.fromEntries(entries);
}

function labelText(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.slice(0, LABEL_MAX_CHARS);
}

/** One line of plain text: the first that says something. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
