/** Who the bot is: signs in with a token or a password, and remembers its user. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { createShared } from '../../lib/abortable.ts';
import type { Secret } from '../../lib/secret.ts';
import type { Credentials, RestClient } from './rest-client.ts';

/** How the operator lets the bot in. */
export type SignIn =
  | { readonly userId: string; readonly token: Secret }
  | { readonly username: string; readonly password: Secret };

/** The bot's own user. */
export interface Bot extends Credentials {
  readonly username: string;
  readonly name: string;
  readonly roles: readonly string[];
}

/** The signed-in bot, made once and shared. */
export interface Identity {
  /**
   * Signs in on first use.
   *
   * @throws BotError `CHAT_AUTH` when the server refuses
   */
  get(signal: AbortSignal): Promise<Bot>;
  readonly current: Bot | undefined;
  /** Asks the server who the bot is now; signs in where nobody is. Throws as `get` does. */
  refresh(signal: AbortSignal): Promise<Bot>;
  /** Drops a token that the server no longer takes; true when signing in anew, with the password, may help. */
  forget(): boolean;
}

const Me = z.object({
  _id: z.string(),
  username: z.string(),
  name: z.string().nullish(),
  roles: z.array(z.string()).catch([]),
});
const LoginReply = z.object({ data: z.object({ userId: z.string(), authToken: z.string() }) });

const SIGN_IN_MS = 30_000;

/** Makes an identity; asks nothing yet. */
export function createIdentity(signIn: SignIn, url: URL, rest: RestClient): Identity {
  let current: Bot | undefined;

  async function enter(signal: AbortSignal): Promise<Bot> {
    await ('token' in signIn ? signIn.token : signIn.password).refresh();
    const credentials = 'token' in signIn ? open(signIn) : await passwordLogin(signIn, url, rest, signal);
    rest.signIn(credentials);
    return learn(credentials, signal);
  }

  async function learn(credentials: Credentials, signal: AbortSignal): Promise<Bot> {
    const me = await rest.call({ path: 'me', schema: Me }, signal);
    const { token } = credentials;
    current = { token, userId: me._id, username: me.username, name: me.name ?? me.username, roles: me.roles };
    return current;
  }

  const entered = createShared(enter, SIGN_IN_MS);
  return {
    get current() {
      return current;
    },
    async get(signal) {
      return current ?? (await entered(signal));
    },
    refresh: (signal) => (current ? learn(current, signal) : entered(signal)),
    forget() {
      const mayHelp = current !== undefined && 'password' in signIn;
      current = undefined;
      return mayHelp;
    },
  };
}

function open({ userId, token }: { readonly userId: string; readonly token: Secret }): Credentials {
  return { userId, token: token.reveal() };
}

/**
 * Over TLS the password goes as it is, because servers that ask LDAP need it; without TLS only its digest travels.
 */
async function passwordLogin(
  { username, password }: { readonly username: string; readonly password: Secret },
  url: URL,
  rest: RestClient,
  signal: AbortSignal,
): Promise<Credentials> {
  const plain = password.reveal();
  const digest = createHash('sha256').update(plain).digest('hex');
  const proof = url.protocol === 'https:' ? plain : { digest, algorithm: 'sha-256' };
  const { data } = await rest.call(
    {
      method: 'POST',
      path: 'login',
      body: { ...(username.includes('@') ? { email: username } : { username }), password: proof },
      schema: LoginReply,
    },
    signal,
  );
  return { userId: data.userId, token: data.authToken };
}
