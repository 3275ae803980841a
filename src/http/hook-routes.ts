/** Where senders post alerts and changes: read, stored, answered; telling rooms comes later. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AlertFormat, Delivery } from '../alerts/alert-format.ts';
import { decodeDelivery } from '../alerts/decode-delivery.ts';
import type { ReadNote } from '../alerts/reading/notes.ts';
import { admit, DEFAULT_HOOK, type Receiver, receiverFor } from '../alerts/receivers.ts';
import { isFirstInHour } from '../alerts/room-posts.ts';
import type { Told } from '../domain/alert.ts';
import { BotError, type ErrorCode, toBotError } from '../domain/errors.ts';
import { type BoundedMap, createBoundedMap } from '../lib/bounded-map.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';

/** What the routes work with. */
export interface HookRoutesDeps {
  /** By the first part of the path. */
  readonly sections: Readonly<
    Record<'hooks' | 'changes', { readonly formats: readonly AlertFormat[]; readonly receivers: readonly Receiver[] }>
  >;
  readonly isLoopback: boolean;
  /** Resolves when what was told is durable. */
  takeTold(told: Told): Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told what came of each delivery. */
  readonly onDelivery?: OnDelivery;
}

/** What came of one delivery. */
export interface TakenDelivery {
  /** Of a format that there is. */
  readonly format?: string;
  readonly outcome: 'stored' | 'refused' | 'failed';
  readonly told: { readonly alerts: number; readonly changes: number };
  readonly code?: ErrorCode;
}

/** What is told of each delivery. */
export type OnDelivery = (delivery: TakenDelivery) => void;

/** Moira sends pictures as base64; 150 alerts of Alertmanager are 120 kB. */
const BODY_MAX_BYTES = 10 * 1024 * 1024;
/** The shortest patience of a sender is 5 s (PagerDuty); what is not stored by then is said to be not stored. */
const STORE_TIMEOUT_MS = 4_000;
const RETRY_AFTER_SECONDS = '5';
/** Fields of hooks that were warned of lately. */
const WARNED_MAX = 1_000;

/** What is posted, by the first part of the path. */
const WHAT = { hooks: 'Alerts', changes: 'Changes' } as const;

interface RoutesState extends HookRoutesDeps {
  /** The hour in which what a sender writes wrong was last warned of. */
  readonly warned: BoundedMap<string, number>;
}

/** Registers `/hooks/…` and `/changes/…`. */
export function hookRoutes(app: FastifyInstance, given: HookRoutesDeps): void {
  const deps: RoutesState = { ...given, warned: createBoundedMap(WARNED_MAX) };
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_MAX_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    for (const section of ['hooks', 'changes'] as const) {
      const receive = (request: FastifyRequest, reply: FastifyReply) => take(section, request, reply, deps);
      for (const path of [`/${section}/:format`, `/${section}/:format/:hook`]) {
        scope.route({ method: ['POST', 'PUT'], url: path, bodyLimit: BODY_MAX_BYTES, handler: receive });
        // people paste the address into a browser, and senders probe it
        scope.get(path, async ({ params }, reply) => {
          receiverFor(askedOf(params), { ...deps.sections[section], isLoopback: deps.isLoopback });
          return reply.type('text/plain').send(`${WHAT[section]} are posted here.\n`);
        });
      }
    }
    for (const path of ['/hooks/alertmanager-api-v2/api/v2/alerts', '/hooks/alertmanager-api-v2/:hook/api/v2/alerts']) {
      scope.post(path, { bodyLimit: BODY_MAX_BYTES }, (request, reply) =>
        take('hooks', request, reply, deps, { format: 'alertmanager-api-v2', status: 200 }),
      );
    }
  });
}

/** Takes a delivery and tells what came of it. */
async function take(
  section: 'hooks' | 'changes',
  request: FastifyRequest,
  reply: FastifyReply,
  deps: RoutesState,
  answer: { readonly format?: string; readonly status?: number } = {},
): Promise<FastifyReply> {
  const told = { alerts: 0, changes: 0 };
  const asked = answer.format ?? (request.params as { readonly format?: string }).format;
  const known = deps.sections[section].formats.find(({ format }) => format === asked);
  const about = { told, ...(known && { format: known.format }) };
  try {
    const answered = await takeDelivery(section, request, reply, deps, answer, (counts) => Object.assign(told, counts));
    deps.onDelivery?.({ ...about, outcome: 'stored' });
    return answered;
  } catch (thrown) {
    const { code, actor } = toBotError(thrown);
    deps.onDelivery?.({ ...about, outcome: actor === 'asker' ? 'refused' : 'failed', code });
    throw thrown;
  }
}

async function takeDelivery(
  section: 'hooks' | 'changes',
  request: FastifyRequest,
  reply: FastifyReply,
  deps: RoutesState,
  { format, status = 202 }: { readonly format?: string; readonly status?: number },
  onRead: (counts: TakenDelivery['told']) => void,
): Promise<FastifyReply> {
  const { isLoopback, clock } = deps;
  const receiver = receiverFor(askedOf(request.params, format), { ...deps.sections[section], isLoopback });
  const delivery = deliveryOf(request, receiver.hook, clock);
  const { token } = request.query as { readonly token?: unknown };
  admit(receiver, delivery, { queryToken: typeof token === 'string' ? token : undefined, isLoopback });
  const told = decodeDelivery(receiver.format, delivery, receiver.options);
  const counts = { alerts: told.alerts.length, changes: told.changes.length };
  onRead(counts);
  try {
    await stored(deps.takeTold(told), clock);
  } catch (thrown) {
    deps.log.error({ err: thrown, hook: receiver.hook, format: receiver.format.format }, 'alerts could not be stored');
    throw notStored(reply, thrown);
  }
  const about = { hook: receiver.hook, format: receiver.format.format };
  deps.log.info({ ...about, ...counts }, 'a delivery was stored');
  for (const note of told.notes) warnOf(note, about, deps);
  return reply.code(status).send(counts);
}

/** Once an hour and field: whatever a sender writes wrong, it writes wrong each time. */
function warnOf(
  note: ReadNote,
  about: { readonly hook: string; readonly format: string },
  { log, clock, warned }: RoutesState,
): void {
  const field = note.field?.replaceAll(/\[\d+\]/g, '[]') ?? '';
  if (!isFirstInHour(`${about.format}/${about.hook}/${field}`, { warned, clock })) return;
  log.warn({ ...about, ...note }, 'a time could not be read, and is left out; what lacks its beginning begins now');
}

function askedOf(params: unknown, format?: string) {
  const given = params as { readonly format?: string; readonly hook?: string };
  return { format: format ?? given.format ?? '', hook: given.hook ?? DEFAULT_HOOK };
}

function deliveryOf({ headers, body }: FastifyRequest, hook: string, clock: Clock): Delivery {
  const flat = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]);
  return {
    hook,
    headers: Object.fromEntries(flat),
    body: Buffer.isBuffer(body) ? body : new Uint8Array(),
    receivedAt: new Date(clock.now()),
  };
}

async function stored(storing: Promise<unknown>, clock: Clock): Promise<void> {
  const done = new AbortController();
  const late = clock.sleep(STORE_TIMEOUT_MS, done.signal).then(
    () => {
      throw new BotError('STORE_UNAVAILABLE', 'The store did not answer in time.');
    },
    () => undefined,
  );
  try {
    await Promise.race([storing, late]);
  } finally {
    done.abort();
    // whichever lost may still fail, and nobody waits for it any more
    storing.catch(() => undefined);
  }
}

function notStored(reply: FastifyReply, thrown: unknown): BotError {
  void reply.header('retry-after', RETRY_AFTER_SECONDS);
  if (thrown instanceof BotError && thrown.status === 503) return thrown;
  return new BotError('STORE_UNAVAILABLE', 'The alerts could not be stored; send them again.', {}, { cause: thrown });
}
