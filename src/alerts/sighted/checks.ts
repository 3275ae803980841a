/** Posts about checks: what Nagios, Naemon, Icinga and Checkmk, and the scripts around them, write. */
import type { Sighting } from '../../domain/sighting.ts';
import { CHECK_STATES, CHECK_TYPES, checkAlert } from '../reading/check-notification.ts';
import { linkOf } from '../reading/links.ts';
import type { SightingReader } from './reader.ts';
import { fieldOf, linesOf, plainLine, wholeText } from './texts.ts';

/** What a post says of a check. */
interface Check {
  readonly type: string;
  readonly host: string;
  readonly service?: string | undefined;
  readonly state: string;
  readonly output?: string | undefined;
}

const TYPES = CHECK_TYPES.join('|');
const STATES = CHECK_STATES.join('|');
const LAST_STATE = new RegExp(`\\b(${STATES})\\W*$`, 'i');
const TYPE = new RegExp(`\\b(${TYPES})\\b`, 'i');
const NAME = '[^\\s|*][^|*]{0,250}?';

/** Lines in which a notification is told, as the programs' own commands and well-known scripts write them. */
const FORMS: readonly RegExp[] = [
  // ** PROBLEM Service Alert: web01/HTTP is CRITICAL **
  new RegExp(
    `^\\W{0,4}(?<type>${TYPES}) Service Alert: (?<host>[^/]{1,250})/(?<service>${NAME}) is (?<state>${STATES})\\b`,
    'i',
  ),
  new RegExp(`^\\W{0,4}(?<type>${TYPES}) Host Alert: (?<host>${NAME}) is (?<state>${STATES})\\b`, 'i'),
  // [PROBLEM] http on web01 is CRITICAL!
  new RegExp(`^\\W{0,4}(?<type>${TYPES})\\]? Host (?<host>${NAME}) is (?<state>${STATES})\\b`, 'i'),
  new RegExp(
    `^\\W{0,4}(?<type>${TYPES})\\]? (?<service>${NAME}) on (?<host>\\S{1,250}) is (?<state>${STATES})\\b`,
    'i',
  ),
  // PROBLEM web01.HTTP is CRITICAL …, PROBLEM web01/HTTP is CRITICAL: …
  new RegExp(
    `^\\W{0,4}(?<type>${TYPES}):? (?<host>[^\\s/]{1,250})/(?<service>${NAME}) is (?<state>${STATES})\\b(?<output>.*)$`,
    'i',
  ),
  new RegExp(`^\\W{0,4}(?<type>${TYPES}):? (?<host>\\S{1,250}) is (?<state>${STATES})\\b(?<output>.*)$`, 'i'),
  // :exclamation: PROBLEM web01: DOWN | …, PROBLEM HTTP on web01: CRITICAL | …
  new RegExp(
    `^(?::\\w{1,40}:)?\\W{0,4}(?<type>${TYPES}) (?:(?<service>${NAME}) on )?(?<host>\\S{1,250}): (?<state>${STATES})\\b(?<output>.*)$`,
    'i',
  ),
];

/** Reads them. */
export const sightedChecks: SightingReader = {
  title: 'Nagios, Icinga, Checkmk',
  read(sighting, delivery) {
    const check = inLines(sighting) ?? inFields(sighting) ?? inCards(sighting);
    if (!check) return undefined;
    const { type, host, service, state, output } = check;
    const alert = checkAlert(delivery, {
      source: sourceOf(sighting),
      host,
      service,
      type,
      state: LONG[state] ?? state,
      output: cleaned(output),
      changedAt: delivery.receivedAt.toISOString(),
      links: linkOf('source', sighting.attachments.find(({ url }) => url !== undefined)?.url),
    });
    return { alerts: [alert], changes: [] };
  },
};

const LONG: Readonly<Record<string, string>> = { WARN: 'WARNING', CRIT: 'CRITICAL' };

function sourceOf({ by, attachments }: Sighting): string {
  const marks = [by, ...attachments.flatMap(({ footer, fallback }) => [footer, fallback])].join(' ');
  if (/icinga/i.test(marks)) return 'icinga2';
  return /check_?mk/i.test(marks) ? 'checkmk' : 'nagios';
}

function inLines(sighting: Sighting): Check | undefined {
  for (const line of linesOf(wholeText(sighting)).slice(0, 50)) {
    for (const form of FORMS) {
      const { type, host, service, state, output } = form.exec(plainLine(line))?.groups ?? {};
      if (type === undefined || host === undefined || state === undefined) continue;
      return {
        type: type.toUpperCase(),
        host,
        service,
        state: state.toUpperCase(),
        output: output ?? outputIn(sighting, line),
      };
    }
  }
  return undefined;
}

/** What the check said stands in a text of its own, where a line says what became of it. */
function outputIn({ text, attachments }: Sighting, head: string): string | undefined {
  const lines = [text, ...attachments.flatMap((one) => one.text ?? [])].flatMap(linesOf);
  return lines.find((line) => line !== head && plainLine(line) !== plainLine(head));
}

function inFields({ attachments }: Sighting): Check | undefined {
  for (const card of attachments) {
    const host = fieldOf(card, 'host', 'hostname', 'host name');
    const state = stateIn(fieldOf(card, 'state', 'status', 'service state', 'host state'));
    if (host === undefined || state === undefined) continue;
    return {
      type: typeOf([card.title, card.pretext].join(' '), state),
      host,
      service: fieldOf(card, 'service', 'service name', 'check'),
      state,
      output: fieldOf(card, 'output', 'additional info', 'info', 'message') ?? card.text,
    };
  }
  return undefined;
}

/** Checkmk: `Service PROBLEM notification`, with `Host: web01 (IP: 10.0.0.1)`, `Service: CPU`, `State: CRITICAL` below. */
function inCards({ attachments }: Sighting): Check | undefined {
  const card = attachments.find(({ title = '' }) => /^(?:Service|Host) \S{1,40} notification$/i.test(plainLine(title)));
  if (!card) return undefined;
  const said = new Map(linesOf(card.text ?? '').map((line) => pairOf(plainLine(line))));
  const [host, state] = [
    said.get('host')?.replace(/\s*\(IP:[^)]*\)$/, ''),
    stateIn(said.get('state') ?? said.get('event')),
  ];
  if (host === undefined || host === '' || state === undefined) return undefined;
  const info = attachments.find((one) => one !== card)?.text;
  return {
    type: typeOf(card.title ?? '', state),
    host,
    service: said.get('service'),
    state,
    output: info && linesOf(info)[0],
  };
}

function pairOf(line: string): readonly [string, string] {
  const at = line.indexOf(':');
  return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
}

/** The last word of a state: of `OK -> CRIT` the new one. */
function stateIn(text: string | undefined): string | undefined {
  return LAST_STATE.exec(text ?? '')?.[1]?.toUpperCase();
}

function typeOf(text: string, state: string): string {
  const told = TYPE.exec(text)?.[1]?.toUpperCase();
  return told ?? (state === 'OK' || state === 'UP' ? 'RECOVERY' : 'PROBLEM');
}

function cleaned(output: string | undefined): string | undefined {
  return output?.replace(/^[\s:|!*-]+/, '').trim() || undefined;
}
