/** What marks an alert that was read in a room; no hook can be called so. Pure. */
import type { Alert } from '../../domain/alert.ts';
import type { Sighting } from '../../domain/sighting.ts';

const PREFIX = 'chat/';

/** `chat/team/ops`, where a hook's name stands otherwise. */
export function sightedInstance({ chat, roomName }: Pick<Sighting, 'chat' | 'roomName'>): string {
  return `${PREFIX}${chat}/${roomName}`;
}

/** Whether an alert was read in a room: it is there already, no route has to bring it anywhere. */
export function isSighted({ sourceInstance }: Pick<Alert, 'sourceInstance'>): boolean {
  return sourceInstance.startsWith(PREFIX);
}
