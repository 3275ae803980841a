/** Who is called when something of theirs fires: people that the config names for labels, and labels that name people. Pure. */
import type { Alert, AlertSeverity } from '../domain/alert.ts';
import { hasLabels } from './match.ts';

/** Whose alerts are whose. */
export interface Owners {
  /** Only for these is anybody called. */
  readonly severities: readonly AlertSeverity[];
  /** Labels whose value is the name of a person or team in the chat. */
  readonly labels: readonly string[];
  readonly people: readonly {
    readonly match: Readonly<Record<string, readonly string[]>>;
    /** Left out: in every chat. */
    readonly chat?: string | undefined;
    /** Names in the chat, without `@`. */
    readonly mention: readonly string[];
  }[];
}

/** More people than this are a room of their own. */
const MENTIONS_MAX = 5;
/** What a name in a chat looks like; what a label holds beside that calls nobody. */
const NAME = /^@?([\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,63}[\p{L}\p{N}_-])?)$/u;
/** Words that call a whole room; only people and teams are called. */
const EVERYBODY = /^(?:all|here|channel|everyone|everybody)$/i;

/** The name that a text is, without its `@`; nothing for what is no name or calls everybody. */
export function mentionOf(text: string): string | undefined {
  const name = NAME.exec(text.trim())?.[1];
  return name === undefined || EVERYBODY.test(name) ? undefined : name;
}

/** Who is called in a chat for alerts that fire, each once. */
export function mentionsFor(alerts: readonly Alert[], chat: string, owners: Owners): readonly string[] {
  const found = alerts
    .filter(({ severity }) => owners.severities.includes(severity))
    .flatMap((alert) => [
      ...owners.people
        .filter((one) => (one.chat ?? chat) === chat && hasLabels(alert, one.match))
        .flatMap(({ mention }) => mention),
      ...owners.labels.flatMap((label) => (alert.labels[label] ?? '').split(/[\s,]+/)),
    ]);
  return [...new Set(found.flatMap((text) => mentionOf(text) ?? []))].slice(0, MENTIONS_MAX);
}

/** Who is called by words that are in a room: lines of nothing but calls. What others wrote has no `@` that calls. */
export function calledBy(said: string): readonly string[] {
  const lines = said.split('\n').map((line) => line.trim().split(/\s+/u));
  const calls = lines.filter((words) => words.every((word) => word.startsWith('@') && mentionOf(word) !== undefined));
  return [...new Set(calls.flat().flatMap((word) => mentionOf(word) ?? []))];
}
