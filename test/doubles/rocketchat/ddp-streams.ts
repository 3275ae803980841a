/** Subscriptions of the realtime API: who may have which, and what each event brings them. */
import { meteorError } from './failure.ts';
import { canAccess, type User, type World, type WorldEvent } from './world.ts';

/** A live subscription. */
export interface Subscription {
  readonly id: string;
  /** E.g. `stream-room-messages`. */
  readonly name: string;
  /** E.g. `__my_messages__` or a room id. */
  readonly event: string;
}

/** What a subscriber is sent: the collection of a `changed` frame and its fields. */
export interface StreamEvent {
  readonly collection: string;
  readonly eventName: string;
  readonly args: readonly unknown[];
}

/** Publications without events that tests can cause: taken, then silent. */
const SILENT = [
  'stream-notify-all',
  'stream-notify-logged',
  'stream-user-presence',
  'stream-roles',
  'meteor.loginServiceConfiguration',
  'meteor_autoupdate_clientVersions',
];

/**
 * Checks that somebody may have a subscription.
 *
 * @throws Failure 404 for an unknown name, `not-allowed` for a denied event
 */
export function checkSubscription(world: World, user: User | undefined, name: string, event: unknown): void {
  if (SILENT.includes(name)) return;
  if (!['stream-room-messages', 'stream-notify-room', 'stream-notify-user'].includes(name)) {
    throw meteorError(404, `Subscription '${name}' not found`);
  }
  if (typeof event !== 'string' || event === '') throw meteorError('invalid-event-name');
  if (!mayHear(world, user, name, event)) throw meteorError('not-allowed');
}

function mayHear(world: World, user: User | undefined, name: string, event: string): boolean {
  const [key = ''] = event.split('/');
  // Anybody may ask for this one, even before the login; what is sent depends on the user at that time.
  if (name === 'stream-room-messages' && event === '__my_messages__') return true;
  if (user === undefined) return false;
  if (name === 'stream-notify-user') return key === user._id;
  const room = world.rooms.get(key);
  return room !== undefined && canAccess(world, user, room);
}

/** What one subscription is sent for an event of the server; nothing when it is not for it. */
export function eventFor(
  world: World,
  user: User | undefined,
  { name, event }: Subscription,
  happened: WorldEvent,
): StreamEvent | undefined {
  const made = argsFor(world, user, name, event, happened);
  return made === undefined ? undefined : { collection: name, eventName: event, args: made };
}

function argsFor(
  world: World,
  user: User | undefined,
  name: string,
  event: string,
  happened: WorldEvent,
): readonly unknown[] | undefined {
  switch (happened.kind) {
    case 'message': {
      if (name !== 'stream-room-messages') return undefined;
      if (event === happened.message.rid) return [happened.message];
      const meta = event === '__my_messages__' ? metaFor(world, user, happened.message.rid) : undefined;
      return meta && [happened.message, meta];
    }
    case 'deleted':
      return name === 'stream-notify-room' && event === `${happened.rid}/deleteMessage`
        ? [{ _id: happened.id }]
        : undefined;
    case 'activity':
      return name === 'stream-notify-room' && event === `${happened.rid}/user-activity` ? happened.args : undefined;
    case 'user':
      return name === 'stream-notify-user' && event === `${happened.userId}/${happened.name}`
        ? happened.args
        : undefined;
    case 'revoked':
      return undefined;
  }
}

/** Of every room that the user can see, joined or not; nothing for others. */
function metaFor(world: World, user: User | undefined, rid: string): Record<string, unknown> | undefined {
  const room = world.rooms.get(rid);
  if (user === undefined || room === undefined || !canAccess(world, user, room)) return undefined;
  return {
    roomParticipant: room.members.has(user._id),
    roomType: room.t,
    ...(room.name !== undefined && { roomName: room.name }),
  };
}
