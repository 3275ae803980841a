/** `glimpse queries check|test|list|usage|render|preview|import`: for the people who keep the definitions. */
import { catalogSourcesOf, foldersOf } from '../core.ts';
import { machineHostName } from '../demo/machine.ts';
import { listQueries, type QueryRow } from '../queries/check.ts';
import { loadCatalog } from '../queries/load-catalog.ts';
import { sourceKinds } from '../sources/index.ts';
import { checkQueriesCommand } from './check-queries.ts';
import { type CommandOptions, configFor, EXIT, type Io, UsageError } from './command.ts';
import { importQueries } from './import-queries.ts';
import { previewQueries } from './preview-queries.ts';
import { renderQuery } from './render-query.ts';
import { testQueries } from './test-queries.ts';
import { usageCommand } from './usage.ts';

/** Runs the verb. Throws BotError `CONFIG_…`. */
export async function queriesCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  const [verb, ...rest] = words;
  const config = await configFor(io, options.config);
  const sources = catalogSourcesOf(config);
  const env = { hostname: machineHostName(io.hostname), cwd: io.cwd };
  switch (verb) {
    case 'check':
      return checkQueriesCommand(rest, config, options, io);
    case 'test':
      return testQueries(rest, config, options, io);
    case 'list': {
      const rows = listQueries(await loadCatalog(foldersOf(config), sources, sourceKinds, env)).filter(
        matches(rest[0]),
      );
      io.stdout.write(options.json ? `${JSON.stringify(rows, undefined, 2)}\n` : tableOf(rows));
      return EXIT.answered;
    }
    case 'render':
      return renderQuery(rest, config, options, io);
    case 'preview':
      return previewQueries(rest, config, options, io);
    case 'usage':
      return usageCommand(config, options, io);
    case 'import':
      return importQueries(rest, config, options, io);
    default:
      throw new UsageError('queries needs a verb: glimpse queries check, test, list, usage, render, preview or import');
  }
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
