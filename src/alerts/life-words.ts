/** What is said of a group's life: how often it was told, who has it, whether it flaps, since when nothing was heard. Pure. */
import type { Line, Span } from '../domain/message.ts';
import { times } from '../lib/ordinal.ts';
import { clockTime, isoDay, zoneWords } from '../render/clock-words.ts';
import type { GroupFacts, Member, Saying } from './group-facts.ts';
import { memberNameIn, shortened } from './member-words.ts';
import type { AlertTemplate } from './words-template.ts';

/** What times are told by. */
export interface Moment {
  readonly zone: string;
  /** ms since the Unix epoch. */
  readonly nowMs: number;
}

/** Words of people that are shown, the newest. */
const SAYINGS_MAX = 4;
/** Silent members that are named; the rest is counted. */
const SILENT_MAX = 3;

/** `10:44 CET`, on another day `2026-11-24 10:44 CET`. */
export function momentWords(ms: number, { zone, nowMs }: Moment): string {
  const day = isoDay(ms, zone) === isoDay(nowMs, zone) ? '' : `${isoDay(ms, zone)} `;
  return `${day}${clockTime(ms, zone)} ${zoneWords(ms, zone)}`;
}

/** The same without its zone, for a second moment on a line. */
function briefly(ms: number, { zone, nowMs }: Moment): string {
  return `${isoDay(ms, zone) === isoDay(nowMs, zone) ? '' : `${isoDay(ms, zone)} `}${clockTime(ms, zone)}`;
}

/** ` · told 14 times, last 10:42`; nothing for what was told once. */
export function toldWords(members: readonly Member[], moment: Moment): string {
  const told = Math.max(0, ...members.map((member) => member.told));
  if (told < 2) return '';
  const lastMs = Math.max(...members.map(({ heardMs }) => heardMs));
  return ` · told ${times(told)}, last ${briefly(lastMs, moment)}`;
}

/** Who has it, what keeps it quiet, what was said about it; each once, the newest first. */
export function sayingLines({ sayings, firing }: GroupFacts, moment: Moment, max: number = SAYINGS_MAX): Line[] {
  const distinct = sayings.filter(
    (one, index) => sayings.findIndex((other) => sameWords(one) === sameWords(other)) === index,
  );
  // what was taken back is not said any more
  const isOver = ({ transition, receivedMs }: Saying) =>
    distinct.some((other) => other.receivedMs > receivedMs && TAKEN_BACK[other.transition] === transition);
  const lines = distinct
    .filter((one) => !isOver(one))
    .slice(0, max)
    .map((one) => sayingLine(one, moment));
  const holder = firing.find(({ flags }) => flags.acknowledged);
  if (!holder || sayings.some(({ transition }) => transition === 'acknowledged')) return lines;
  const { actor, note } = holder.alert;
  return [['acknowledged', ...byWords(actor?.name), ...noteWords(note)], ...lines];
}

const TAKEN_BACK: Readonly<Record<string, Saying['transition']>> = {
  unacknowledged: 'acknowledged',
  unsuppressed: 'suppressed',
};

function sameWords({ transition, actor, note }: Saying): string {
  return JSON.stringify([transition, actor, note]);
}

const DONE: Readonly<Record<string, string>> = {
  acknowledged: 'acknowledged',
  unacknowledged: 'acknowledgement taken back',
  suppressed: 'silenced',
  unsuppressed: 'no longer silenced',
  escalated: 'escalated',
  comment: 'comment',
};

/** `acknowledged by Ana at 10:50: looking` */
function sayingLine({ transition, actor, note, receivedMs }: Saying, moment: Moment): Line {
  return [DONE[transition] ?? transition, ...byWords(actor), ` at ${briefly(receivedMs, moment)}`, ...noteWords(note)];
}

function byWords(actor: string | undefined): Span[] {
  return actor === undefined ? [] : [' by ', { name: shortened(actor) }];
}

function noteWords(note: string | undefined): Span[] {
  return note === undefined || note === '' ? [] : [': ', { name: shortened(note) }];
}

/** `flapping: changed 9 times since 14:02 CET` */
export function flappingLine({ flapping }: GroupFacts, moment: Moment): Line[] {
  if (!flapping) return [];
  const since = momentWords(flapping.sinceMs, moment);
  if (flapping.changes === undefined) return [[`flapping since ${since}, says its sender`]];
  return [[`flapping: changed ${flapping.changes} times since ${since}`]];
}

/** `no news of web05 since 10:42 CET`, where others still fire. */
export function silentLine({ silent, members }: GroupFacts, moment: Moment, template: AlertTemplate = {}): Line[] {
  const [first] = silent;
  if (first?.silentSinceMs === undefined) return [];
  const all = members.map(({ alert }) => alert);
  const names = silent
    .slice(0, SILENT_MAX)
    .flatMap(({ alert }, index): Span[] => [index > 0 ? ', ' : '', { name: memberNameIn(alert, all, template) }]);
  const more = silent.length > SILENT_MAX ? ` and ${silent.length - SILENT_MAX} more` : '';
  const sinceMs = Math.max(...silent.map(({ heardMs }) => heardMs));
  return [['no news of ', ...names.filter((span) => span !== ''), `${more} since ${momentWords(sinceMs, moment)}`]];
}
