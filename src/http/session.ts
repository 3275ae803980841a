/** Sessions of the console: a browser shows a token once and keeps what stands for it, never the token. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../lib/secret.ts';

/** Name of the cookie. */
export const SESSION_COOKIE = 'glimpse_session';
/** A person signs in once a week. */
const SESSION_MS = 7 * 24 * 60 * 60_000;
/** Guards against a token that is used for something else with the same digest. */
const PURPOSE = 'glimpse console session v1';

/** Makes and checks sessions; they need no store, so every replica knows them, and end with the token they stand for. */
export interface Sessions {
  /** The value of a cookie for whoever has this token; `undefined` when it is none of the config. */
  open(token: string): { readonly value: string; readonly maxAgeSeconds: number } | undefined;
  /** Which token a `Cookie` header stands for: its place in the config; `undefined` without a good one. */
  tokenOf(cookies: string | undefined): number | undefined;
}

/** Gives the sessions of a config's tokens. */
export function createSessions(tokens: readonly Secret[], nowMs: () => number): Sessions {
  return {
    open(token) {
      const known = tokens.find((one) => isSame(macOf(one.reveal(), 'token'), macOf(token, 'token')));
      if (!known) return undefined;
      const expires = String(nowMs() + SESSION_MS);
      const value = `${expires}.${macOf(known.reveal(), expires).toString('base64url')}`;
      return { value, maxAgeSeconds: SESSION_MS / 1_000 };
    },
    tokenOf(cookies) {
      const [, expires, mac] = COOKIE.exec(cookies ?? '') ?? [];
      if (expires === undefined || mac === undefined || Number(expires) <= nowMs()) return undefined;
      const given = Buffer.from(mac, 'base64url');
      const index = tokens.findIndex((one) => isSame(macOf(one.reveal(), expires), given));
      return index < 0 ? undefined : index;
    },
  };
}

const COOKIE = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=(\\d{1,16})\\.([\\w-]{43})(?:;|$)`);

function macOf(token: string, text: string): Buffer {
  return createHmac('sha256', token).update(`${PURPOSE}\n${text}`).digest();
}

function isSame(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
