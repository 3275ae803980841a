/** What of a configuration is exchanged at run time, and what means the same. */
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { isSameSetting, needsRestart, reloadable } from '../../../src/config/reloadable.ts';
import { Secret } from '../../../src/lib/secret.ts';

const base: Config = {
  listen: { host: '127.0.0.1', port: 8484 },
  dataFolder: '/var/lib/glimpse',
  queries: [],
  sources: [],
  chats: [],
  hooks: {},
  changes: {},
  routes: [],
  maintenance: [],
  owners: { severities: [], labels: [], people: [] },
  alerts: {
    template: {},
    postsPerMinute: 10,
    watchdogs: [],
    noNewsAfter: 1,
    flapping: { changes: 5, within: 1 },
    waitForChat: 1,
    keep: 1,
  },
  oncall: [],
  answers: { keepMs: 1, maxBytes: 1 },
  alertPatterns: [],
  tokens: [],
  requestsPerMinute: 600,
  logLevel: 'info',
};
const tokens = [{ name: 'ops', scopes: ['ask'] as const, token: new Secret('0123456789abcdef') }];

describe('reloadable', () => {
  it('keeps listener and store, takes the rest', () => {
    const wanted = {
      ...base,
      listen: { host: '0.0.0.0', port: 1 },
      databaseUrl: new Secret('postgres://x/y'),
      zone: 'UTC',
    };
    expect(reloadable(wanted, base)).toEqual({ ...base, zone: 'UTC' });
    expect(needsRestart(wanted, base)).toEqual(['listen', 'databaseUrl']);
  });

  it('refuses to take the last token away where others can reach it', () => {
    const current = { ...base, listen: { host: '0.0.0.0', port: 8484 }, tokens };
    expect(() => reloadable({ ...base, tokens: [] }, current)).toThrow(/no `tokens`/);
    expect(reloadable({ ...base, tokens }, current).tokens).toBe(tokens);
  });

  it('refuses hooks that anybody could send to where others can reach it', () => {
    const current = { ...base, listen: { host: '0.0.0.0', port: 8484 }, tokens };
    const hooks = (hook: object) => ({ eu: { kind: 'alertmanager', ...hook } });
    const short = { ...base, tokens, hooks: hooks({ token: new Secret('hunter2') }), changes: hooks({}) };
    expect(() => reloadable(short, current)).toThrow(
      /^0\.0\.0\.0 can be reached from other machines, and `hooks\.eu\.token` is shorter than 16 characters .*; `changes\.eu` has no secret/,
    );
    const signed = hooks({ secret: new Secret('hunter2') });
    expect(reloadable({ ...base, tokens, hooks: signed }, current).hooks).toBe(signed);
    expect(reloadable(short, base).hooks).toBe(short.hooks);
  });
});

describe('a file of which nothing is left', () => {
  const file = '/etc/glimpse/glimpse.yaml';
  const blank = { ...base, isBlank: true };

  it.each([
    [
      { ...blank, file },
      `${file} is empty; was it not written to its end? Write it again; \`{}\` alone stands for the defaults.`,
    ],
    [blank, `${file} is gone; was it not written to its end? Write it again; \`{}\` alone stands for the defaults.`],
  ])('is refused while the bot runs: %#', (wanted, words) => {
    expect(() => reloadable(wanted, { ...base, file })).toThrow(words);
  });

  it('is taken where there was nothing before, or `{}` says so', () => {
    expect(reloadable({ ...blank, zone: 'UTC' }, blank).zone).toBe('UTC');
    expect(reloadable({ ...base, file, zone: 'UTC' }, { ...base, file }).zone).toBe('UTC');
  });
});

describe('isSameSetting', () => {
  it.each([
    [{ a: [1, { b: new Secret('x') }] }, { a: [1, { b: new Secret('x') }] }, true],
    [{ a: [1, { b: new Secret('x') }] }, { a: [1, { b: new Secret('y') }] }, false],
    [{ a: new Secret('x') }, { a: 'x' }, false],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [[1, 2], { 0: 1, 1: 2 }, false],
    [new URL('http://a/'), new URL('http://b/'), false],
    [Number.NaN, Number.NaN, true],
    [null, {}, false],
  ])('%#: compares %j with %j', (one, other, isSame) => {
    expect(isSameSetting(one, other)).toBe(isSame);
  });
});
