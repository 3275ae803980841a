/** The compose file: as its specification wants it, and everything in it fits together. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { makeSecrets } from '../deploy/make-secrets.ts';
import { chatKinds } from '../src/chat/index.ts';
import { loadConfig } from '../src/config/load.ts';
import { sourceKinds } from '../src/sources/index.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, unknown>>;
}

const compose = parse(read('compose.yaml'), { merge: true }) as Compose;
const services = Object.entries(compose.services);
const mountsOf = ({ volumes = [] }: Service) =>
  volumes.map((volume) => {
    const [source = '', target = ''] = volume.split(':');
    return { source, target };
  });
const CONFIGS = ['glimpse.yaml', 'prometheus.yml', 'alertmanager.yml', 'grafana/datasources.yaml'];

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'glimpse-compose-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('is what the Compose Specification allows', () => {
  const check = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(read('test/fixtures/compose/compose-spec.json')) as object,
  );
  check(compose);
  expect(check.errors).toBeNull();
});

it.each(services)('%s: its image is pinned, what it mounts and needs is there', (_name, service) => {
  expect(service.image).toMatch(/:(?:local|v?\d+\.\d+\.\d+\S*|\d+\.\d+-\w+)$/);
  for (const { source } of mountsOf(service)) {
    if (source.startsWith('./')) expect(existsSync(join(root, source)), source).toBe(true);
    else if (!source.startsWith('/')) expect(Object.keys(compose.volumes)).toContain(source);
  }
  for (const network of service.networks ?? []) expect(Object.keys(compose.networks)).toContain(network);
  for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
    const other = compose.services[needed];
    expect(other, needed).toBeDefined();
    if (condition === 'service_healthy') expect(other?.healthcheck?.test, needed).toBeDefined();
  }
});

it.each(services)(
  '%s: is reached from this machine only, and shares a network with what it waits for',
  (name, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const needed of Object.keys(service.depends_on ?? {})) {
      if (needed === 'secrets' || needed === 'setup') continue;
      const shared = service.networks?.filter((network) => compose.services[needed]?.networks?.includes(network));
      expect(shared, `${name} and ${needed}`).not.toEqual([]);
    }
  },
);

it('uses every volume and every secret folder that it declares', () => {
  const used = new Set(services.flatMap(([, service]) => mountsOf(service).map(({ source }) => source)));
  expect(Object.keys(compose.volumes).filter((name) => !used.has(name))).toEqual([]);
});

describe('secrets', () => {
  it('are in no file: values that are one come from a file of a volume', () => {
    const values = services.flatMap(([, { environment = {} }]) => Object.entries(environment));
    const secret = values.filter(([key]) => /pass|token|secret|key/i.test(key));
    expect(secret.map(([key, value]) => (/^\/run\/secrets\//.test(value) ? '' : key)).join('')).toBe('');
    for (const file of CONFIGS) {
      const text = read(`deploy/compose/${file}`);
      expect(text).not.toMatch(/^\s*-?\s*(?:password|token|secret|credentials):/m);
    }
  });

  it('are made, each where a service looks for it, and mounted there alone', () => {
    const folder = temporaryFolder();
    const made = makeSecrets(folder);
    const texts = [read('compose.yaml'), ...CONFIGS.map((file) => read(`deploy/compose/${file}`))];
    const looked = new Set(
      texts.flatMap((text) => [...text.matchAll(/\/run\/secrets\/([\w-]+\/[\w-]+)/g)].map(([, path]) => path)),
    );
    expect([...looked].sort()).toEqual([...made].sort());
    const mounted = services.flatMap(([name, service]) =>
      mountsOf(service)
        .filter(({ target }) => target.startsWith('/run/secrets/'))
        .map(({ source, target }) => [name, source, target]),
    );
    expect(mounted).toEqual(mounted.map(([name]) => [name, `secrets-${name}`, `/run/secrets/${name}`]));
  });

  it('stay when they are made again, and those that are gone come back as they were', () => {
    const folder = temporaryFolder();
    makeSecrets(folder);
    const password = readFileSync(join(folder, 'postgres/password'), 'utf8');
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(statSync(join(folder, 'postgres/password')).mode & 0o777).toBe(0o444);
    rmSync(join(folder, 'glimpse/database-url'));
    rmSync(join(folder, 'setup/bot-password'));
    expect(makeSecrets(folder)).toEqual(['glimpse/database-url', 'setup/bot-password']);
    expect(readFileSync(join(folder, 'glimpse/database-url'), 'utf8')).toContain(`:${password}@postgres`);
    expect(readFileSync(join(folder, 'setup/bot-password'))).toEqual(
      readFileSync(join(folder, 'glimpse/rocketchat-password')),
    );
    expect(makeSecrets(folder)).toEqual([]);
  });
});

it("the bot's configuration loads with the secrets that are made, and names services that there are", async () => {
  const cwd = temporaryFolder();
  makeSecrets(cwd);
  writeFileSync(join(cwd, 'glimpse.yaml'), read('deploy/compose/glimpse.yaml').replaceAll('/run/secrets/', `${cwd}/`));
  const config = await loadConfig({ cwd, env: {}, sourceKinds, chatKinds });
  expect(config.databaseUrl?.reveal()).toMatch(/^postgres:\/\/glimpse:[0-9a-f]{48}@postgres:5432\/glimpse$/);
  const hosts = [...read('deploy/compose/glimpse.yaml').matchAll(/\burl: "?http:\/\/([\w-]+)/g)].map(
    ([, host]) => host,
  );
  expect(hosts.filter((host) => !host || !Object.hasOwn(compose.services, host))).toEqual([]);
  const rooms = compose.services.setup?.environment?.ROCKETCHAT_ROOMS?.split(',') ?? [];
  for (const { room } of config.routes) expect(rooms).toContain(room);
  expect(rooms).toContain(config.operators?.room);
});
