/** The docs say what the code does: generated parts are fresh, every error has its heading, every example loads. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fastify from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { chatKinds } from '../src/chat/index.ts';
import { generatedFiles } from '../src/cli/generate-docs.ts';
import { loadConfig } from '../src/config/load.ts';
import { ERROR_CATALOGUE } from '../src/domain/errors.ts';
import { checkQueries } from '../src/queries/check.ts';
import { isDefinitionFile, isTestFile } from '../src/queries/folders.ts';
import { ExpectationFile } from '../src/recording/expectation-schema.ts';
import { parseRecording } from '../src/recording/recording.ts';
import { sourceKinds } from '../src/sources/index.ts';

const root = resolve(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('generated files', () => {
  it.each([...generatedFiles(read)])('%s is what `npm run docs:gen` writes', (path, text) => {
    expect(read(path)).toBe(text);
  });
});

describe('docs/errors.md', () => {
  /** What the page says under each heading of a code: `*asker · HTTP 400 · not retried*`. */
  const documented = Object.fromEntries(
    [...read('docs/errors.md').matchAll(/^### (\w+)\n\n\*(.*)\*\n\n(?=\S)/gm)].map(([, code, facts]) => [code, facts]),
  );

  it('has a heading for every code, with who acts, its status and whether it is retried, and no other', () => {
    const catalogue = Object.entries(ERROR_CATALOGUE).map(([code, { actor, status, retryable }]) => [
      code,
      `${actor} · HTTP ${status} · ${retryable ? 'retried' : 'not retried'}`,
    ]);
    expect(documented).toEqual(Object.fromEntries(catalogue));
  });

  it('has no heading twice', () => {
    const headings = [...read('docs/errors.md').matchAll(/^#+ .*$/gm)].map(([heading]) => heading);
    expect(headings).toEqual([...new Set(headings)]);
  });
});

/** The fenced examples of a page that are marked with what they are. */
function examplesOf(path: string, mark: 'config' | 'query' | 'recording' | 'tests'): readonly string[] {
  return [...read(path).matchAll(/^```(?:yaml|json) (\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, found, text]) =>
    found === mark && text !== undefined ? [text] : [],
  );
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'glimpse-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const configExamples = pages.flatMap((page) =>
  examplesOf(`docs/${page}`, 'config').map((text) => [page, text] as const),
);
const queryExamples = pages.flatMap((page) => examplesOf(`docs/${page}`, 'query').map((text) => [page, text] as const));

describe('examples', () => {
  it('are there', () => {
    expect(configExamples.length).toBeGreaterThan(1);
    expect(queryExamples.length).toBeGreaterThan(1);
  });

  it.each(configExamples)('%s: a config loads as it stands', async (_page, text) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, 'secrets'));
    for (const [, name = ''] of text.matchAll(/\/run\/secrets\/([\w-]+)/g))
      writeFileSync(join(cwd, 'secrets', name), 'a-secret-for-the-docs');
    writeFileSync(join(cwd, 'glimpse.yaml'), text.replaceAll('/run/secrets/', 'secrets/'));
    const env = { ROCKETCHAT_USER_ID: 'bot', GLIMPSE_TOKEN: 'a-token-for-the-docs' };
    await expect(loadConfig({ cwd, env, sourceKinds, chatKinds })).resolves.toBeDefined();
  });

  it.each(queryExamples)('%s: definitions load as they stand', async (_page, text) => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'example.yaml'), text);
    // one of each kind; the names that examples use
    const named: Readonly<Record<string, string>> = { graphite: 'graphite-eu', elasticsearch: 'logs' };
    const sources = sourceKinds.map(({ kind }) => ({ name: named[kind] ?? kind, kind }));
    const { text: report } = await checkQueries([{ pack: 'docs', path }], sources, sourceKinds, { hostname: 'web01' });
    expect(report).toMatch(/all good$/);
  });
});

/** The sources that a pack needs, with their kinds: one of its own name, and those that it names beside it. */
function neededBy(pack: string): readonly (readonly [name: string, kind: string])[] {
  const path = join(root, 'queries', pack);
  const files = readdirSync(path)
    .filter(isDefinitionFile)
    .map((file) => parse(read(join('queries', pack, file))) as Record<string, object>);
  const definitions = files.flatMap((file) => Object.values(file)) as Readonly<Record<string, unknown>>[];
  return definitions.map((definition) => {
    const kind = sourceKinds.find((one) => definition[one.kind] !== undefined)?.kind ?? '';
    return [String(definition.source ?? pack), kind] as const;
  });
}

describe('packs', () => {
  const packs = readdirSync(join(root, 'queries'), { withFileTypes: true }).filter((entry) => entry.isDirectory());

  it.each(packs.map(({ name }) => name))('%s loads without a fault', async (pack) => {
    const path = join(root, 'queries', pack);
    const sources = [...new Map(neededBy(pack))].map(([name, kind]) => ({ name, kind }));
    const folders = [{ pack, path, source: pack }];
    const { text } = await checkQueries(folders, sources, sourceKinds, { hostname: 'web01', cwd: root });
    expect(text).toMatch(/^[1-9]\d* quer(?:y|ies) in \d+ files?, all good$/);
  });
});

it('has no two packs that cannot be switched on together', async () => {
  const packs = readdirSync(join(root, 'queries'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = packs.map(({ name }) => ({ pack: name, path: join(root, 'queries', name), source: name }));
  const sources = new Map(packs.flatMap(({ name }) => neededBy(name)));
  const all = [...sources].map(([name, kind]) => ({ name, kind }));
  const { text } = await checkQueries(folders, all, sourceKinds, { hostname: 'web01', cwd: root });
  expect(text).toMatch(/all good$/);
});

describe('JSON Schemas', () => {
  /** The faults that an editor would show, by the same kind of validator. */
  function editorWith(path: string): (data: unknown) => Promise<number> {
    const server = fastify({
      ajv: { customOptions: { removeAdditional: false, useDefaults: false, coerceTypes: false, strict: false } },
    });
    server.post('/', { schema: { body: JSON.parse(read(path)) as object } }, () => 'fits');
    onTestFinished(() => server.close());
    return async (data) => {
      const payload = JSON.stringify(data);
      return (
        await server.inject({ method: 'POST', url: '/', headers: { 'content-type': 'application/json' }, payload })
      ).statusCode;
    };
  }

  const packFiles = readdirSync(join(root, 'queries'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    isDefinitionFile(path),
  );
  const testFiles = readdirSync(join(root, 'queries'), { recursive: true, encoding: 'utf8' }).filter(isTestFile);

  it.each(testFiles)('an editor finds nothing wrong with queries/%s', async (path) => {
    expect(await editorWith('docs/schema/tests.schema.json')(parse(read(join('queries', path))))).toBe(200);
  });

  it.each(packFiles)('an editor finds nothing wrong with queries/%s', async (path) => {
    const check = editorWith('docs/schema/queries.schema.json');
    expect(await check(parse(read(join('queries', path)), { merge: true }))).toBe(200);
  });

  it.each([...queryExamples])('an editor finds nothing wrong with the definitions in %s', async (_page, text) => {
    expect(await editorWith('docs/schema/queries.schema.json')(parse(text))).toBe(200);
  });

  const recordings = pages.flatMap((page) =>
    examplesOf(`docs/${page}`, 'recording').map((text) => [page, text] as const),
  );

  it.each(recordings)(
    'recorded data in %s are read, and an editor finds nothing wrong with them',
    async (page, text) => {
      expect(parseRecording(text, page).data).toHaveLength(1);
      expect(await editorWith('docs/schema/recording.schema.json')(JSON.parse(text))).toBe(200);
    },
  );

  const testExamples = pages.flatMap((page) =>
    examplesOf(`docs/${page}`, 'tests').map((text) => [page, text] as const),
  );

  it.each(testExamples)(
    'tests of definitions in %s are read, and an editor finds nothing wrong with them',
    async (_page, text) => {
      expect(ExpectationFile.parse(parse(text)).tests.length).toBeGreaterThan(1);
      expect(await editorWith('docs/schema/tests.schema.json')(parse(text))).toBe(200);
    },
  );

  it.each([...configExamples])('an editor finds nothing wrong with the config in %s', async (_page, text) => {
    expect(await editorWith('docs/schema/glimpse.schema.json')(parse(text))).toBe(200);
  });

  it.each([
    ['no source', { q: { title: 'x' } }],
    ['an unknown key', { q: { graphite: 'x', titel: 'y' } }],
    ['a name that is no word', { '2 words': { graphite: 'x' } }],
    ['an unknown severity', { q: { graphite: 'x', thresholds: [{ at: 1, severity: 'warn' }] } }],
  ])('an editor marks a definition with %s', async (_what, data) => {
    expect(await editorWith('docs/schema/queries.schema.json')(data)).toBe(400);
  });

  it.each([
    ['an unknown key', { sourcs: {} }],
    ['an unknown kind', { sources: { g: { kind: 'graphit', url: 'http://x' } } }],
    ['a source without its address', { sources: { g: { kind: 'graphite' } } }],
    ['a token without its secret', { tokens: [{ name: 'a' }] }],
    ['a truth value that is text', { sources: { g: { kind: 'graphite', url: 'http://x', raw: 'yes' } } }],
  ])('an editor marks a config with %s', async (_what, data) => {
    expect(await editorWith('docs/schema/glimpse.schema.json')(data)).toBe(400);
  });

  it.each([
    ['a secret from a file', { tokens: [{ name: 'a', token_file: '/run/secrets/a' }] }],
    ['a truth value from the environment', { sources: { g: { kind: 'graphite', url: 'http://x', raw: '${RAW}' } } }],
    ['an address from the environment', { sources: { g: { kind: 'graphite', url: '${GRAPHITE_URL}' } } }],
    [
      'a map of secrets from files',
      { sources: { g: { kind: 'graphite', url: 'http://x', headers: { 'X-Org_file': 'a' } } } },
    ],
  ])('an editor takes a config with %s', async (_what, data) => {
    expect(await editorWith('docs/schema/glimpse.schema.json')(data)).toBe(200);
  });
});
