import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import type { Environment } from '../../../src/config/resolve-values.ts';
import { BotError } from '../../../src/domain/errors.ts';
import { makeFolder } from '../queries/workspace.ts';
import { chatKinds, sourceKinds } from './fake-kinds.ts';

type Files = Readonly<Record<string, string>>;

function load(text: string | undefined, env: Environment = {}, files: Files = {}) {
  const cwd = makeFolder({ ...(text !== undefined && { 'glimpse.yaml': text }), ...files });
  return loadConfig({ cwd, env, sourceKinds, chatKinds }).then((config) => ({ ...config, cwd }));
}

async function errorOf(text: string | undefined, env: Environment = {}, files: Files = {}): Promise<BotError> {
  const thrown = await load(text, env, files).catch((error: unknown) => error);
  if (!(thrown instanceof BotError)) throw new Error(`expected a refusal, got ${inspect(thrown)}`);
  return thrown;
}

/** The lines of the refusal without its heading. */
async function faultsOf(text: string | undefined, env: Environment = {}, files: Files = {}): Promise<string[]> {
  const { message } = await errorOf(text, env, files);
  return message
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

const TOKEN = 'a-token-of-many-characters';

it('reads a secret again from its file', async () => {
  const text = 'tokens: [{ name: ops, token_file: token }, { name: web, token: another-long-token-of-ours }]';
  const { tokens, cwd } = await load(text, {}, { token: `${TOKEN}\n` });
  writeFileSync(join(cwd, 'token'), 'a-new-token-of-many-characters\n');
  for (const { token } of tokens) await token.refresh();
  expect(tokens.map(({ token }) => token.reveal())).toEqual([
    'a-new-token-of-many-characters',
    'another-long-token-of-ours',
  ]);
  writeFileSync(join(cwd, 'token'), 'a-token-of-many-characters\nand-another\n');
  for (const { token } of tokens) await token.refresh();
  expect(tokens[0]?.token.reveal()).toBe('a-new-token-of-many-characters');
  writeFileSync(join(cwd, 'token'), '');
  await tokens[0]?.token.refresh();
  expect(tokens[0]?.token.reveal()).toBe('a-new-token-of-many-characters');
});

describe('without a file', () => {
  it('runs on loopback with this machine and the demo', async () => {
    const config = await load(undefined);
    expect(config).toMatchObject({
      listen: { host: '127.0.0.1', port: 8484 },
      dataFolder: join(config.cwd, 'data'),
      sources: [],
      chats: [],
      tokens: [],
    });
    expect(config.queries.map(({ pack }) => pack)).toEqual(['machine', 'demo']);
    expect(config).not.toHaveProperty('file');
    expect(config).not.toHaveProperty('zone');
    expect(config).not.toHaveProperty('databaseUrl');
  });

  it('does the same with an empty one', async () => {
    const config = await load(' \n\n');
    expect(config.queries.map(({ pack }) => pack)).toEqual(['machine', 'demo']);
    expect(config.file).toBe(join(config.cwd, 'glimpse.yaml'));
    expect(config.isBlank).toBe(true);
    for (const written of ['{}', '# zone: UTC\n']) expect((await load(written)).isBlank).toBeUndefined();
  });

  it.each([
    [{ path: 'other.yaml' }, {}],
    [{}, { GLIMPSE_CONFIG: 'other.yaml' }],
  ])('refuses when one was asked for: %j %j', async (asked, env) => {
    const cwd = makeFolder({});
    await expect(loadConfig({ ...asked, cwd, env, sourceKinds, chatKinds })).rejects.toThrow(
      'other.yaml: there is no such file',
    );
  });
});

describe('a whole file', () => {
  const text = `
listen: 127.0.0.1:0
publicUrl: https://glimpse.example.net
zone: Europe/Berlin
data: ./store
databaseUrl: postgres://\${DB_USER}:pw@db/glimpse
queries: [{ pack: collectd, source: graphite-eu }, ./ours, { path: /etc/q, source: prom }, telegraf]
sources:
  graphite-eu:
    { kind: graphite, url: http://graphite:8080, publicUrl: https://g.example.net, env: production, timeout: 7s, token_file: secrets/graphite }
  prom: { kind: prometheus, url: http://prom:9090/prefix, raw: true, demo: true }
chats:
  team: { kind: rocketchat, url: https://chat.example.net, userId: "\${BOT}", token_file: secrets/chat }
operators: { chat: team, room: glimpse-ops }
hooks: { eu: { kind: kibana, token_file: secrets/chat, severity: warning } }
changes: { ci: { kind: github, secret: abc } }
routes:
  - { match: { severity: critical }, chat: team, room: oncall, fallback: { chat: team, room: ops } }
  - { chat: team, room: ops }
tokens: [{ name: ci, token: ${TOKEN} }]
logLevel: debug
`;
  const files = { 'secrets/graphite': 'g-secret\n', 'secrets/chat': 'c-secret-of-many-chars\r\n' };
  const env = { DB_USER: 'ana', BOT: 'bot7' };

  it('comes out with defaults, absolute paths and secrets', async () => {
    const { cwd, ...config } = await load(text, env, files);
    expect(config).toMatchObject({
      file: join(cwd, 'glimpse.yaml'),
      listen: { host: '127.0.0.1', port: 0 },
      publicUrl: 'https://glimpse.example.net/',
      zone: 'Europe/Berlin',
      dataFolder: join(cwd, 'store'),
      queries: [
        { pack: 'collectd', source: 'graphite-eu' },
        { path: join(cwd, 'ours') },
        { path: '/etc/q', source: 'prom' },
        { pack: 'telegraf' },
      ],
      sources: [
        { name: 'graphite-eu', kind: 'graphite', env: 'production', timeoutMs: 7_000, isDemo: false, allowsRaw: false },
        { name: 'prom', kind: 'prometheus', timeoutMs: 5_000, isDemo: true, allowsRaw: true },
      ],
      chats: [{ name: 'team', kind: 'rocketchat', options: { userId: 'bot7', catchUp: 600_000 } }],
      operators: { chat: 'team', room: 'glimpse-ops' },
      hooks: { eu: { kind: 'kibana', severity: 'warning' } },
      changes: { ci: { kind: 'github' } },
      routes: [{ match: { severity: ['critical'] }, fallback: { room: 'ops' } }, { room: 'ops' }],
      logLevel: 'debug',
    });
    expect(config.databaseUrl?.reveal()).toBe('postgres://ana:pw@db/glimpse');
    expect(config.sources[0]?.options).toMatchObject({
      url: 'http://graphite:8080/',
      publicUrl: 'https://g.example.net/',
    });
    expect(config.tokens[0]?.token.reveal()).toBe(TOKEN);
  });

  it('reads secret files without their last line break', async () => {
    const config = await load(text, env, files);
    const secretOf = (options: unknown) => (options as { token: { reveal(): string } }).token.reveal();
    expect(
      [config.sources[0], config.chats[0], config.hooks.eu && { options: config.hooks.eu }].map((entry) =>
        secretOf(entry?.options),
      ),
    ).toEqual(['g-secret', 'c-secret-of-many-chars', 'c-secret-of-many-chars']);
  });

  it('shows none of its secrets', async () => {
    const config = await load(text, env, files);
    for (const shown of [JSON.stringify(config), inspect(config, { depth: 9 })]) {
      expect(shown).toContain('[redacted]');
      for (const secret of ['g-secret', 'c-secret-of-many-chars', 'abc', TOKEN, 'pw@db'])
        expect(shown).not.toContain(secret);
    }
  });

  it('knows where each pack is switched on', async () => {
    const config = await load(text, env, files);
    expect(config.queries[1]?.declaredAt).toEqual({ file: 'glimpse.yaml', line: 7, column: 52, path: 'queries[1]' });
  });
});

describe('the environment', () => {
  it('wins over the file', async () => {
    const cwd = makeFolder({ 'conf/glimpse.yaml': 'listen: 127.0.0.1:1\ndata: ./a\ndatabaseUrl: postgres://file' });
    const env = {
      GLIMPSE_CONFIG: 'conf/glimpse.yaml',
      GLIMPSE_LISTEN: '[::1]:0',
      GLIMPSE_DATA: 'b',
      DATABASE_URL: 'postgres://env',
    };
    const config = await loadConfig({ cwd, env, sourceKinds, chatKinds });
    expect(config.listen).toEqual({ host: '::1', port: 0 });
    expect(config.dataFolder).toBe(join(cwd, 'b'));
    expect(config.databaseUrl?.reveal()).toBe('postgres://env');
  });

  it('counts as absent where it is empty', async () => {
    const config = await load(undefined, {
      GLIMPSE_CONFIG: '',
      GLIMPSE_LISTEN: '',
      GLIMPSE_DATA: '',
      DATABASE_URL: '',
    });
    expect(config.listen.port).toBe(8484);
    expect(config).not.toHaveProperty('databaseUrl');
  });

  it('gives way to --config', async () => {
    const cwd = makeFolder({ 'a.yaml': 'zone: Europe/Oslo', 'b.yaml': 'zone: Europe/Rome' });
    const config = await loadConfig({ path: 'a.yaml', cwd, env: { GLIMPSE_CONFIG: 'b.yaml' }, sourceKinds, chatKinds });
    expect(config.zone).toBe('Europe/Oslo');
  });

  it('is faulted by the name of the variable, never its value', async () => {
    const faults = await faultsOf(undefined, { GLIMPSE_LISTEN: 'x', DATABASE_URL: 'mysql://u:hunter2@h' });
    expect(faults).toEqual([
      'environment: DATABASE_URL: is no PostgreSQL address; write it like postgres://user:password@host:5432/glimpse',
      'environment: GLIMPSE_LISTEN: is no address to listen on; write it like 127.0.0.1:8484, [::1]:8484 or :8484',
    ]);
  });

  it('fills in numbers and truth values too', async () => {
    const text = 'sources: { p: { kind: prometheus, url: "http://p", retries: "${N}", verify: "${V}" } }';
    const config = await load(text, { N: '3', V: 'false' });
    expect(config.sources[0]?.options).toMatchObject({ retries: 3, verify: false });
  });

  it('is not read where a dollar is doubled', async () => {
    const config = await load(
      'operators: { chat: t, room: "$${HOME}" }\nchats: { t: { kind: rocketchat, url: "http://c", userId: b, token: t } }',
    );
    expect(config.operators?.room).toBe('${HOME}');
  });
});

describe('the listener', () => {
  it.each(['127.0.0.1:80', '127.9.9.9:80', '[::1]:80', 'localhost:80', '[::ffff:127.0.0.1]:80'])(
    'needs no token on %s',
    async (listen) => {
      await expect(load(`listen: "${listen}"`)).resolves.toBeDefined();
    },
  );

  it.each([
    ['0.0.0.0:80', '0.0.0.0'],
    [':80', '0.0.0.0'],
    ['*:80', '0.0.0.0'],
    ['[::]:80', '::'],
    ['10.0.0.7:80', '10.0.0.7'],
    ['localhost.example.net:80', 'localhost.example.net'],
  ])('demands tokens on %s', async (listen, host) => {
    expect(await faultsOf(`zone: UTC\nlisten: "${listen}"`)).toEqual([
      `glimpse.yaml:2:9: listen: ${host} can be reached from other machines, and there are no \`tokens\`; add tokens: [{ name: ops, token_file: … }], or listen on 127.0.0.1`,
    ]);
    await expect(load(`listen: "${listen}"\ntokens: [{ name: ops, token: ${TOKEN} }]`)).resolves.toBeDefined();
  });

  it('demands tokens where the environment says so', async () => {
    expect(await faultsOf('listen: 127.0.0.1:80', { GLIMPSE_LISTEN: '0.0.0.0:80' })).toEqual([
      expect.stringMatching(/^environment: GLIMPSE_LISTEN: 0\.0\.0\.0 can be reached/),
    ]);
  });

  it('says so beside other faults', async () => {
    expect(await faultsOf('listen: 0.0.0.0:80\nzone: Nowhere')).toHaveLength(2);
  });

  it.each(['80', '127.0.0.1', 'a b:80', '127.0.0.1:99999', '[127.0.0.1]:80', 'http://x:80'])(
    'does not read %s',
    async (listen) => {
      expect(await faultsOf(`listen: "${listen}"`)).toEqual([
        'glimpse.yaml:1:9: listen: is no address to listen on; write it like 127.0.0.1:8484, [::1]:8484 or :8484',
      ]);
    },
  );
});

describe('each mistake has its place and its remedy', () => {
  const EXPRESSION =
    'is written as an expression, but values are taken word for word; `*` stands for any characters, a list such as [a, b] for one of several';
  const G = 'sources:\n  g: ';
  const CHAT = 'chats:\n  team: { kind: rocketchat, url: "http://c", userId: b, token: t }\n';
  const cases: readonly (readonly [what: string, text: string, ...faults: string[]])[] = [
    ['a list', '- listen', '1:1: is a list, but should be a map of keys'],
    ['text', 'listen', '1:1: is text, but should be a map of keys'],
    ['a mistyped key', 'zone: UTC\nsourcs: {}', '2:1: sourcs: is no key here; did you mean `sources`?'],
    ['a key one level too high', 'room: ops', '1:1: room: is no key here; it belongs under `operators`'],
    ['a key in snake case', 'public_url: http://x', '1:1: public_url: is no key here; did you mean `publicUrl`?'],
    ['a key that is there twice', 'zone: UTC\nzone: UTC', '2:1: zone: is already on line 1; keep one of the two'],
    [
      'a place in words that is nothing of an alert',
      'alerts: { template: { title: "{{label.host}}" } }',
      '1:30: alerts.template.title: has {{label.host}}, which is nothing of an alert; did you mean labels.host?',
    ],
    [
      'a place in words that does not end',
      'routes: [{ template: { text: "a {{name}" } }]',
      '1:30: routes[0].template.text: has a `{{` that has no other end; places are written {{labels.host}}',
    ],
    ['a zone that is none', 'zone: Europe/Berln', '1:7: zone: is no time zone; did you mean Europe/Berlin?'],
    ['a zone that resembles none', 'zone: X/Y', '1:7: zone: is no time zone; write it like Europe/Berlin'],
    [
      'a number where an address belongs',
      'listen: 8484',
      '1:9: listen: is a number, but should be text; put it in quotes',
    ],
    [
      'an address that is none',
      'publicUrl: glimpse.example.net',
      '1:12: publicUrl: is not an http or https address, such as https://graphite.example.net',
    ],
    [
      'a database of another kind',
      'databaseUrl: mysql://u:hunter2@h',
      '1:14: databaseUrl: is no PostgreSQL address; write it like postgres://user:password@host:5432/glimpse',
    ],
    [
      'a level of logging that is none',
      'logLevel: warning',
      '1:11: logLevel: "warning" is not known; did you mean warn?',
    ],
    [
      'a number that is too large',
      `${G}{ kind: prometheus, url: "http://x", retries: 9 }`,
      '2:52: sources.g.retries: is too large; it should be at most 5',
    ],
    [
      'a number that is no whole one',
      `${G}{ kind: prometheus, url: "http://x", retries: 1.5 }`,
      '2:52: sources.g.retries: is a number, but should be a whole number',
    ],
    ['a pack by a mistyped key', 'queries: [{ pak: x }]', '1:13: queries[0].pak: is no key here; did you mean `pack`?'],
    ['a pack twice', 'queries: [demo, ./a, demo]', '1:22: queries[2]: is here already; take it away'],
    ['a pack that is a number', 'queries: [5]', '1:11: queries[0]: is a number, but should be text or a map of keys'],
    [
      'a source without its kind',
      `${G}{ url: "http://x" }`,
      '2:3: sources.g.kind: is missing; it should be one of graphite, prometheus',
    ],
    [
      'a source of a mistyped kind',
      `${G}{ kind: promtheus, url: "http://x" }`,
      '2:14: sources.g.kind: "promtheus" is not known; did you mean prometheus?',
    ],
    ['a source that is text', `${G}http://x`, '2:6: sources.g: is text, but should be a map of keys'],
    ['a source that is empty', G, '2:6: sources.g: is empty, but should be a map of keys'],
    ['a source without its address', `${G}{ kind: graphite }`, '2:3: sources.g.url: is missing; it should be text'],
    [
      'a mistyped key of a source',
      `${G}{ kind: graphite, ulr: "http://x" }`,
      '2:24: sources.g.ulr: is no key here; did you mean `url`?',
    ],
    [
      'a key of another kind of source',
      `${G}{ kind: graphite, url: "http://x", retries: 2 }`,
      '2:41: sources.g.retries: is no key here; there are kind, url, token, token_file, headers, publicUrl, ca, ca_file, env, timeout, demo, raw',
    ],
    [
      'a timeout that is none',
      `${G}{ kind: graphite, url: "http://x", timeout: 5x }`,
      '2:50: sources.g.timeout: "5x" is not a duration; write it like 5s, 10m or 1h30m',
    ],
    [
      'a number as a timeout',
      `${G}{ kind: graphite, url: "http://x", timeout: 5 }`,
      '2:50: sources.g.timeout: is a number without its unit; 5 seconds are written 5s',
    ],
    [
      'yes where true belongs',
      `${G}{ kind: graphite, url: "http://x", demo: yes }`,
      '2:47: sources.g.demo: is text, but should be true or false; write true',
    ],
    [
      'a name of a source with a blank',
      'sources:\n  my g: { kind: graphite, url: "http://x" }',
      '2:3: sources["my g"]: is no name: up to 64 letters, digits, `-`, `_` and `.`, with a letter or digit first',
    ],
    [
      'a chat without its secret',
      'chats: { t: { kind: rocketchat, url: "http://c", userId: b } }',
      '1:10: chats.t.token: is missing; it should be text',
    ],
    [
      'a secret that is a number',
      'chats: { t: { kind: rocketchat, url: "http://c", userId: b, token: 123456 } }',
      '1:68: chats.t.token: is a number, but should be text; put it in quotes',
    ],
    [
      'a secret that is empty',
      'chats: { t: { kind: rocketchat, url: "http://c", userId: b, token: "" } }',
      '1:68: chats.t.token: is empty; it needs a value',
    ],
    [
      'a secret that no header can carry',
      'chats: { t: { kind: rocketchat, url: "http://c", userId: b, token: "a\\nb" } }',
      '1:68: chats.t.token: holds a line break or another control character, which cannot be sent',
    ],
    [
      'operators in a chat that does not exist',
      `${CHAT}operators: { chat: tea, room: ops }`,
      '3:20: operators.chat: "tea" is no chat of this config; did you mean team?',
    ],
    [
      'a route to a chat that does not exist',
      'routes: [{ chat: team, room: ops }]',
      '1:18: routes[0].chat: "team" is no chat of this config; there are none; add one under `chats`',
    ],
    [
      'a fallback to a chat that does not exist',
      `${CHAT}routes: [{ chat: team, room: ops, fallback: { chat: other, room: x } }]`,
      '3:53: routes[0].fallback.chat: "other" is no chat of this config; there are team',
    ],
    [
      'a route below another to a chat that does not exist',
      `${CHAT}routes: [{ chat: team, room: ops, routes: [{ chat: tem, room: x }] }]`,
      '3:52: routes[0].routes[0].chat: "tem" is no chat of this config; did you mean team?',
    ],
    [
      'a route by an expression of Prometheus',
      `${CHAT}routes: [{ match: { severity: "=~crit.*" }, chat: team, room: ops }]`,
      `3:31: routes[0].match.severity: ${EXPRESSION}`,
    ],
    [
      'a maintenance by an expression between slashes, in a list',
      'maintenance: [{ match: { severity: [info, "/crit(/"] }, daily: 04:00-05:00 }]',
      `1:43: maintenance[0].match.severity[1]: ${EXPRESSION}`,
    ],
    [
      'a maintenance that ends before it begins',
      'maintenance: [{ from: 2026-11-25T22:00, to: 2026-11-25T21:00 }]',
      '1:45: maintenance[0].to: is not after `from`; swap them',
    ],
    [
      'a maintenance that ends when it begins',
      'maintenance: [{ daily: 04:00-04:00 }]',
      '1:24: maintenance[0].daily: ends when it begins; leave it out where the whole day is meant',
    ],
    [
      'a variable where a place in words belongs',
      'alerts: { template: { title: "a ${labels.x}" } }',
      '1:33: alerts.template.title: has `${labels.x}`, which names no environment variable; did you mean {{labels.x}}?',
    ],
    [
      'a mistyped key of a hook',
      'hooks: { am: { kind: alertmanager, tokn: x } }',
      '1:36: hooks.am.tokn: is no key here; did you mean `token`?',
    ],
    [
      'a change of a mistyped format',
      'changes: { ci: { kind: githb, secret: x } }',
      '1:24: changes.ci.kind: "githb" is not known; did you mean github?',
    ],
    [
      'a hook that nobody could send to',
      `listen: 0.0.0.0:80\ntokens: [{ name: ops, token: ${TOKEN} }]\nhooks: { eu: { kind: alertmanager } }`,
      '3:14: hooks.eu: has no secret, so nobody could send to it off 127.0.0.1; add `token_file`, or `secret_file` where its sender signs',
    ],
    [
      'a token that can be guessed',
      'tokens: [{ name: a, token: hunter2 }]',
      '1:28: tokens[0].token: is shorter than 16 characters and could be guessed; make one with: openssl rand -hex 24',
    ],
    [
      'a token of a hook that can be guessed, where anybody may try',
      `listen: 0.0.0.0:80\ntokens: [{ name: ops, token: ${TOKEN} }]\nhooks: { eu: { kind: alertmanager, token: hunter2, secret: short } }`,
      "3:43: hooks.eu.token: is shorter than 16 characters and could be guessed; make one with: openssl rand -hex 24; one that the sender's own system makes may be shorter, as `secret`",
    ],
    [
      'two tokens of one name',
      `tokens: [{ name: a, token: ${TOKEN} }, { name: a, token: ${TOKEN} }]`,
      '1:66: tokens[1].name: is the name of another token; choose one of its own',
    ],
    [
      'a variable that is not set',
      `${G}{ kind: graphite, url: "http://\${GRAPHITE_HOST}:80" }`,
      '2:37: sources.g.url: reads the environment variable GRAPHITE_HOST, which is not set; set it, or write the value here',
    ],
    [
      'a variable that is none',
      'zone: ${my zone}',
      '1:7: zone: has `${my zone}`, which names no environment variable; write `$${my zone}` if it is none',
    ],
    [
      'a variable that never ends',
      'zone: ${ZONE',
      '1:7: zone: has a `${` without its `}`; write `$${` where those two characters are meant',
    ],
    [
      'a secret and its file',
      `${G}{ kind: graphite, url: "http://x", token: a, token_file: b }`,
      '2:51: sources.g.token_file: is here beside `token`; keep one of the two',
    ],
    [
      'a file for what is no secret',
      `${G}{ kind: graphite, url_file: x }`,
      '2:24: sources.g.url_file: is no key here; did you mean `url`?',
    ],
    [
      'a variable without quotes in a flow map',
      `${CHAT}  b: { kind: rocketchat, url: "http://c", userId: \${BOT}, token: hunter2 }`,
      '3:52: has `${` inside { } or [ ], where braces mean something; put the text in quotes',
    ],
    [
      'a bracket that is not closed',
      'queries: [demo\nzone: UTC',
      '2:1: comes before an opened { or [ is closed; close it, or indent what belongs inside',
    ],
    ['a tab', 'sources:\n\tg: {}', '2:1: is indented with a tab; YAML wants spaces'],
  ];

  it.each(cases)('%s', async (_what, text, ...faults) => {
    expect(new Set(await faultsOf(text))).toEqual(new Set(faults.map((fault) => `glimpse.yaml:${fault}`)));
  });
});

describe('values of labels', () => {
  it.each(['web*', 'a.b', '/var/log/', 'C++', '10.0.0.0/8', '*.example.net', 'web01.*'])('may be %s', async (value) => {
    const text = `maintenance: [{ match: { path: "${value}" }, daily: 22:00-04:00 }]`;
    expect((await load(text)).maintenance[0]?.match).toEqual({ path: [value] });
  });
});

it('leaves out the line breaks at the end of a secret, wherever it comes from', async () => {
  const text = `tokens:
  - { name: a, token: "\${TOK}" }
  - { name: b, token_file: t }
  - name: c
    token: |
      ${TOKEN}c
`;
  const { tokens, cwd } = await load(text, { TOK: `${TOKEN}a\r\n` }, { t: `${TOKEN}b\n\n` });
  expect(tokens.map(({ token }) => token.reveal())).toEqual(['a', 'b', 'c'].map((end) => `${TOKEN}${end}`));
  writeFileSync(join(cwd, 't'), `${TOKEN}d\r\n\r\n`);
  await tokens[1]?.token.refresh();
  expect(tokens[1]?.token.reveal()).toBe(`${TOKEN}d`);
});

describe('secret files', () => {
  const text = (file: string) => `databaseUrl_file: ${file}`;

  it('may stand for any secret, also of a map of secrets', async () => {
    const sources = 'sources: { g: { kind: graphite, url: "http://x", headers: { X-Org_file: org, X-Other: b } } }';
    const config = await load(sources, {}, { org: 'tenant7\n' });
    const options = config.sources[0]?.options as { headers: Record<string, { reveal(): string }> } | undefined;
    expect(options?.headers['X-Org']?.reveal()).toBe('tenant7'); // the line break is the editor's
    expect(options?.headers['X-Other']?.reveal()).toBe('b');
  });

  it('are found through the environment', async () => {
    const config = await load(text('${SECRETS}/db'), { SECRETS: './s' }, { 's/db': 'postgres://x' });
    expect(config.databaseUrl?.reveal()).toBe('postgres://x');
  });

  it.each([
    ['none', '/none cannot be read: there is no such file; relative paths start at the folder of the config'],
    ['empty', '/empty is empty; put the secret into it'],
    ['folder', '/folder is no file of at most 64 KiB; give one that holds the secret alone'],
    ['large', '/large is no file of at most 64 KiB; give one that holds the secret alone'],
    ['lines', '/lines holds more than one line, or a control character; put the secret into it alone, in one line'],
  ])('are refused when they are %s', async (name, words) => {
    const files = { empty: '\n', 'folder/x': '', large: 'x'.repeat(65 * 1024), lines: 'x\ny\n' };
    const error = await errorOf(text(name), {}, files);
    expect(error.code).toBe('CONFIG_SECRET_UNREADABLE');
    expect(error.message).toMatch(/\n {2}glimpse\.yaml:1:19: databaseUrl_file: /);
    expect(error.message.endsWith(words)).toBe(true);
  });

  it.skipIf(process.getuid?.() === 0)('are refused when this user may not read them', async () => {
    const cwd = makeFolder({ 'glimpse.yaml': text('db'), db: 'postgres://x' });
    chmodSync(join(cwd, 'db'), 0o000);
    await expect(loadConfig({ cwd, env: {}, sourceKinds, chatKinds })).rejects.toThrow('this user may not');
  });

  it('are one fault among others', async () => {
    const error = await errorOf(`${text('none')}\nzone: Nowhere`);
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.details.faults).toMatchObject([{ code: 'CONFIG_SECRET_UNREADABLE', line: 1 }, { line: 2 }]);
  });
});

describe('what no message shows', () => {
  it('a secret from a file', async () => {
    const error = await errorOf(
      'databaseUrl_file: db\ntokens: [{ name: a, token_file: t }]',
      {},
      {
        db: 'mysql://u:hunter2@h',
        t: 'hunter3',
      },
    );
    expect(error.details.faults).toHaveLength(2);
    expect(JSON.stringify([error.message, error.details])).not.toMatch(/hunter/);
  });

  it('a value from the environment', async () => {
    const text = 'logLevel: ${LEVEL}\nsources: { g: { kind: graphite, url: "http://x", timeout: "${T}" } }';
    const error = await errorOf(text, { LEVEL: 'hunter2', T: 'hunter3' });
    expect(error.message).toContain('"${LEVEL}" is not known');
    expect(error.message).toContain('"${T}" is not a duration');
    expect(error.message).not.toMatch(/hunter/);
  });

  it('what a broken file holds', async () => {
    expect((await errorOf('databaseUrl: "postgres://u:hunter2@h')).message).not.toMatch(/hunter/);
    expect((await errorOf('databaseUrl:\n  - hunter2\n hunter3: [')).message).not.toMatch(/hunter/);
    expect((await errorOf('databaseUrl: { x: ${A}, hunter2 }\nhunter3')).message).not.toMatch(/hunter/);
  });
});
