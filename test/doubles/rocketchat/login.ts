/** Logging in, the same over REST and the realtime API. */
import { matchError, meteorError, TEXTS } from './failure.ts';
import { addToken, sha256, type Token, type User, userNamed, type World } from './world.ts';

/** How somebody logs in; unchecked. */
export interface Credentials {
  readonly resume?: unknown;
  readonly user?: { readonly username?: string; readonly email?: string; readonly id?: string };
  readonly password?: string | { readonly digest?: string; readonly algorithm?: string };
}

/** Who logged in, and with which token they go on. */
export interface Login {
  readonly user: User;
  readonly token: string;
  /** An invalid date for tokens that never expire. */
  readonly expires: Date;
  readonly type: 'resume' | 'password';
}

/**
 * Checks credentials: a token, or a name with the password or its SHA-256.
 *
 * @throws Failure 403 with the reason that the server gives
 */
export function logIn(world: World, credentials: Credentials): Login {
  if (credentials.resume !== undefined) return resume(world, String(credentials.resume));
  const { user: who, password } = credentials;
  if (who === undefined || password === undefined || password === null) throw matchError('Unexpected login options');
  const user = findUser(world, who);
  if (user === undefined) throw meteorError(403, 'User not found');
  const digest = typeof password === 'string' ? sha256(password) : password.digest;
  if (digest?.toLowerCase() !== sha256(user.password)) throw meteorError(403, 'Incorrect password');
  const token = addToken(world, user, false);
  return { user, token, expires: expiryOf(user.tokens.get(token)), type: 'password' };
}

function findUser(world: World, { username, email, id }: NonNullable<Credentials['user']>): User | undefined {
  if (id !== undefined) return world.users.get(id);
  return userNamed(world, (username ?? email ?? '').replace(/@example\.com$/, ''));
}

function resume(world: World, token: string): Login {
  const user = [...world.users.values()].find(({ tokens }) => tokens.has(token));
  const kept = user?.tokens.get(token);
  if (user === undefined || kept === undefined) throw meteorError(403, TEXTS.loggedOut);
  if (kept.expiresMs !== undefined && kept.expiresMs <= world.clock.now()) throw meteorError(403, TEXTS.expired);
  return { user, token, expires: expiryOf(kept), type: 'resume' };
}

function expiryOf(token: Token | undefined): Date {
  return new Date(token?.expiresMs ?? Number.NaN);
}
