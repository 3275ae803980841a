/** Memberships of rooms, "subscriptions" in the server's words, as clients see them. */
import { emit, type Membership, nowOf, type Room, type User, type World } from './world.ts';

/** Tells somebody's clients that one of their memberships is `inserted`, `updated` or `removed`. */
export function tellMember(world: World, user: User, action: string, subscription: unknown): void {
  emit(world, { kind: 'user', userId: user._id, name: 'subscriptions-changed', args: [action, subscription] });
}

/** Marks all memberships of a room as changed, as every message does, and tells the members. */
export function touchMemberships(world: World, room: Room): void {
  for (const [userId, membership] of room.members) {
    membership.updatedAt = nowOf(world);
    const user = world.users.get(userId);
    if (user !== undefined) tellMember(world, user, 'updated', describeMembership(world, room, user, membership));
  }
}

/** A membership as `subscriptions.get` and the realtime API show it. */
export function describeMembership(
  world: World,
  room: Room,
  user: User,
  { _id, sinceDate, updatedAt }: Membership,
): Record<string, unknown> {
  const other = [...room.members.keys()].find((id) => id !== user._id) ?? user._id;
  const name = room.name ?? world.users.get(other)?.username;
  return {
    _id,
    rid: room._id,
    t: room.t,
    name,
    fname: name,
    u: { _id: user._id, username: user.username, name: user.name },
    ts: sinceDate,
    open: true,
    alert: false,
    unread: 0,
    userMentions: 0,
    groupMentions: 0,
    ...(room.archived && { archived: true }),
    _updatedAt: updatedAt,
  };
}
