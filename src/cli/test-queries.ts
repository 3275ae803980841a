/** `glimpse queries test`: what is expected of definitions, in files beside them, checked without asking anybody. */
import { dirname, join, relative, resolve } from 'node:path';
import { checkShape } from '../config/check-shape.ts';
import type { Config } from '../config/config.ts';
import { countOf, type Fault, formatFault, sortFaults } from '../config/fault.ts';
import { parseYaml } from '../config/yaml-file.ts';
import { buildCore, type Core, foldersOf } from '../core.ts';
import { BotError } from '../domain/errors.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { createForgetful } from '../lib/local-memory.ts';
import { type DefinitionFile, isTestFile, listFiles, readBounded } from '../queries/folders.ts';
import { catalogOfPack } from '../queries/load-catalog.ts';
import type { AskDeps } from '../questions/ask.ts';
import { checkExpectation } from '../recording/check-expectation.ts';
import { type Expectation, ExpectationFile } from '../recording/expectation-schema.ts';
import { type Recording, recordedNow } from '../recording/recording.ts';
import { replayingSources } from '../recording/replay-source.ts';
import { type CommandOptions, coreDeps, EXIT, type Io, UsageError } from './command.ts';
import { readRecording } from './render-query.ts';
import { findingsOf } from './report/finding.ts';
import { formatOption, printReport } from './report/print-report.ts';
import { terminalContext } from './terminal.ts';

/** Nothing is fetched: this is for a definition that makes the bot think for too long. */
const TEST_TIMEOUT_MS = 30_000;

/** A file of expectations and the pack that it is about. */
interface TestFile extends DefinitionFile {
  readonly pack: string;
}

/** What came of all of them. */
interface Outcome {
  readonly tests: number;
  readonly faults: readonly Fault[];
  /** Names of definitions that a question of them asked. */
  readonly asked: ReadonlySet<string>;
}

/** Runs them; 78 when one does not hold. Throws BotError `CONFIG_…`. */
export async function testQueries(
  words: readonly string[],
  config: Config,
  options: CommandOptions,
  io: Io,
): Promise<number> {
  const format = formatOption(options);
  const core = await buildCore(config, { ...coreDeps(io, 'silent'), isPatient: false });
  try {
    const files = await filesOf(words, config, io);
    const outcome = await runAll(files, core, io);
    const { tests, faults } = outcome;
    const untested = untestedOf(files, core.catalog().queries, outcome);
    const summary = summaryOf(outcome, files.length);
    const further = untested.length === 0 ? [] : [`Without a test: ${untested.join(', ')}`];
    const text = [summary, ...faults.map((fault) => `  ${formatFault(fault)}`), ...further].join('\n');
    const json = { isGood: faults.length === 0, tests, files: files.length, faults, untested };
    printReport({ findings: findingsOf(faults, 'expectation'), text, json, summary }, format, io);
    return faults.length === 0 ? EXIT.answered : EXIT.config;
  } finally {
    await core.close();
  }
}

async function filesOf(words: readonly string[], config: Config, { cwd }: Io): Promise<readonly TestFile[]> {
  const found: TestFile[] = [];
  for (const folder of foldersOf(config)) {
    const { files } = await listFiles(folder, cwd, isTestFile);
    found.push(...files.map((file) => ({ ...file, pack: folder.pack })));
  }
  const isIn = (word: string, { path }: TestFile) => !relative(resolve(cwd, word), path).startsWith('..');
  const missing = words.find((word) => !found.some((file) => isIn(word, file)));
  if (missing !== undefined)
    throw new UsageError(`there is no test in ${missing}; tests are NAME.test.yaml in the folders of the config`);
  if (found.length === 0) throw new UsageError('there are no tests: put NAME.test.yaml beside the definitions');
  return words.length === 0 ? found : found.filter((file) => words.some((word) => isIn(word, file)));
}

async function runAll(files: readonly TestFile[], core: Core, io: Io): Promise<Outcome> {
  const faults: Fault[] = [];
  const asked = new Set<string>();
  let tests = 0;
  for (const file of files) {
    const outcome = await runFile(file, core, io);
    tests += outcome.tests;
    faults.push(...outcome.faults);
    for (const name of outcome.asked) asked.add(`${file.pack}/${name}`);
  }
  return { tests, faults, asked };
}

async function runFile(file: TestFile, core: Core, io: Io): Promise<Outcome> {
  const text = await readBounded(file);
  if (typeof text !== 'string') return { tests: 0, faults: [text], asked: new Set() };
  const yaml = parseYaml(text, file.shownAs);
  const shape = checkShape(ExpectationFile, yaml.value, yaml);
  const broken = [...yaml.faults, ...shape.faults];
  if (broken.length > 0 || !shape.value) return { tests: 0, faults: broken, asked: new Set() };
  const setting = { core, file, expected: shape.value, read: recordings(file, io) };
  const faults: Fault[] = [];
  const asked = new Set<string>();
  for (const [index, expectation] of shape.value.tests.entries()) {
    const outcome = await runOne(expectation, setting).catch(brokenRecording);
    if (outcome instanceof BotError) {
      const at = expectation.recording === undefined ? ['recording'] : ['tests', index, 'recording'];
      const own = (outcome.details.faults ?? []) as readonly Fault[];
      faults.push(yaml.faultAt(at, own.length > 0 ? own.map(formatFault).join('; ') : outcome.message));
      continue;
    }
    const { unmet, query } = outcome;
    if (query !== undefined) asked.add(query);
    const said = expectation.ask.length > 60 ? `${expectation.ask.slice(0, 59)}…` : expectation.ask;
    for (const { key, message } of unmet) {
      const fault = yaml.faultAt(['tests', index, key], `${message} (\`${said}\`)`);
      faults.push(fault);
    }
  }
  // one recording of all of them is told once
  return { tests: shape.value.tests.length, faults: sortFaults(faults), asked };
}

/** Recorded data that cannot be read are a fault of the tests that want them, and of no other. */
function brokenRecording(thrown: unknown): BotError {
  if (thrown instanceof BotError && thrown.code === 'CONFIG_INVALID') return thrown;
  throw thrown;
}

/** Each file of recorded data is read once. */
function recordings(file: TestFile, io: Io): (name: string) => Promise<Recording> {
  const read = new Map<string, Promise<Recording>>();
  return (name) => {
    const path = join(dirname(file.path), name);
    const found = read.get(path) ?? readRecording(path, io);
    read.set(path, found);
    return found;
  };
}

interface Setting {
  readonly core: Core;
  readonly file: TestFile;
  readonly expected: ExpectationFile;
  read(name: string): Promise<Recording>;
}

async function runOne(expectation: Expectation, { core, file, expected, read }: Setting) {
  const name = expectation.recording ?? expected.recording;
  const recorded = name === undefined ? undefined : await read(name);
  const values = Object.entries(expected.values).map(([pattern, all]) => ({ pattern, values: all }));
  const recording: Recording = { ...(recorded ?? NOTHING), values: [...values, ...(recorded?.values ?? [])] };
  const deps = core.askDeps(createForgetful());
  const catalog = catalogOfPack(file.pack, core.catalog().queries);
  const sources = replayingSources(core.sources, recording, name ?? file.shownAs);
  const asking: AskDeps = { ...deps, sources, catalog: () => catalog };
  const nowMs = expectation.now ?? expected.now ?? (recorded && recordedNow(recorded)) ?? deps.clock.now();
  const zone = expected.zone ?? recorded?.zone;
  const context = { ...terminalContext(zone), nowMs };
  return checkExpectation(expectation, context, asking, AbortSignal.timeout(TEST_TIMEOUT_MS));
}

const NOTHING: Recording = { data: [], marks: [], values: [], dashboards: [] };

/** Definitions of the tested packs that no question asked. */
function untestedOf(files: readonly TestFile[], queries: readonly SavedQuery[], { asked }: Outcome): readonly string[] {
  const packs = new Set(files.map(({ pack }) => pack));
  const names = queries.filter(({ pack, id }) => packs.has(pack) && !asked.has(`${pack}/${id}`)).map(({ id }) => id);
  return [...new Set(names)];
}

function summaryOf({ tests, faults }: Outcome, files: number): string {
  const all = `${countOf(tests, 'test')} in ${countOf(files, 'file')}`;
  return faults.length === 0 ? `${all}, all good` : `${countOf(faults.length, 'fault')} in ${all}:`;
}
