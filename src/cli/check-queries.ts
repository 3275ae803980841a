/** `glimpse queries check`: every fault of the definitions, with `--live` also what their sources say to them. */
import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { buildCore, catalogSourcesOf, foldersOf } from '../core.ts';
import { machineHostName } from '../demo/machine.ts';
import { displayWidth } from '../lib/display-width.ts';
import { createForgetful } from '../lib/local-memory.ts';
import { checkQueries, type QueriesCheck } from '../queries/check.ts';
import { type QueryFolder, queryFolders } from '../queries/folders.ts';
import { sourceKinds } from '../sources/index.ts';
import { type CommandOptions, coreDeps, EXIT, type Io } from './command.ts';
import { type LiveResult, type LiveStatus, liveCheck } from './live-check.ts';
import { type Finding, findingsOf } from './report/finding.ts';
import { formatOption, printReport } from './report/print-report.ts';

/** Checks; 78 for faults, 3 where a source refused or failed. Throws BotError `CONFIG_…`. */
export async function checkQueriesCommand(
  words: readonly string[],
  config: Config,
  options: CommandOptions,
  io: Io,
): Promise<number> {
  const format = formatOption(options);
  const folders = words.length > 0 ? foldersNamed(words, config, io) : foldersOf(config);
  const env = { hostname: machineHostName(io.hostname), cwd: io.cwd };
  const checked = await checkQueries(folders, catalogSourcesOf(config), sourceKinds, env);
  // broken definitions are mended before anybody is asked
  const live = options.live && checked.isGood ? await askSources(checked, folders, config, io) : [];
  const { text, isGood, queries, files, faults, warnings } = checked;
  const found = [...findingsOf(faults, 'definition'), ...findingsOf(warnings, 'unusual')];
  const findings = [...found, ...live.flatMap(findingOf)];
  const lines = live.length > 0 ? liveLines(live) : [];
  const summary = [text.split('\n')[0] ?? '', ...lines.slice(-1)].join('; ');
  const json = { isGood, queries, files, faults, warnings, ...(options.live && { live }) };
  printReport({ findings, text: [text, ...lines].join('\n'), json, summary }, format, io);
  if (!isGood) return EXIT.config;
  return live.some(({ status }) => status === 'refused' || status === 'failed') ? EXIT.failed : EXIT.answered;
}

/** Folders of the command line; one that the config has too is bound as there. */
function foldersNamed(words: readonly string[], config: Config, { cwd }: Io): readonly QueryFolder[] {
  const configured = foldersOf(config);
  return words.flatMap((word): readonly QueryFolder[] => {
    const path = resolve(cwd, word);
    const known = configured.filter((folder) => folder.path === path);
    return known.length > 0 ? known : queryFolders([{ path, writtenAs: word }]);
  });
}

async function askSources(
  { catalog }: QueriesCheck,
  folders: readonly QueryFolder[],
  config: Config,
  io: Io,
): Promise<readonly LiveResult[]> {
  const shipped = folders.filter(({ isShipped }) => isShipped).map(({ pack }) => pack);
  const core = await buildCore(config, coreDeps(io, 'silent'));
  try {
    return await liveCheck(catalog, core.askDeps(createForgetful()), (pack) => shipped.includes(pack));
  } finally {
    await core.close();
  }
}

const WORDS: Readonly<Record<LiveStatus, string>> = {
  ok: 'ok',
  'no-data': 'no data',
  'no-values': 'no values',
  refused: 'refused',
  failed: 'failed',
  'no-example': 'not asked',
};

/** One line each, those that want attention with what was said; then how many fared how. */
function liveLines(live: readonly LiveResult[]): readonly string[] {
  const width = Math.max(...live.map(({ q, query }) => displayWidth(q ?? query)));
  const sources = Math.max(...live.map(({ source }) => displayWidth(source)));
  const rows = live.map(({ q, query, source, status, detail }) =>
    [WORDS[status].padEnd(9), (q ?? query).padEnd(width), source.padEnd(sources), oneLine(detail)].join('  '),
  );
  const counts = Object.entries(WORDS).flatMap(([status, word]) => {
    const count = live.filter((one) => one.status === status).length;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return [...rows, `Asked the sources: ${counts.join(', ')}`];
}

function findingOf({ status, origin, q, query, source, detail }: LiveResult): readonly Finding[] {
  if (status === 'ok') return [];
  const [, file = origin, line = '0'] = /^(.*):(\d+)$/.exec(origin) ?? [];
  const level = status === 'no-data' || status === 'no-values' ? 'warning' : status === 'no-example' ? 'note' : 'error';
  const message = `${q === undefined ? '' : `"${q}" at ${source}: `}${oneLine(detail)}`;
  return [{ file, line: Number(line), column: 1, path: query, message, rule: status, level }];
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
