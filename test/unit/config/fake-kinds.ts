/** Kinds of sources and chats that are small enough to see through, for tests of loaders. */
import { z } from 'zod';
import { defineChat } from '../../../src/chat/chat.ts';
import { durationMs, httpUrl, secret } from '../../../src/config/fields.ts';
import { placeholdersOf } from '../../../src/queries/expand.ts';
import { defineSource, type SourceDefinition } from '../../../src/sources/source.ts';

const neverMade = (): never => {
  throw new Error('loaders make no adapters');
};

/** Takes a text or `{ target }`, has a raw language and a secret. */
const fakeGraphite = defineSource({
  kind: 'graphite',
  title: 'Graphite',
  options: z.strictObject({
    kind: z.literal('graphite'),
    url: httpUrl.describe('Address of its API'),
    token: secret.optional().describe('Bearer token'),
    headers: z.record(z.string(), secret).optional().describe('Sent with every request'),
  }),
  block: z.strictObject({ target: z.string().min(1).describe('What is asked') }),
  placeholders: (block) => placeholdersOf(block.target),
  raw: (expression) => ({ target: expression }),
  create: neverMade,
});

/** Has no raw language, and names a parameter without `${…}`. */
const fakePrometheus = defineSource({
  kind: 'prometheus',
  title: 'Prometheus',
  options: z.strictObject({
    kind: z.literal('prometheus'),
    url: httpUrl,
    retries: z.number().int().min(0).max(5).default(1),
    verify: z.boolean().default(true),
  }),
  block: z.strictObject({ query: z.string().min(1), by: z.string().optional() }),
  placeholders: ({ query, by }) => [...placeholdersOf(query), ...(by === undefined ? [] : [by])],
  create: neverMade,
});

/** Both kinds of sources. */
export const sourceKinds = [fakeGraphite, fakePrometheus] as unknown as readonly SourceDefinition[];

/** A chat with a secret that it needs. */
const fakeChat = defineChat({
  kind: 'rocketchat',
  title: 'Rocket.Chat',
  options: z.strictObject({
    kind: z.literal('rocketchat'),
    url: httpUrl,
    userId: z.string().min(1),
    token: secret,
    catchUp: durationMs.prefault('10m'),
  }),
  settings: neverMade,
  create: neverMade,
});

/** The only kind of chat. */
export const chatKinds = [fakeChat];
