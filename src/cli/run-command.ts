/** Which command the arguments mean. */
import { parseArgs } from 'node:util';
import { BotError } from '../domain/errors.ts';
import { glimpseVersion } from '../lib/version.ts';
import { alertCommand } from './alert.ts';
import { askCommand } from './ask.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import { checkCommand } from './check.ts';
import { type Command, type CommandOptions, EXIT, type Io, OPTIONS, report, UsageError } from './command.ts';
import { explainCommand } from './explain.ts';
import { mcpCommand } from './mcp.ts';
import { queriesCommand } from './queries.ts';
import { schemaCommand } from './schema.ts';
import { serveCommand } from './serve.ts';
import { refuseOthers } from './verbs.ts';

const USAGE = `glimpse: metrics where people talk

  glimpse [serve]                  run the bot; on a terminal it takes questions there
  glimpse ask "cpu web01 last 1h"  answer one question, here
      --out FILE    write the picture to FILE      --table   a table instead of a picture
      --json        everything as JSON             --zone Z  time zone, e.g. Europe/Berlin
      --theme light|dark
  glimpse explain "…"              how a question is understood; fetches no data
      --now ISO     what "now" means               --zone Z   --json
  glimpse alert decode FORMAT FILE|-   how a body of a sender is understood
      --name HOOK   --header 'Name: value'   --json
  glimpse alert send FORMAT FILE|-     post a body as its sender would
      --to URL      another Glimpse           --as-now   its times moved so that it is of now
      --dry-run     show what rooms would read, charts included; needs no store and no chat
      --out DIR     pictures of a dry run go there; --theme, --zone as in ask
  glimpse alert demo                   fire an alert of the demo fleet   --dry-run
  glimpse backup FILE              the embedded store as one file, while the bot runs or not
  glimpse restore FILE             into a data folder without a store, while no bot runs
  glimpse mcp                      questions as tools over standard input and output (MCP)
  glimpse check                    test every configured source and chat
  glimpse queries check [FOLDERS]  find faults in the saved queries
      --live        and ask their sources          --format text|json|sarif|github
  glimpse queries test [FILES]     check what NAME.test.yaml beside them expects   --format …
  glimpse queries list [FILTER]    what can be asked    --json
  glimpse queries usage            which are asked how often, how slow, failing, unused; asks the running bot    --json
  glimpse queries render NAME […]  draw one, with words as in a question; without --data from its source
      --data FILE   from recorded data, offline    --record FILE   record what is drawn
      --from T --to T   --theme   --zone Z   --out FILE   --json
  glimpse queries preview [FILES]  all of them, or those of these files, as one HTML page
      --changed [REF]   those that changed, before and after    --out preview.html
  glimpse queries import SOURCE WHAT   write a dashboard or saved search down as definitions
      --panel P     one panel of it            --out FILE   --json
  glimpse schema config|query|tests|recording   the JSON Schema of a file, for editors

  --config FILE   (or GLIMPSE_CONFIG; else glimpse.yaml here, else none)
  GLIMPSE_LISTEN, GLIMPSE_DATA, DATABASE_URL win over the file.

Exit codes: 0 answered, 1 refused, 2 wrong usage, 3 a source, the renderer, the store or the port failed, 78 configuration.
`;

/** Every command by its name, with the options it takes; the docs are held against it. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  serve: { options: [], run: serveCommand },
  ask: { options: ['json', 'out', 'table', 'theme', 'zone'], run: askCommand },
  explain: { options: ['json', 'zone', 'now'], run: explainCommand },
  alert: alertCommand,
  backup: { options: [], run: backupCommand },
  restore: { options: [], run: restoreCommand },
  mcp: { options: [], run: mcpCommand },
  check: { options: ['json'], run: checkCommand },
  schema: { options: [], run: schemaCommand },
  queries: queriesCommand,
};

/** Runs the command that the arguments name; resolves to the exit code, never rejects. */
export async function runCommand(io: Io): Promise<number> {
  const asJson = io.argv.includes('--json');
  try {
    return await dispatch(io);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) return report(thrown, io, asJson);
    if (asJson) report(new BotError('HTTP_BAD_REQUEST', thrown.message, {}, { cause: thrown }), io, asJson);
    else io.stderr.write(`glimpse: ${thrown.message}\n\n"glimpse --help" shows all commands and options.\n`);
    return EXIT.usage;
  }
}

async function dispatch(io: Io): Promise<number> {
  const { values, positionals } = parse(io.argv);
  if (values.help) {
    io.stdout.write(USAGE);
    return EXIT.answered;
  }
  if (values.version) {
    io.stdout.write(`${glimpseVersion()}\n`);
    return EXIT.answered;
  }
  const [name = 'serve', ...words] = positionals;
  if (name === 'help') {
    io.stdout.write(USAGE);
    return EXIT.answered;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command)
    throw new UsageError(`there is no command "${name}"; to ask a question: glimpse ask "${positionals.join(' ')}"`);
  refuseOthers(name, command, values);
  return command.run(words, values, io);
}

function parse(argv: readonly string[]): { values: CommandOptions; positionals: string[] } {
  try {
    return parseArgs({ args: shielded(argv), options: OPTIONS, allowPositionals: true });
  } catch (thrown) {
    throw new UsageError((thrown as Error).message.split('. To specify')[0] ?? 'wrong arguments');
  }
}

/** `-1h` in a question is a word of it, not an option. */
function shielded(argv: readonly string[]): string[] {
  const isTime = (argument: string) => /^-\d/.test(argument);
  if (!argv.some(isTime)) return [...argv];
  return [...argv.filter((argument) => !isTime(argument)), '--', ...argv.filter(isTime)];
}
