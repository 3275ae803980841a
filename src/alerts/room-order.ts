/** New posts of a room go out in the order in which their news came, although several are told at once. */
import type { Clock } from '../lib/clock.ts';
import type { AlertGroup } from '../store/alert-group.ts';
import type { AlertTurns } from '../store/alert-turns.ts';
import type { Place } from './route.ts';

/** One telling among those of this process. */
export interface InLine {
  /** Says what it is, and which rooms are to have new posts. */
  expect(group: AlertGroup, places: readonly Place[]): void;
  /** Waits for what is older and is told to the same room now; gives whether it may be told: nothing older waits there for its chat. */
  mayPost(place: Place): Promise<boolean>;
  /** It is told, and kept. */
  leave(): void;
}

/** What is told by this process now. */
export interface RoomOrder {
  /** Is called before anything is read of what is told. */
  enter(): InLine;
}

/** Words are in a room within a second, even if what is older takes longer: one of them alone may be slow. */
const PATIENCE_MS = 700;

interface Entry {
  readonly number: number;
  key: string;
  sinceMs: number;
  /** Resolved when it is known what it is. */
  readonly known: PromiseWithResolvers<void>;
  rooms: readonly string[];
  readonly left: PromiseWithResolvers<void>;
}

/** Makes one that nothing is in. */
export function createRoomOrder(turns: Pick<AlertTurns, 'isNext'>, clock: Clock): RoomOrder {
  const entries = new Set<Entry>();
  let last = 0;

  async function afterOlder(own: Entry, name: string): Promise<void> {
    const others = [...entries].filter((one) => one !== own);
    await Promise.all(others.map(({ known }) => known.promise));
    const older = others.filter((one) => one.rooms.includes(name) && isBefore(one, own));
    await Promise.all(older.map(({ left }) => left.promise));
  }

  return {
    enter() {
      last += 1;
      const [known, left] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const entry: Entry = { number: last, key: '', sinceMs: 0, known, rooms: [], left };
      entries.add(entry);
      return {
        expect(group, places) {
          entry.key = group.key;
          entry.sinceMs = sinceOf(group, clock);
          entry.rooms = places.map(nameOf);
          known.resolve();
        },
        async mayPost(place) {
          if (entries.size > 1) {
            const isOver = new AbortController();
            const isLong = clock.sleep(PATIENCE_MS, isOver.signal).catch(() => undefined);
            await Promise.race([afterOlder(entry, nameOf(place)), isLong]).finally(() => isOver.abort());
          }
          return turns.isNext(place, entry, clock.now());
        },
        leave() {
          entries.delete(entry);
          known.resolve();
          left.resolve();
        },
      };
    },
  };
}

function sinceOf({ untoldMs, dueMs }: AlertGroup, clock: Clock): number {
  return untoldMs ?? dueMs ?? clock.now();
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.sinceMs === other.sinceMs ? one.number < other.number : one.sinceMs < other.sinceMs;
}

function nameOf({ chat, room }: Place): string {
  return JSON.stringify([chat, room]);
}
