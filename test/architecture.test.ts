/** The rules of who may import whom, and of what may be used where; a rule that no test guards is a wish. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const src = join(root, 'src');

interface Module {
  /** Path below `src`, e.g. `sources/graphite.ts`. */
  readonly path: string;
  readonly text: string;
  /** Paths below `src` of what it imports from the project. */
  readonly imports: readonly string[];
}

const modules: readonly Module[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => {
    const text = readFileSync(join(src, path), 'utf8');
    const specifiers = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => match[1] as string);
    return { path, text, imports: specifiers.map((name) => relative(src, resolve(src, dirname(path), name))) };
  });

/** `sources/graphite/render.ts` and `sources/graphite.ts` are both of the adapter `sources/graphite`. */
function adapterOf(path: string): string | undefined {
  const [folder = '', rest = ''] = path.split(/\/(.*)/s);
  if (!['sources', 'chat'].includes(folder)) return undefined;
  const name = rest.replace(/\.ts$/, '').split('/')[0] as string;
  return ['index', 'source', 'source-set', 'resilience', 'chat', 'deliver'].includes(name)
    ? undefined
    : `${folder}/${name}`;
}

const isUnder = (path: string, ...folders: string[]) => folders.some((folder) => path.startsWith(`${folder}/`));

function breaches(rule: (module: Module, imported: string) => boolean): string[] {
  return modules.flatMap((module) =>
    module.imports.filter((imported) => rule(module, imported)).map((imported) => `${module.path} → ${imported}`),
  );
}

it('keeps the domain free of every other folder', () => {
  expect(breaches(({ path }, to) => isUnder(path, 'domain') && !isUnder(to, 'domain'))).toEqual([]);
});

it('lets lib know the domain at most', () => {
  expect(breaches(({ path }, to) => isUnder(path, 'lib') && !isUnder(to, 'lib', 'domain'))).toEqual([]);
});

it('lets only registries import adapters', () => {
  const isRegistry = (path: string) => path === 'sources/index.ts' || path === 'chat/index.ts';
  expect(
    breaches(({ path }, to) => {
      const adapter = adapterOf(to);
      return adapter !== undefined && adapterOf(path) !== adapter && !isRegistry(path);
    }),
  ).toEqual([]);
});

it('keeps use cases free of HTTP, store, command line and demo', () => {
  const isUseCase = (path: string) =>
    isUnder(path, 'questions', 'queries', 'recording', 'render') || path === 'chat/deliver.ts';
  expect(breaches(({ path }, to) => isUseCase(path) && isUnder(to, 'http', 'cli', 'demo'))).toEqual([]);
});

it('keeps the console apart: it imports nothing of the bot, and the bot only what the two tell each other', () => {
  expect(breaches(({ path }, to) => isUnder(path, 'web') !== isUnder(to, 'web') && to !== 'web/contract.ts')).toEqual(
    [],
  );
});

/** What reads and fills the texts of definitions; a field of the config. */
const SHARED_BY_ADAPTERS = [
  ...['bind', 'expand', 'marks', 'monitored', 'template-text'].map((name) => `queries/${name}.ts`),
  'config/fields.ts',
];

it('lets adapters import their port, domain, texts of queries and lib only', () => {
  expect(
    breaches(({ path }, to) => {
      const adapter = adapterOf(path);
      if (adapter === undefined || adapterOf(to) === adapter) return false;
      const port = path.startsWith('sources/') ? 'sources/source.ts' : 'chat/chat.ts';
      return to !== port && !isUnder(to, 'domain', 'lib') && !SHARED_BY_ADAPTERS.includes(to);
    }),
  ).toEqual([]);
});

it('has no import cycles', () => {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  function visit(path: string, trail: readonly string[]): void {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
      return;
    }
    state.set(path, 'open');
    for (const next of byPath.get(path)?.imports ?? []) visit(next, [...trail, path]);
    state.set(path, 'done');
  }
  for (const { path } of modules) visit(path, []);
  expect(cycles).toEqual([]);
});

it('reads the environment at the edge only', () => {
  const allowed = (path: string) => ['main.ts', 'config/load.ts'].includes(path);
  expect(
    modules.filter(({ path, text }) => !allowed(path) && text.includes('process.env')).map(({ path }) => path),
  ).toEqual([]);
});

it('reads the clock and sets timers in lib only, and in the browser', () => {
  const uses = /\bDate\.now\(|\bnew Date\(\)|\bsetTimeout\(|\bsetInterval\(|\bDateTime\.(?:now|local)\(\)/;
  expect(
    modules.filter(({ path, text }) => !isUnder(path, 'lib', 'web') && uses.test(text)).map(({ path }) => path),
  ).toEqual([]);
});

/** The design's budget for a file. */
const MAX_LINES = 400;

it('keeps every file short enough to be read at once', () => {
  expect(modules.filter(({ text }) => text.split('\n').length > MAX_LINES + 1).map(({ path }) => path)).toEqual([]);
});

it('gives every export a doc comment', () => {
  const bare = modules.flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return lines.flatMap((line, index) => {
      const name = /^export (?:async )?(?:function\*?|class|interface|type|const) (\w+)/.exec(line)?.[1];
      const before = lines[index - 1]?.trim() ?? '';
      return name && !before.endsWith('*/') ? [`${path}: ${name}`] : [];
    });
  });
  expect(bare).toEqual([]);
});
