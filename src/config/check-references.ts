/** What the schema of the config cannot say: entries that name other entries. */
import { nearest } from '../lib/nearest.ts';
import { listOf } from './check-shape.ts';
import type { DataPath, Fault } from './fault.ts';
import type { CheckedConfig } from './schema.ts';
import type { YamlFile } from './yaml-file.ts';

/** Checks that chats which are named exist, and that no name or pack is there twice. */
export function checkReferences(config: CheckedConfig, yaml: YamlFile): readonly Fault[] {
  const chats = Object.keys(config.chats);
  const named: { readonly path: DataPath; readonly chat: string }[] = [];
  if (config.operators) named.push({ path: ['operators', 'chat'], chat: config.operators.chat });
  config.routes.forEach((route, index) => {
    named.push({ path: ['routes', index, 'chat'], chat: route.chat });
    if (route.fallback) named.push({ path: ['routes', index, 'fallback', 'chat'], chat: route.fallback.chat });
  });
  return [
    ...named.flatMap(({ path, chat }) => (chats.includes(chat) ? [] : [yaml.faultAt(path, unknownChat(chat, chats))])),
    ...twice(config.queries.map((entry) => JSON.stringify(entry))).map((index) =>
      yaml.faultAt(['queries', index], 'is here already; take it away'),
    ),
    ...twice(config.tokens.map(({ name }) => name)).map((index) =>
      yaml.faultAt(['tokens', index, 'name'], 'is the name of another token; choose one of its own'),
    ),
  ];
}

function unknownChat(name: string, chats: readonly string[]): string {
  const near = nearest(name, chats, 1)[0];
  if (near !== undefined) return `"${name}" is no chat of this config; did you mean ${near}?`;
  const there = chats.length === 0 ? 'there are none; add one under `chats`' : `there are ${listOf(chats)}`;
  return `"${name}" is no chat of this config; ${there}`;
}

/** Indexes of texts that were there before. */
function twice(texts: readonly string[]): readonly number[] {
  return texts.flatMap((text, index) => (texts.indexOf(text) < index ? [index] : []));
}
