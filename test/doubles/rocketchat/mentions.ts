/** Who and what a message mentions, as the server finds it. */
import { parse } from '@rocket.chat/message-parser';
import { isAtLeast } from './version.ts';
import { roomNamed, userNamed, type World } from './world.ts';

/** Names found in a text, without `@` and `#`. */
export interface Mentions {
  readonly users: readonly Record<string, unknown>[];
  readonly channels: readonly Record<string, unknown>[];
  /** The parsed text, which the server keeps with the message. */
  readonly md: unknown;
}

/**
 * Finds the mentions of a text. Up to 7.x they are sought in the raw text, so that `@all` in a code block counts;
 * from 8.0 in the parsed one, where code is safe.
 */
export function findMentions(world: World, text: string): Mentions {
  const md = parseMarkdown(text);
  const isParsed = md !== undefined && isAtLeast(world.version, '8.0');
  const names = isParsed ? mentionNodes(md, 'MENTION_USER') : rawMentions(text, '@');
  const channels = isParsed ? mentionNodes(md, 'MENTION_CHANNEL') : rawMentions(text, '#');
  return {
    users: [...new Set(names)].flatMap((name) => describeUser(world, name)),
    channels: [...new Set(channels)].flatMap((name) => describeChannel(world, name)),
    md,
  };
}

/** Nothing for an empty text and for what the parser cannot read: such messages are kept without. */
function parseMarkdown(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function rawMentions(text: string, sign: '@' | '#'): string[] {
  return [...text.matchAll(new RegExp(`(?:^|\\s|>)${sign}([0-9a-zA-Z-_.]+)`, 'g'))].map((match) => match[1] as string);
}

function mentionNodes(node: unknown, type: string): string[] {
  if (Array.isArray(node)) return node.flatMap((child) => mentionNodes(child, type));
  if (typeof node !== 'object' || node === null) return [];
  const { type: own, value } = node as { type?: string; value?: unknown };
  if (own === type) return [(value as { value: string }).value];
  return Object.values(node).flatMap((child) => mentionNodes(child, type));
}

function describeUser(world: World, name: string): Record<string, unknown>[] {
  if (name === 'all' || name === 'here') return [{ _id: name, username: name }];
  const user = userNamed(world, name);
  return user === undefined ? [] : [{ _id: user._id, username: name, name: user.name, type: 'user' }];
}

function describeChannel(world: World, name: string): Record<string, unknown>[] {
  const room = roomNamed(world, name);
  return room === undefined || room.name !== name ? [] : [{ _id: room._id, name }];
}
