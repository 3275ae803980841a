/** Endpoints about accounts, the server itself and its settings. */

import { callMethod } from './ddp-methods.ts';
import { toEjson } from './ejson.ts';
import { Failure, meteorError, toDdpError } from './failure.ts';
import { logIn } from './login.ts';
import { type Call, type Fields, pageOf, type Reply, type Route, refusal, reply } from './rest-route.ts';
import { isAtLeast } from './version.ts';
import { can, type User, userNamed, type World } from './world.ts';

/** Every endpoint about accounts and settings. */
export const USER_ROUTES: readonly Route[] = [
  { method: 'POST', path: 'login', isOpen: true, action: login },
  { method: 'POST', path: 'logout', action: logout },
  { method: 'GET', path: 'info', isOpen: true, action: ({ world }) => describeServer(world) },
  { method: 'GET', path: 'me', action: ({ world, user }) => describeSelf(world, user) },
  { method: 'GET', path: 'users.info', action: userInfo },
  { method: 'POST', path: 'users.setStatus', action: () => ({}) },
  { method: 'GET', path: 'settings.public', isOpen: true, action: publicSettings },
  { method: 'GET', path: 'permissions.listAll', action: listPermissions },
  { method: 'POST', path: 'method.call/:method', action: methodCall },
];

/** What `GET /api/info` says to anybody: the version shortened to major and minor. */
export function describeServer({ version }: World): Fields {
  return { version: `${version.major}.${version.minor}` };
}

function login({ world, body }: Call): Fields | Reply {
  const { user, username, email, password, resume } = body;
  const name = user ?? username ?? email;
  try {
    const { user: who, token } = logIn(
      world,
      resume === undefined ? { user: { username: String(name) }, password: password as string } : { resume },
    );
    return { status: 'success', data: { userId: who._id, authToken: token, me: describeSelf(world, who) } };
  } catch (error) {
    if (!(error instanceof Failure) || error.code === undefined) {
      return reply(500, { success: false, error: 'Internal server error' });
    }
    const isUnknown = error.reason === 'User not found';
    const said = { error: isUnknown ? 'Unauthorized' : error.code, message: isUnknown ? 'Unauthorized' : error.reason };
    return reply(401, { success: false, status: 'error', ...said });
  }
}

function logout({ user, token }: Call): Fields {
  if (token !== undefined) user.tokens.delete(token);
  return { status: 'success', data: { message: "You've been logged out!" } };
}

function describeSelf(world: World, user: User): Fields {
  return {
    ...describeOther(user),
    roles: user.roles,
    emails: [{ address: `${user.username}@example.com`, verified: true }],
    email: `${user.username}@example.com`,
    statusConnection: 'offline',
    settings: { preferences: {} },
    avatarUrl: `/avatar/${user.username}`,
    ...(can(world, user, 'view-full-other-user-info') && { requirePasswordChange: false }),
  };
}

/** What everybody may know of an account; a zone by name only where a test gave one, the server has but an offset. */
function describeOther({ _id, username, name, roles, utcOffset, timezone }: User): Fields {
  return {
    _id,
    username,
    name,
    type: roles.includes('bot') ? 'bot' : 'user',
    active: true,
    status: 'offline',
    ...(utcOffset !== undefined && { utcOffset }),
    ...(timezone !== undefined && { timezone }),
  };
}

function userInfo({ world, user, query }: Call): Fields | Reply {
  const { userId, username } = query;
  if (!userId && !username) {
    throw meteorError('error-user-param-not-provided', 'The required "userId" or "username" param was not provided');
  }
  const other = userId ? world.users.get(userId) : userNamed(world, username ?? '');
  if (other === undefined) return refusal('User not found.');
  const seesAll = other._id === user._id || can(world, user, 'view-full-other-user-info');
  return { user: { ...describeOther(other), ...(seesAll && { roles: other.roles }) } };
}

/** Real servers have hundreds of public settings, so that the ones sought are not on the first page. */
const OTHER_SETTINGS = Array.from({ length: 120 }, (_, index) => `Accounts_Option_${String(index).padStart(3, '0')}`);

function publicSettings({ world, query }: Call): Fields {
  const all = new Map<string, unknown>([...OTHER_SETTINGS.map((name) => [name, true] as const), ...world.settings]);
  const wanted = wantedSettings(world, query);
  const settings = [...all]
    .filter(([name]) => wanted === undefined || wanted.includes(name))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([_id, value]) => ({ _id, value, enterprise: false }));
  const { count, offset } = pageOf(query);
  const page = settings.slice(offset, offset + count);
  return { settings: page, count: page.length, offset, total: settings.length };
}

function wantedSettings({ version }: World, query: Call['query']): string[] | undefined {
  if (query._id) return query._id.split(',');
  if (!query.query || isAtLeast(version, '7.0')) return undefined;
  const { _id } = JSON.parse(query.query) as { _id?: string | { $in?: string[] } };
  return typeof _id === 'string' ? [_id] : _id?.$in;
}

function listPermissions({ world }: Call): Fields {
  const names = new Set([...world.permissions.values()].flatMap((granted) => [...granted]));
  const update = [...names].map((_id) => ({
    _id,
    roles: [...world.permissions].filter(([, granted]) => granted.has(_id)).map(([role]) => role),
    _updatedAt: new Date(0),
  }));
  return { update, remove: [] };
}

function methodCall({ world, user, body, params }: Call): Fields | Reply {
  if (typeof body.message !== 'string') return refusal('Body parameter "message" is required.');
  const { id, method, params: args } = JSON.parse(body.message) as Fields;
  if (method !== params.method) return refusal('Invalid method');
  try {
    const result = callMethod(world, { user }, String(method), Array.isArray(args) ? args : []);
    return { message: JSON.stringify(toEjson({ msg: 'result', id, result })) };
  } catch (error) {
    return { message: JSON.stringify({ msg: 'result', id, error: toDdpError(error) }) };
  }
}
