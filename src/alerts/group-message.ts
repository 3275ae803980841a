/** What a room reads of a group of alerts: one message, edited as the group changes. Pure. */
import type { Alert, AlertLink } from '../domain/alert.ts';
import { SEVERITY_SIGNS, worstSeverity } from '../domain/alert-severity.ts';
import { type Line, type Message, plainText, type Span } from '../domain/message.ts';
import { fromToWords, spanWords } from '../render/clock-words.ts';
import type { GroupFacts, Member } from './group-facts.ts';
import { flappingLine, type Moment, momentWords, sayingLines, silentLine, toldWords } from './life-words.ts';
import {
  headOf,
  isSaidBy,
  memberNameIn,
  membersLine,
  membersLines,
  namesOf,
  saidOf,
  shortened,
} from './member-words.ts';
import { linksOfGroup } from './silence-link.ts';
import { peakWords } from './told-numbers.ts';
import type { AlertTemplate } from './words-template.ts';

/** What the words depend on beside the group. */
export interface GroupWords extends Moment {
  /** Who is called. */
  readonly mentions?: readonly string[];
  /** A maintenance window holds for all that fires, until then; infinite where that cannot be seen. */
  readonly expected?: { readonly untilMs: number };
  /** Words of the config; left out: the usual ones. */
  readonly template?: AlertTemplate;
}

const LINKS_MAX = 5;
/** Words of people that stay when it is over. */
const SAYINGS_KEPT = 2;

const LINK_TITLES: Readonly<Record<AlertLink['rel'], string>> = {
  runbook: 'Runbook',
  dashboard: 'Dashboard',
  panel: 'Panel',
  query: 'Query',
  silence: 'Silence',
  source: 'Source',
  incident: 'Incident',
  ticket: 'Ticket',
  logs: 'Logs',
};
/** The way on first: what to do, then what is seen, then where it comes from. */
const LINK_ORDER: readonly AlertLink['rel'][] = [
  ...(['runbook', 'dashboard', 'panel', 'logs', 'incident', 'ticket', 'query', 'silence', 'source'] as const),
];

/** The message of a group: firing while any of it fires, else silent, flapping or resolved. The first line makes sense alone. */
export function groupMessage(facts: GroupFacts, words: GroupWords): Message {
  const lines = facts.firing.length > 0 ? firingLines(facts, words) : quietLines(facts, words);
  return { blocks: [{ kind: 'text', lines: [...lines, ...mentionLine(words.mentions)] }] };
}

/** The line that calls people; none for nobody. */
export function mentionLine(mentions: readonly string[] = []): Line[] {
  const spans = mentions.flatMap((mention, index): Span[] => [...(index > 0 ? [' '] : []), { mention }]);
  return spans.length > 0 ? [spans] : [];
}

/** `🔴 **CRITICAL** **HighErrorRate** · checkout`, of what fires. */
export function headline(firing: readonly Member[], template?: AlertTemplate): Line {
  const alerts = alertsOf(firing);
  const severity = worstSeverity(alerts);
  const state = stateOf(firing, severity === 'unknown' ? 'ALERT' : severity.toUpperCase());
  return [`${SEVERITY_SIGNS[severity]} `, { bold: state }, ' ', ...headOf(alerts, template)];
}

/** Who has it, or what keeps it quiet, says more than how bad it is. */
function stateOf(firing: readonly Member[], severity: string): string {
  if (firing.every(({ flags }) => flags.acknowledged)) return 'ACKNOWLEDGED';
  return firing.every(({ flags }) => flags.suppressed) ? 'SILENCED' : severity;
}

function alertsOf(members: readonly Member[]): readonly Alert[] {
  return members.map(({ alert }) => alert);
}

function firingLines(facts: GroupFacts, words: GroupWords): Line[] {
  const { firing, members } = facts;
  const alerts = alertsOf(firing);
  const sinceMs = startOf(alerts);
  const span = spanWords(Math.max(0, words.nowMs - sinceMs));
  const head = headline(firing, words.template);
  return [
    [...head, ...countOf(alerts, members.length)],
    ...saidBeneath(head, alerts, words),
    ...membersLines(alerts, words.template),
    [`since ${momentWords(sinceMs, words)} (${span})${toldWords(firing, words)}`, ...linksOf(alerts)],
    ...expectedLine(words),
    ...flappingLine(facts, words),
    ...silentLine(facts, words, words.template),
    ...sayingLines(facts, words),
  ];
}

/** Why it calls nobody, for whoever sees it all the same. */
function expectedLine({ expected, ...moment }: GroupWords): Line[] {
  if (!expected) return [];
  const until = Number.isFinite(expected.untilMs) ? ` until ${momentWords(expected.untilMs, moment)}` : '';
  return [[`maintenance${until}: it is expected, and calls nobody`]];
}

/** What the senders say, without what the head says already; words of the config as they are. */
function saidBeneath(head: Line, alerts: readonly Alert[], { template }: GroupWords): Line[] {
  const lines = saidOf(alerts, template);
  if (template?.text !== undefined) return lines;
  const said = plainText(head);
  return lines.filter((line) => !isSaidBy(plainText(line), said));
}

/** Nothing of it fires, as far as anybody knows. */
function quietLines(facts: GroupFacts, words: GroupWords): Line[] {
  if (facts.silent.length > 0) return silentLines(facts, words);
  return facts.flapping?.changes === undefined ? resolvedLines(facts, words) : restlessLines(facts, words);
}

function silentLines(facts: GroupFacts, words: GroupWords): Line[] {
  const alerts = alertsOf(facts.silent);
  const heardMs = Math.max(...facts.silent.map((member) => member.heardMs));
  const span = spanWords(Math.max(0, words.nowMs - heardMs));
  return [
    [
      '⚪ ',
      { bold: 'NO NEWS' },
      ` since ${momentWords(heardMs, words)} (${span}) of `,
      ...headOf(alerts, words.template),
    ],
    ...saidOf(alerts, words.template).slice(0, 1),
    ...membersLines(alerts, words.template),
    [`fired since ${momentWords(startOf(alerts), words)}; since then neither a repeat nor an end`, ...linksOf(alerts)],
    ...sayingLines(facts, words, SAYINGS_KEPT),
  ];
}

/** Not firing, and not to be believed yet. */
function restlessLines(facts: GroupFacts, words: GroupWords): Line[] {
  const alerts = alertsOf(facts.members);
  return [
    ['🟠 ', { bold: 'FLAPPING' }, ' ', ...headOf(alerts, words.template), ' · not firing at the moment'],
    ...saidOf(alerts, words.template).slice(0, 1),
    ...flappingLine(facts, words),
    ...sayingLines(facts, words, SAYINGS_KEPT),
  ];
}

function resolvedLines(facts: GroupFacts, words: GroupWords): Line[] {
  const alerts = alertsOf(facts.members);
  const startMs = startOf(alerts);
  const endMs = Math.max(...alerts.map(({ endsAt, receivedAt }) => +(endsAt ?? receivedAt)));
  const lasted = `lasted ${spanWords(Math.max(0, endMs - startMs))} (${fromToWords(startMs, Math.max(startMs, endMs), words)})`;
  const notes = [...new Set(alerts.flatMap(({ note }) => note ?? []))].join('; ');
  const isUnknown = alerts.some(({ status }) => status === 'unknown');
  return [
    [
      ...[
        isUnknown ? '⚪ ' : '🟢 ',
        { bold: isUnknown ? 'UNKNOWN' : 'RESOLVED' },
        ' ',
        ...headOf(alerts, words.template),
      ],
      ...countOfAll(alerts),
      ...[` · ${lasted}`, ...peakWords(facts.members, (one) => memberNameIn(one, alerts, words.template))],
    ],
    ...[...saidOf(alerts, words.template), ...membersLine(alerts, words.template)].slice(0, 1),
    ...(notes === '' ? [] : [[{ name: shortened(notes) }] as Line]),
    ...sayingLines(facts, words, SAYINGS_KEPT),
  ];
}

function startOf(alerts: readonly Alert[]): number {
  return Math.min(...alerts.map(({ startsAt }) => +startsAt));
}

/** How many fire; where the head names each of them, only that others do not. */
function countOf(firing: readonly Alert[], all: number): Span[] {
  const count = firing.length;
  if (count < all) return [` · ${count} of ${all} firing`];
  return count === 1 || namesOf(firing).length === count ? [] : [` · ${count} firing`];
}

/** How many it was; nothing where the head names each of them. */
function countOfAll(alerts: readonly Alert[]): Span[] {
  return namesOf(alerts).length === alerts.length ? [] : [` · all ${alerts.length}`];
}

function linksOf(alerts: readonly Alert[]): Span[] {
  const links = linksOfGroup(alerts);
  const chosen = LINK_ORDER.flatMap((rel) => links.find((link) => link.rel === rel) ?? []).slice(0, LINKS_MAX);
  return chosen.flatMap(({ rel, href, title }): Span[] => [
    ' · ',
    { link: { title: rel === 'source' ? (title ?? 'Source') : LINK_TITLES[rel], url: href } },
  ]);
}
