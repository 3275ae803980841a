/**
 * Prepares a Rocket.Chat server for the bot: its account with the roles and permissions it needs, and its rooms. What is
 * there is left as it is, so that it may run at every start. Settings come from the environment; see `compose.yaml`.
 */
import { readFileSync } from 'node:fs';
import { type RestCall, signIn } from './rocketchat-rest.ts';

/** What is wanted of the server. */
export interface SetupPlan {
  /** Address of the server. */
  readonly url: string;
  readonly admin: { readonly username: string; readonly password: string };
  readonly bot: { readonly username: string; readonly password: string };
  /** Public rooms that the bot is in; made when missing. */
  readonly rooms: readonly string[];
  /** How long the server may take until it answers; its first start takes minutes. */
  readonly waitMs: number;
  /** Says what was done. */
  say(line: string): void;
}

/** `bot` lifts the limits of calls, `user` lets it read private rooms that it is invited to. */
const ROLES = ['bot', 'user'];
/** What the role `bot` grants unless somebody took it away; without them ten calls a minute are allowed. */
const PERMISSIONS = ['api-bypass-rate-limit', 'send-many-messages'];

/** Does what is missing. @throws Error that says what is wrong and how to mend it */
export async function setUpRocketChat(plan: SetupPlan, signal: AbortSignal): Promise<void> {
  const call = await signIn(plan.url, plan.admin, plan.waitMs, signal);
  const botId = await ensureBot(call, plan, signal);
  await ensurePermissions(call, plan);
  for (const name of plan.rooms) await ensureRoom(call, name, botId, plan);
}

interface Account {
  readonly _id: string;
  readonly roles?: readonly string[];
}

async function ensureBot(call: RestCall, plan: SetupPlan, signal: AbortSignal): Promise<string> {
  const { username, password } = plan.bot;
  const { user } = await call.optional<{ user: Account }>('GET', `users.info?username=${encodeURIComponent(username)}`);
  if (user === undefined) {
    // unverified, so that the server asks for no code by mail
    const account = { username, password, name: 'Glimpse', email: `${username}@glimpse.invalid`, verified: false };
    const more = { roles: ROLES, joinDefaultChannels: false, requirePasswordChange: false, sendWelcomeEmail: false };
    const made = await call.required<{ user: Account }>('POST', 'users.create', { ...account, ...more });
    plan.say(`made the account ${username}`);
    return made.user._id;
  }
  const missing = ROLES.filter((role) => !user.roles?.includes(role));
  const isKnown = await canSignIn(plan, signal);
  if (missing.length > 0 || !isKnown) {
    const data = {
      ...(missing.length > 0 && { roles: [...(user.roles ?? []), ...missing] }),
      ...(!isKnown && { password, requirePasswordChange: false }),
    };
    await call.required('POST', 'users.update', { userId: user._id, data });
    plan.say(
      `gave ${username} ${[...missing.map((role) => `the role ${role}`), ...(isKnown ? [] : ['its password'])].join(', ')}`,
    );
  }
  return user._id;
}

/** Whether the bot's password is the one that the bot is given. */
async function canSignIn({ url, bot }: SetupPlan, signal: AbortSignal): Promise<boolean> {
  try {
    const call = await signIn(url, bot, 0, signal);
    await call.optional('POST', 'logout');
    return true;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

async function ensurePermissions(call: RestCall, plan: SetupPlan): Promise<void> {
  type Permission = { readonly _id: string; readonly roles: readonly string[] };
  const { update } = await call.required<{ update: readonly Permission[] }>('GET', 'permissions.listAll');
  const permissions = PERMISSIONS.map((_id) => update.find((one) => one._id === _id) ?? { _id, roles: [] })
    .filter(({ roles }) => !roles.includes('bot'))
    .map(({ _id, roles }) => ({ _id, roles: [...roles, 'bot'] }));
  if (permissions.length === 0) return;
  await call.required('POST', 'permissions.update', { permissions });
  plan.say(`gave the role bot ${permissions.map(({ _id }) => _id).join(', ')}`);
}

async function ensureRoom(call: RestCall, name: string, botId: string, { bot, say }: SetupPlan): Promise<void> {
  const query = `roomName=${encodeURIComponent(name)}`;
  const { room } = await call.optional<{ room: { readonly _id: string } }>('GET', `rooms.info?${query}`);
  if (room === undefined) {
    await call.required('POST', 'channels.create', { name, members: [bot.username] });
    say(`made the room ${name}`);
    return;
  }
  const membership = `roomId=${room._id}&userId=${botId}`;
  const { isMember } = await call.required<{ isMember: boolean }>('GET', `rooms.isMember?${membership}`);
  if (isMember) return;
  await call.required('POST', 'channels.invite', { roomId: room._id, userId: botId });
  say(`brought ${bot.username} into ${name}`);
}

/** A server's first start on a slow disk. */
const WAIT_MS = 600_000;
/** All of it, the waiting included. */
const DEADLINE_MS = 900_000;

if (import.meta.main) {
  const { env } = process;
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const plan: SetupPlan = {
    url: given('ROCKETCHAT_URL'),
    admin: { username: given('ROCKETCHAT_ADMIN'), password: fileOf('ROCKETCHAT_ADMIN_PASSWORD_FILE') },
    bot: { username: given('ROCKETCHAT_BOT'), password: fileOf('ROCKETCHAT_BOT_PASSWORD_FILE') },
    rooms: (env.ROCKETCHAT_ROOMS ?? '').split(',').filter((name) => name !== ''),
    waitMs: WAIT_MS,
    say,
  };
  try {
    await setUpRocketChat(plan, AbortSignal.timeout(DEADLINE_MS));
    say(`Rocket.Chat is ready for ${plan.bot.username}`);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}

function given(name: string): string {
  const value = process.env[name];
  if (value) return value;
  process.stderr.write(`${name} is not set\n`);
  process.exit(2);
}

function fileOf(name: string): string {
  return readFileSync(given(name), 'utf8').trim();
}
