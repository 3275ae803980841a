/** Finds out what the bot lacks on its server, what it loses by that, and how to mend it. */
import { BotError, toBotError } from '../../domain/errors.ts';
import type { ChatCheck } from '../chat.ts';
import type { Bot, Identity } from './identity.ts';
import type { RestClient } from './rest-client.ts';
import type { Rooms } from './rooms.ts';
import { type FactsCache, isAtLeast } from './server-facts.ts';

/** What the check works with. */
export interface CheckDeps {
  readonly url: URL;
  readonly rest: RestClient;
  readonly facts: FactsCache;
  readonly rooms: Rooms;
  readonly identity: Identity;
  /** Whether the config has a token, or a password. */
  readonly hasToken: boolean;
  /** Opens the realtime connection, or finds it open; rejects with what is wrong. */
  probe(signal: AbortSignal): Promise<void>;
  /** Rooms named in the config of the chat. */
  readonly roomNames: readonly string[];
  /** Rooms that something is posted in, alerts above all. */
  readonly posts: readonly string[];
}

const ROOMS_SHOWN = 10;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Checks address, credentials and rights; failures are problems, not errors. */
export async function checkServer(deps: CheckDeps, signal: AbortSignal): Promise<ChatCheck> {
  const { url, facts } = deps;
  let version: string | undefined;
  try {
    version = (await facts.get(signal)).version;
    const bot = await deps.identity.refresh(signal);
    const problems = [
      ...transportProblems(url),
      ...serverProblems(deps),
      ...roleProblems(bot, deps.rest),
      ...(await realtimeProblems(deps, signal)),
      ...(await roomProblems(bot, deps, signal)),
      ...(await postProblems(bot, deps, signal)),
    ];
    return { ...(version && { version }), problems };
  } catch (thrown) {
    signal.throwIfAborted();
    return { ...(version && { version }), problems: [failureProblem(thrown, deps)] };
  }
}

function failureProblem(thrown: unknown, { url, hasToken }: CheckDeps): string {
  const error = toBotError(thrown);
  if (error.code === 'CHAT_AUTH') {
    return hasToken
      ? `${url.host} does not accept userId and token: as the bot, make a personal access token (with "ignore two factor") and put its user id and token into the configuration.`
      : `${url.host} does not accept username and password: check both, or use a personal access token.`;
  }
  if (error.code === 'CHAT_UNREACHABLE') return `${error.message} Check the url of this chat and the network.`;
  return thrown instanceof BotError ? error.message : `The check failed: ${error.message}`;
}

function transportProblems(url: URL): string[] {
  if (url.protocol === 'https:' || LOOPBACK.test(url.hostname)) return [];
  return [`The token travels to ${url.host} without encryption: use https in the url of this chat.`];
}

function serverProblems({ facts: { current } }: CheckDeps): string[] {
  const problems: string[] = [];
  if (!isAtLeast(current.version, 6, 0, true)) {
    problems.push(`Rocket.Chat ${current.version} is older than 6.0, with which I am tested: upgrade the server.`);
  }
  if (!current.isUploadOn) {
    problems.push(
      'File uploads are off (FileUpload_Enabled): answers come as words without pictures until they are on.',
    );
  }
  return problems;
}

function roleProblems({ username, roles }: Bot, rest: RestClient): string[] {
  const problems: string[] = [];
  if (rest.isLimited) {
    problems.push(
      `The server limits ${username} to 10 calls a minute for each route, so at most 10 pictures a minute: ` +
        'give it the role bot, which has api-bypass-rate-limit and send-many-messages.',
    );
  }
  if (roles.length > 0 && !roles.includes('user') && !roles.includes('admin')) {
    problems.push(
      `${username} lacks the role user, so it cannot read private rooms (view-p-room) or renew its token: add the role.`,
    );
  }
  return problems;
}

/** Proxies that pass no WebSocket are common: everything works over REST, and the bot is deaf. */
async function realtimeProblems({ url, probe }: CheckDeps, signal: AbortSignal): Promise<string[]> {
  try {
    await probe(signal);
    return [];
  } catch (thrown) {
    signal.throwIfAborted();
    const { message } = toBotError(thrown);
    return [
      `The realtime connection does not come up, so the bot hears nothing: ${message} ` +
        `A proxy in front of the server must pass WebSocket upgrades of ${url.pathname}websocket.`,
    ];
  }
}

async function roomProblems({ username }: Bot, { rooms, roomNames }: CheckDeps, signal: AbortSignal) {
  const joined = await rooms.refresh(0, signal);
  const missing = roomNames
    .filter((name) => !rooms.byName(name) && !rooms.byId(name))
    .map(
      (name) => `${username} is not in the room ${name}, so it hears nothing there: say /invite @${username} in it.`,
    );
  const unreadable = joined.filter(({ encrypted }) => encrypted).map(({ name, fname, _id }) => fname ?? name ?? _id);
  if (unreadable.length === 0) return missing;
  const shown = unreadable.slice(0, ROOMS_SHOWN).join(', ');
  return [...missing, `Encrypted end to end, so ${username} cannot read what is asked there: ${shown}.`];
}

/** What is posted in a room that is not seen would be lost when it matters. */
async function postProblems({ username }: Bot, { rooms, posts }: CheckDeps, signal: AbortSignal): Promise<string[]> {
  const problems: string[] = [];
  for (const room of posts) {
    try {
      await rooms.resolve(room, signal);
    } catch (thrown) {
      if (!(thrown instanceof BotError) || thrown.code !== 'CHAT_NO_SUCH_ROOM') throw thrown;
      problems.push(
        `Alerts are to go to the room ${room}, which is not there or not seen by ${username}: correct its name in the configuration, or say /invite @${username} in it.`,
      );
    }
  }
  return problems;
}
