/** Reading what was said: history of a room, and what changed in it since. */
import { meteorError } from './failure.ts';
import type { Message, World } from './world.ts';

type Query = Readonly<Record<string, string>>;

/**
 * The result of `chat.syncMessages`: with `lastUpdate` everything changed since, newest first and without limit; with
 * `type` and a cursor a page of it, oldest change first.
 *
 * @throws Failure when parameters exclude each other
 */
export function getMessageHistory(world: World, rid: string, query: Query): Record<string, unknown> {
  const { lastUpdate, next, previous, type } = query;
  if (type && !['UPDATED', 'DELETED'].includes(type)) {
    throw meteorError('error-type-param-not-supported', 'The "type" parameter must be either "UPDATED" or "DELETED"');
  }
  if ((next || previous) && !type) {
    throw meteorError(
      'error-type-param-required',
      'The "type" parameter is required when using the "next" or "previous" parameters',
    );
  }
  if (next && previous) {
    throw meteorError('error-cursor-conflict', 'You cannot provide both "next" and "previous" parameters');
  }
  if ((next || previous) && lastUpdate) {
    throw meteorError(
      'error-cursor-and-lastUpdate-conflict',
      'The attributes "next", "previous" and "lastUpdate" cannot be used together',
    );
  }
  if (lastUpdate) return changedSince(world, rid, Date.parse(lastUpdate));
  // Neither a date nor a cursor: the server falls back to history, whose shape has no `updated`.
  if (!next && !previous) return { updated: [], deleted: [] };
  return pageOfChanges(world, rid, query);
}

function changedSince(world: World, rid: string, sinceMs: number) {
  const updated = inRoom(world, rid)
    .filter(({ _updatedAt }) => _updatedAt.getTime() > sinceMs)
    .sort(newestFirst);
  const deleted = world.trash.filter((gone) => gone.rid === rid && gone._deletedAt.getTime() > sinceMs);
  return { updated, deleted: deleted.map(({ _id, _deletedAt }) => ({ _id, _deletedAt })) };
}

function pageOfChanges(world: World, rid: string, { next, previous, type, count: asked }: Query) {
  const limit = asked === undefined ? 20 : Number(asked);
  const cursorMs = cursorOf(next ?? previous ?? '');
  const isForward = next !== undefined && next !== '';
  const changes = changesOf(world, rid, type === 'DELETED')
    .filter(({ atMs }) => (isForward ? atMs > cursorMs : atMs < cursorMs))
    .sort((a, b) => (isForward ? a.atMs - b.atMs : b.atMs - a.atMs));
  const page = changes.slice(0, limit);
  const hasMore = changes.length > limit;
  const [first, last] = [page[0], page.at(-1)].map((change) => (change === undefined ? null : String(change.atMs)));
  const documents = page.map(({ document }) => document);
  return {
    updated: type === 'UPDATED' ? documents : [],
    deleted: type === 'DELETED' ? documents : [],
    cursor: isForward
      ? { next: hasMore ? last : null, previous: first }
      : { next: first, previous: hasMore ? last : null },
  };
}

function changesOf(world: World, rid: string, isDeleted: boolean): { atMs: number; document: unknown }[] {
  if (!isDeleted) {
    return inRoom(world, rid).map((message) => ({ atMs: message._updatedAt.getTime(), document: message }));
  }
  return world.trash
    .filter((gone) => gone.rid === rid)
    .map(({ _id, _deletedAt }) => ({ atMs: _deletedAt.getTime(), document: { _id, _deletedAt } }));
}

function cursorOf(text: string): number {
  const atMs = Number.parseInt(text, 10);
  if (Number.isNaN(new Date(atMs).getTime())) throw new Error('Invalid Date');
  return atMs;
}

/**
 * The result of `channels.history` and its kin: newest first, 20 at most unless `count` says otherwise; replies in
 * threads only with `showThreadMessages=true`.
 */
export function getRoomHistory(world: World, rid: string, query: Query): Record<string, unknown> {
  const latestMs = query.latest === undefined ? world.clock.now() : Date.parse(query.latest);
  const oldestMs = query.oldest === undefined ? Number.NEGATIVE_INFINITY : Date.parse(query.oldest);
  if (Number.isNaN(latestMs) || Number.isNaN(oldestMs)) throw meteorError('error-invalid-date', 'Invalid date');
  // Without `latest` the present counts too: clock and message may share a millisecond.
  const edgeMs = query.inclusive === 'true' || query.latest === undefined ? 1 : 0;
  const from = query.inclusive === 'true' ? oldestMs - 1 : oldestMs;
  const offset = Number(query.offset ?? 0);
  const messages = inRoom(world, rid)
    .filter(({ ts }) => ts.getTime() > from && ts.getTime() < latestMs + edgeMs)
    .filter((message) => query.showThreadMessages === 'true' || message.tmid === undefined || message.tshow === true)
    .sort(newestFirst)
    .slice(offset, offset + Number(query.count ?? 20));
  return { messages };
}

function inRoom(world: World, rid: string): Message[] {
  return [...world.messages.values()].filter((message) => message.rid === rid).reverse();
}

function newestFirst(one: Message, other: Message): number {
  return other.ts.getTime() - one.ts.getTime();
}
