/** How a group and its members are called, and what is said of each. Pure. */
import type { Alert } from '../domain/alert.ts';
import { alertName, worstSeverity } from '../domain/alert-severity.ts';
import type { Labels } from '../domain/labels.ts';
import type { Line, Span } from '../domain/message.ts';
import { numbersLine, valueWords, worstFirst } from './told-numbers.ts';
import { type AlertTemplate, filledLines } from './words-template.ts';

/** Members that are named; the rest is counted. */
const MEMBERS_MAX = 5;
const TITLE_MAX_CHARS = 200;
/** A service or a host behind the title. */
const NAME_IN_HEAD_MAX_CHARS = 80;
/** Names that stand for a group of several; the rest is counted. */
const NAMES_MAX = 3;
const NAME_MAX_CHARS = 50;
const TEXT_MAX_CHARS = 300;
/** What is said of one member among others. */
const MEMBER_TEXT_MAX_CHARS = 120;
/** A name that may follow `alerts` as it is. */
const ASKABLE = /^[\p{L}\p{N}._-]{1,60}$/u;

/** The name of the alert and the service; a single alert of no name has its title. */
export function headOf(alerts: readonly Alert[], { title }: AlertTemplate = {}): Span[] {
  const own = title && filledLines(title, alerts).join(' ');
  if (own) return [{ name: own.slice(0, TITLE_MAX_CHARS), bold: true }];
  const name = nameOf(alerts);
  const service = common(alerts, ({ attributes }) => attributes['service.name']);
  const host = common(alerts, ({ attributes }) => attributes['host.name']);
  const head = name ?? common(alerts, ({ title }) => title) ?? listOf(namesOf(alerts));
  const where = [service, service === host ? undefined : host].filter((one) => one !== undefined && one !== head);
  return [
    { name: shortened(head, TITLE_MAX_CHARS), bold: true },
    ...where.flatMap((one): Span[] => [' · ', { name: shortened(one ?? '', NAME_IN_HEAD_MAX_CHARS) }]),
  ];
}

/** What alerts are called, each name once, those of the worst first. */
export function namesOf(alerts: readonly Alert[]): readonly string[] {
  return [...new Set(worstFirst(alerts).map(alertName))];
}

/** `HostDown, DiskFull and 3 more`. */
function listOf(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  const shown = names.slice(0, NAMES_MAX).map((name) => name.slice(0, NAME_MAX_CHARS));
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function nameOf(alerts: readonly Alert[]): string | undefined {
  return common(alerts, ({ labels }) => labels.alertname ?? labels.check);
}

function common(alerts: readonly Alert[], read: (alert: Alert) => string | undefined): string | undefined {
  const [first] = alerts;
  const value = first && read(first);
  return value !== undefined && alerts.every((alert) => read(alert) === value) ? value : undefined;
}

/** What the senders say of all of them; while they fire, where they say it differently by severity, what they say of the worst. */
export function saidOf(alerts: readonly Alert[], { text }: AlertTemplate = {}): Line[] {
  const own = text ? filledLines(text, alerts) : [];
  if (own.length > 0) return own.map((line) => [{ name: shortened(line) }]);
  const lines = saidOfAll(alerts);
  if (alerts.every(({ status }) => status !== 'firing')) return lines;
  const severity = worstSeverity(alerts);
  const worst = alerts.filter((alert) => alert.severity === severity);
  return lines.length > 0 || worst.length === alerts.length ? lines : saidOfAll(worst);
}

/** The title where it is no name, and the description. */
function saidOfAll(alerts: readonly Alert[]): Line[] {
  const title = common(alerts, ({ title: one }) => one);
  const name = nameOf(alerts);
  const description = common(alerts, ({ description: one }) => one);
  const texts = [title === name ? undefined : title, description === title ? undefined : description];
  return texts.flatMap((text): Line[] =>
    text === undefined || (name === undefined && text === title) ? [] : [[{ name: shortened(text) }]],
  );
}

/** Words between names, which say nothing by themselves. */
const JOINING = new Set(['on', 'is', 'of', 'at', 'the', 'for']);

/** Whether every word of a text is in another, in whichever order: `Disk /var on db1 is CRITICAL` in `CRITICAL Disk /var · db1`. */
export function isSaidBy(text: string, other: string): boolean {
  const words = new Set(wordsOf(other));
  return wordsOf(text).every((word) => words.has(word) || JOINING.has(word));
}

function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[\s:;,·()[\]"']+/u)
    .flatMap((word) => word.replace(/[.!?]+$/, '') || []);
}

/** Text from outside on one line, cut. */
export function shortened(text: string, maxChars: number = TEXT_MAX_CHARS): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line;
}

/**
 * The members of a post: in one line, or in a line each where nothing is said of all of them and the senders say of each something else
 * that no value does. Of many that differ by their names alone the names say as much.
 */
export function membersLines(alerts: readonly Alert[], template: AlertTemplate = {}): Line[] {
  const differing = differingLabels(alerts.map(({ labels }) => labels));
  const members = worstFirst(alerts)
    .slice(0, MEMBERS_MAX)
    .map((alert) => {
      const name = memberName(alert, differing, template);
      const value = valueWords(alert);
      const own = value === '' ? ownWords(alert) : '';
      return { name, value, own: own === name ? '' : own };
    });
  const isAlike = new Set(members.map(({ name, own }) => own.replaceAll(name, ''))).size === 1;
  const isSaid = alerts.length === 1 || saidOf(alerts, template).length > 0;
  if (isSaid || members.every(({ own }) => own === '') || (isAlike && alerts.length > MEMBERS_MAX))
    return membersLine(alerts, template);
  const lines = members.map(({ name, value, own }): Line => {
    if (own === '') return ['• ', { name }, ...(value === '' ? [] : [` ${value}`])];
    return isSaidBy(name, own) ? ['• ', { name: own }] : ['• ', { name }, ': ', { name: own }];
  });
  const more = moreOf(alerts, '');
  return [...lines, ...(more.length > 0 ? [more] : [])];
}

/** What the sender says of one alone: its title, or where that is its name its description. */
function ownWords(alert: Alert): string {
  const text = alert.title === alertName(alert) ? alert.description : alert.title;
  return shortened(text ?? '', MEMBER_TEXT_MAX_CHARS);
}

/** `web02 12.4 % (limit 5 %), web05 8.1 %`, the worst first; of one alone, which the head names, only its numbers. */
export function membersLine(alerts: readonly Alert[], template: AlertTemplate = {}): Line[] {
  const [first] = alerts;
  if (alerts.length === 1 && first && template.member === undefined) return numbersLine(first);
  if (alerts.length === 1 && valueWords(first) === '') return [];
  const differing = differingLabels(alerts.map(({ labels }) => labels));
  const shown = worstFirst(alerts)
    .slice(0, MEMBERS_MAX)
    .flatMap((alert, index): Span[] => {
      const value = valueWords(alert);
      return [index > 0 ? ', ' : '', { name: memberName(alert, differing, template) }, value === '' ? '' : ` ${value}`];
    });
  return [[...shown.filter((span) => span !== ''), ...moreOf(alerts)]];
}

/** The rest is counted, with the question that lists them; what is over is listed for a window only. */
function moreOf(alerts: readonly Alert[], separator = ', '): Span[] {
  const more = alerts.length - MEMBERS_MAX;
  if (more <= 0) return [];
  const name = nameOf(alerts) ?? '';
  const window = alerts.every(({ status }) => status !== 'firing') ? ' 24h' : '';
  return [`${separator}… ${more} more: `, { code: `${ASKABLE.test(name) ? `alerts ${name}` : 'alerts'}${window}` }];
}

/** The name of one member among others. */
export function memberNameIn(alert: Alert, all: readonly Alert[], template: AlertTemplate = {}): string {
  return memberName(alert, differingLabels(all.map(({ labels }) => labels)), template);
}

function memberName(alert: Alert, differing: readonly string[], { member }: AlertTemplate): string {
  const own = member && filledLines(member, [alert]).join(' ');
  if (own) return own.slice(0, TITLE_MAX_CHARS);
  const { attributes, labels, title } = alert;
  const named = differing.map((name) => labels[name]).filter((value) => value !== undefined && value !== '');
  const host = attributes['host.name'];
  if (host !== undefined && differing.some((name) => labels[name]?.startsWith(host))) {
    const rest = named.filter((value) => !value?.startsWith(host));
    return [host, ...rest.slice(0, 1)].join(' ');
  }
  return named.slice(0, 2).join(' ') || host || title.slice(0, TITLE_MAX_CHARS);
}

/** Names of labels in which members differ; those that only some have count where the others do not tell members apart. */
function differingLabels(all: readonly Labels[]): readonly string[] {
  const names = [...new Set(all.flatMap(Object.keys))];
  const differing = names.filter((name) => new Set(all.map((labels) => labels[name])).size > 1);
  const shared = differing.filter((name) => all.every((labels) => labels[name] !== undefined));
  const told = new Set(all.map((labels) => JSON.stringify(shared.map((name) => labels[name]))));
  return told.size === all.length ? shared : differing;
}
