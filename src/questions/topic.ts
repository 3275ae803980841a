/** What alerts and changes are about: `web01`, `checkout`, `team=payments`. Pure. */

import { isMark } from '../context/marked-deploys.ts';
import type { Alert, ChangeEvent } from '../domain/alert.ts';
import { wordTable } from '../lib/word-table.ts';
import { isGlob, matchGlob } from './glob.ts';

/** What must be true of an alert or a change; nothing of it: everything is meant. */
export interface Topic {
  /** Each must be about it. */
  readonly words: readonly string[];
  /** `team=payments`: labels and attributes by name. */
  readonly named: readonly { readonly key: string; readonly value: string }[];
}

/** As it was said: `checkout web01`; empty for everything. */
export function topicText({ words, named }: Topic): string {
  return [...words, ...named.map(({ key, value }) => `${key}=${value}`)].join(' ');
}

/** The alerts that a topic means: where a word names something exactly, only that; else what holds it. */
export function alertsAbout(alerts: readonly Alert[], topic: Topic): readonly Alert[] {
  return meant(alerts, topic, fieldsOfAlert);
}

/** The changes that a topic means, likewise; marks of sources have words only, and are not passed over for what has names. */
export function changesAbout(changes: readonly ChangeEvent[], topic: Topic): readonly ChangeEvent[] {
  const told = changes.filter((change) => !isMark(change));
  const found = new Set([told, changes.filter(isMark)].flatMap((some) => meant(some, topic, fieldsOfChange)));
  return changes.filter((change) => found.has(change));
}

/** What can be known of one thing: names and values that a word may be, and texts that may hold it. */
interface Fields {
  readonly named: Readonly<Record<string, string>>;
  readonly texts: readonly string[];
}

/** Short names that people say for attributes. */
const SHORT_NAMES = wordTable<string>({
  host: 'host.name',
  service: 'service.name',
  env: 'deployment.environment.name',
  environment: 'deployment.environment.name',
  version: 'service.version',
});

function fieldsOfAlert({ labels, attributes, severity, source, sourceInstance, title }: Alert): Fields {
  return { named: { severity, source, hook: sourceInstance, ...labels, ...attributes }, texts: [title] };
}

function fieldsOfChange({
  attributes,
  actor,
  title,
  text,
  tags,
  kind,
  phase,
  source,
  sourceInstance,
}: ChangeEvent): Fields {
  const named = { kind, phase, source, hook: sourceInstance, ...(actor && { actor: actor.name }), ...attributes };
  return { named, texts: [title, ...tags, ...(text === undefined ? [] : [text])] };
}

function meant<Thing>(things: readonly Thing[], { words, named }: Topic, read: (thing: Thing) => Fields): Thing[] {
  const all = things
    .map((thing) => ({ thing, fields: read(thing) }))
    .filter(({ fields }) => named.every(({ key, value }) => hasNamed(fields, key, value)));
  let left = all;
  for (const word of words) {
    const exact = left.filter(({ fields }) => Object.values(fields.named).some((value) => isNamed(value, word)));
    left = exact.length > 0 ? exact : left.filter(({ fields }) => holds(fields, word));
  }
  return left.map(({ thing }) => thing);
}

function hasNamed({ named }: Fields, key: string, wanted: string): boolean {
  const value = Object.hasOwn(named, key) ? named[key] : named[SHORT_NAMES[key.toLowerCase()] ?? ''];
  return value !== undefined && isNamed(value, wanted);
}

/** `web01` names `web01`, `web01:9100`, `web01.example.net`, `web01.example.net:9100`. */
function isNamed(value: string, wanted: string): boolean {
  const [one, other] = [value.toLowerCase(), wanted.toLowerCase()];
  if (isGlob(other)) return matchGlob(other, [one, one.split(/[.:]/, 1)[0] as string]).length > 0;
  return one === other || one.startsWith(`${other}:`) || (/\p{L}/u.test(other) && one.startsWith(`${other}.`));
}

function holds({ named, texts }: Fields, word: string): boolean {
  const wanted = word.toLowerCase();
  return [...Object.values(named), ...texts].some((text) => text.toLowerCase().includes(wanted));
}
