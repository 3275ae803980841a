/** `glimpse queries check|test|list|usage|render|preview|import`: for the people who keep the definitions. */
import type { Config } from '../config/config.ts';
import { catalogSourcesOf, foldersOf } from '../core.ts';
import { machineHostName } from '../demo/machine.ts';
import { listQueries, type QueryRow } from '../queries/check.ts';
import { loadCatalog } from '../queries/load-catalog.ts';
import { sourceKinds } from '../sources/index.ts';
import { checkQueriesCommand } from './check-queries.ts';
import { type Command, type CommandOptions, configFor, EXIT, type Io, UsageError } from './command.ts';
import { importQueries } from './import-queries.ts';
import { previewQueries } from './preview-queries.ts';
import { renderQuery } from './render-query.ts';
import { testQueries } from './test-queries.ts';
import { usageCommand } from './usage.ts';
import { commandOfVerbs } from './verbs.ts';

type Run = (words: readonly string[], config: Config, options: CommandOptions, io: Io) => Promise<number>;

/** Runs the verb. Throws BotError `CONFIG_…`. */
export const queriesCommand = commandOfVerbs(
  'queries',
  {
    check: verb(['json', 'live', 'format'], checkQueriesCommand),
    test: verb(['json', 'format'], testQueries),
    list: verb(['json'], listCommand),
    usage: verb(['json'], usageCommand),
    render: verb(['json', 'data', 'record', 'from', 'to', 'theme', 'zone', 'out'], renderQuery),
    preview: verb(['changed', 'out'], previewQueries),
    import: verb(['json', 'panel', 'out'], importQueries),
  },
  'queries needs a verb: glimpse queries check, test, list, usage, render, preview or import',
);

function verb(options: Command['options'], run: Run): Command {
  return { options, run: async (words, given, io) => run(words, await configFor(io, given.config), given, io) };
}

async function listCommand(
  words: readonly string[],
  config: Config,
  { json }: CommandOptions,
  io: Io,
): Promise<number> {
  if (words.length > 1) throw new UsageError('queries list takes one word that names are filtered by');
  const env = { hostname: machineHostName(io.hostname), cwd: io.cwd };
  const catalog = await loadCatalog(foldersOf(config), catalogSourcesOf(config), sourceKinds, env);
  const rows = listQueries(catalog).filter(matches(words[0]));
  io.stdout.write(json ? `${JSON.stringify(rows, undefined, 2)}\n` : tableOf(rows));
  return EXIT.answered;
}

function matches(filter: string | undefined): (row: QueryRow) => boolean {
  const word = filter?.toLowerCase();
  return ({ name, aliases, pack, source, description }) =>
    word === undefined ||
    [name, ...aliases, pack, source, description].some((text) => text.toLowerCase().includes(word));
}

function tableOf(rows: readonly QueryRow[]): string {
  if (rows.length === 0) return 'No query matches.\n';
  const cells = rows.map(({ name, aliases, parameters, source, description }) => [
    [name, ...aliases].join(', '),
    parameters.join(' '),
    source,
    description,
  ]);
  const table = [['name', 'parameters', 'source', 'meaning'], ...cells];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
