/** Whatever a file holds, the loaders answer with data or with faults that point into it; nothing else, and soon. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { afterAll, expect } from 'vitest';
import { stringify } from 'yaml';
import { ENVIRONMENT, type Fault } from '../../src/config/fault.ts';
import { loadConfig } from '../../src/config/load.ts';
import { parseYaml } from '../../src/config/yaml-file.ts';
import { BotError } from '../../src/domain/errors.ts';
import { loadQueries } from '../../src/queries/load-catalog.ts';
import { chatKinds, sourceKinds } from '../unit/config/fake-kinds.ts';

const folder = mkdtempSync(join(tmpdir(), 'glimpse-fuzz-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pieces that YAML and our own languages give a meaning. */
const piece = fc.oneof(
  fc.constantFrom(
    ...['cpu', 'graphite', 'parameters', 'host', 'sources', 'kind', 'listen', 'tokens', 'x_file', '<<', '__proto__'],
    ...[': ', ':\n  ', '\n', '\n  ', '- ', '{', '}', '[', ']', ', ', '"', "'", '|\n', '>-\n', '#', '---\n', '...\n'],
    ...['&a ', '*a', '!!str ', '!x ', '%YAML 1.1\n', '\t', '${', '${host}', '$${', '}', '0x1f', '.nan', '~', 'yes'],
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const pieces = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));

const word = fc.constantFrom(
  ...[
    'cpu',
    'title',
    'parameters',
    'host',
    'graphite',
    'prometheus',
    'target',
    'thresholds',
    'at',
    'severity',
    'links',
  ],
  ...[
    'url',
    'overlays',
    'alerts',
    'match',
    'chart',
    'min',
    'examples',
    'aliases',
    'range',
    'source',
    'kind',
    'sources',
  ],
  ...[
    'chats',
    'rocketchat',
    'listen',
    'queries',
    'pack',
    'operators',
    'chat',
    'routes',
    'tokens',
    'token',
    'token_file',
  ],
  ...['${host}', '${NO', '${HOME}', '1h', 'critical', '0.0.0.0:80', 'constructor', '__proto__', 'type', 'values'],
);
const leaf = fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string());
const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    leaf,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(word, tie('node'), { maxKeys: 6 }),
  ),
})).node;
const trees = fc.dictionary(word, tree, { maxKeys: 6 }).map((value) => stringify(value));
const text = fc.oneof(pieces, trees);

function expectPlaced(faults: readonly Fault[], source: string): void {
  const lines = source.split(/\r\n|\n|\r/);
  for (const { file, line, column, message } of faults) {
    if (file === ENVIRONMENT) continue;
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual(source.length + 1);
    expect(message).not.toBe('');
  }
}

propertyTest.prop([text], { numRuns: 500 })('YAML is read as data or as faults with places', (source) => {
  const { value, faults, isReadable } = parseYaml(source, 'a.yaml');
  expectPlaced(faults, source);
  if (!isReadable) expect(faults).not.toEqual([]);
  expect(() => JSON.stringify(value)).not.toThrow();
});

propertyTest.prop([text], { numRuns: 400 })('a file of definitions is loaded or faulted', async (source) => {
  writeFileSync(join(folder, 'a.yaml'), source);
  const { faults } = await loadQueries(
    [{ pack: 'fuzz', path: folder }],
    [{ name: 'g', kind: 'graphite', env: 'test' }],
    sourceKinds,
    { hostname: 'box7', cwd: folder },
  );
  expectPlaced(faults, source);
});

propertyTest.prop([text], { numRuns: 400 })('a config is loaded or refused with faults', async (source) => {
  const path = join(folder, 'glimpse.conf');
  writeFileSync(path, source);
  try {
    await loadConfig({ path, cwd: folder, env: { HOME: '/home/ana' }, sourceKinds, chatKinds });
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BotError);
    const { code, details } = thrown as BotError;
    expect(code).toMatch(/^CONFIG_/);
    expectPlaced(details.faults as readonly Fault[], source);
  }
});

propertyTest.prop(
  [
    fc.integer({ min: 1, max: 2_000 }),
    fc.constantFrom('[', '{a: ', '- ', '? ', '&a *a ', '!!x ', '"\\'),
    fc.constantFrom('', '\n'),
  ],
  {
    numRuns: 60,
  },
)('repetition never hangs the reader', (count, unit, end) => {
  const { faults } = parseYaml((unit + end).repeat(count), 'a.yaml');
  expectPlaced(faults, (unit + end).repeat(count));
});
