/** The numbers of alerts: which are told, in which words, whose are the worst. Pure. */
import type { Alert, AlertValue } from '../domain/alert.ts';
import { SEVERITIES } from '../domain/alert-severity.ts';
import { formatValue } from '../domain/format-number.ts';
import type { Line, Span } from '../domain/message.ts';
import { makeUnit } from '../domain/unit.ts';
import { byName } from '../lib/name-lists.ts';
import type { Member } from './group-facts.ts';

const NAME_MAX_CHARS = 50;
/** Numbers of one alert alone that are told; the rest is counted. */
const NUMBERS_MAX = 3;
/** Names of values that say nothing: `value`, Grafana's `A` and `B0`. */
const NAMELESS = /^(?:values?|[a-z]\d*)$/i;

interface Numbered extends AlertValue {
  readonly value: number;
}

function isNumbered(one: AlertValue): one is Numbered {
  return one.value !== null;
}

/** The first number that the sender gave, with its unit and the limit; one without either has its name. Empty for none. */
export function valueWords(alert: Alert | undefined): string {
  const value = alert?.values.find(isNumbered);
  if (!value) return '';
  const isTelling = value.unit !== undefined || limitOf(value) !== undefined;
  return isTelling || NAMELESS.test(value.name) ? amountWords(value) : namedWords(value);
}

/** `rta 3 s (limit 5 s), pl 100 % (limit 80 %)`: the numbers of one alone; no line for none. */
export function numbersLine({ values }: Alert): Line[] {
  const [first, ...rest] = values.filter(isNumbered);
  if (!first) return [];
  const told = [first, ...rest.filter(({ name }) => !NAMELESS.test(name))];
  const more = told.length - NUMBERS_MAX;
  const words = told.slice(0, NUMBERS_MAX).map(namedWords).join(', ');
  return [[{ name: words }, ...(more > 0 ? [`, … ${more} more`] : [])]];
}

function namedWords(value: Numbered): string {
  const { name, unit } = value;
  if (!NAMELESS.test(name)) return `${name.slice(0, NAME_MAX_CHARS)} ${amountWords(value)}`;
  return unit === undefined && limitOf(value) === undefined ? `value ${amountWords(value)}` : amountWords(value);
}

function amountWords(value: Numbered): string {
  const limit = limitOf(value);
  const words = numberWords(value.value, value.unit);
  if (limit === undefined) return words;
  return `${words} (limit ${Number.isNaN(Number(limit)) ? limit : numberWords(Number(limit), value.unit)})`;
}

function limitOf({ warn, crit }: AlertValue): string | undefined {
  return [crit, warn].find((limit) => limit !== undefined && limit.trim() !== '');
}

/** A number of an alert, which is in the unit that its sender names: 250 `ms` as `250 ms`. */
export function numberWords(value: number, unitId = 'none'): string {
  const unit = makeUnit(unitId);
  return formatValue(value * unit.factor, unit);
}

/** The worst first: by severity, of one severity by their numbers where these are of one kind, else by name, `web2` before `web10`. */
export function worstFirst(alerts: readonly Alert[]): readonly Alert[] {
  const ranked = alerts.map((alert) => ({
    alert,
    severity: SEVERITIES.indexOf(alert.severity),
    value: alert.values.find(isNumbered),
    name: [alert.attributes['host.name'] ?? '', ...Object.values(alert.labels), alert.title].join(' '),
  }));
  const kinds = new Set(ranked.map(({ value }) => value && `${value.unit} ${value.name}`));
  const isOneKind = kinds.size === 1 && !kinds.has(undefined);
  const sign = isOneKind && ranked.every(({ value }) => value && isLow(value)) ? 1 : -1;
  const byValue = (a: Numbered | undefined, b: Numbered | undefined) =>
    isOneKind ? sign * ((a?.value ?? 0) - (b?.value ?? 0)) : 0;
  return ranked
    .toSorted((a, b) => a.severity - b.severity || byValue(a.value, b.value) || byName(a.name, b.name))
    .map(({ alert }) => alert);
}

/** Whether the lowest is the worst. */
function isLow(value: Numbered): boolean {
  const limit = limitOf(value) ?? '';
  return limit.startsWith('below ') || value.value < Number(limit || Number.NaN);
}

/** ` · peak 12.4 % at web02`, of one alone ` · fired at 8.1 %, peak 12.4 %`; nothing where there are no numbers. */
export function peakWords(members: readonly Member[], nameOf: (alert: Alert) => string): Span[] {
  const known = members.filter(({ peak }) => peak !== undefined);
  const [first] = known;
  if (first?.peak === undefined) return [];
  const isBelow = first.first !== undefined && first.peak < first.first;
  const worst = known.reduce((a, b) => ((b.peak ?? 0) < (a.peak ?? 0) === isBelow ? b : a));
  const numbers = worst.alert.values.filter(isNumbered);
  const say = (value: number) => numberWords(value, numbers[0]?.unit);
  const peak = say(worst.peak ?? 0);
  if (members.length > 1) return [` · peak ${peak} at `, { name: nameOf(worst.alert) }];
  const begun = worst.first === undefined ? peak : say(worst.first);
  // of several numbers the first is followed
  const what = numbers.length > 1 && !NAMELESS.test(numbers[0]?.name ?? '') ? numbers[0]?.name : undefined;
  return [
    ' · fired at ',
    ...(what === undefined ? [] : [{ name: what.slice(0, NAME_MAX_CHARS) }, ' ']),
    begun === peak ? begun : `${begun}, peak ${peak}`,
  ];
}
