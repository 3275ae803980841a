/** `glimpse check`: tests every configured source, chat and roster and says how to mend what is wrong. */
import { roomsIn } from '../alerts/tell-deps.ts';
import { chatKinds } from '../chat/index.ts';
import type { Config } from '../config/config.ts';
import { buildCore, type CoreDeps } from '../core.ts';
import { withDeadline } from '../lib/clock.ts';
import { createLocalRateBudget } from '../lib/rate-budget.ts';
import { openStore } from '../store/open-store.ts';
import { type CommandOptions, configFor, coreDeps, EXIT, type Io, UsageError, whyFailedHere } from './command.ts';

const CHECK_TIMEOUT_MS = 10_000;

/** One line of the report. */
interface Checked {
  readonly what: string;
  readonly version?: string;
  readonly problems: readonly string[];
}

/** Prints one line for each source, chat and roster, and for the store; 3 when anything is wrong. Throws BotError `CONFIG_…`. */
export async function checkCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  if (words.length > 0) throw new UsageError(`check takes no words; to check definitions: glimpse queries check`);
  const config = await configFor(io, options.config);
  const deps = coreDeps(io, 'error');
  const core = await buildCore(config, deps);
  try {
    const sources = core.sources.all.map(({ name, source }) =>
      checkOne(`source ${name}`, (signal) => source.check(signal)),
    );
    const chats = chatsOf(config, deps).map(({ name, chat }) =>
      checkOne(`chat ${name}`, (signal) => chat.check(signal, roomsIn(name, config))),
    );
    const rosters = (core.onCall?.rosters ?? []).map(({ name, roster }) =>
      checkOne(`on-call ${name}`, (signal) => roster.check(signal)),
    );
    const checked = await Promise.all([
      ...sources,
      ...rosters,
      ...chats,
      ...(config.databaseUrl ? [checkStore(config, deps)] : []),
    ]);
    print(checked, core.catalog().queries.length, options, io);
    return checked.every(({ problems }) => problems.length === 0) ? EXIT.answered : EXIT.failed;
  } finally {
    await core.close();
  }
}

function chatsOf(config: Config, { clock, log }: CoreDeps) {
  const budget = createLocalRateBudget(clock);
  return config.chats.flatMap(({ name, kind, options }) => {
    const definition = chatKinds.find((known) => known.kind === kind);
    return definition ? [{ name, chat: definition.create(options, { name, clock, log, budget }) }] : [];
  });
}

async function checkOne(
  what: string,
  check: (signal: AbortSignal) => Promise<{ readonly version?: string; readonly problems: readonly string[] }>,
): Promise<Checked> {
  try {
    return { what, ...(await check(withDeadline(CHECK_TIMEOUT_MS))) };
  } catch (thrown) {
    return { what, problems: [whyFailedHere(thrown, `did not answer within ${CHECK_TIMEOUT_MS / 1000} s`)] };
  }
}

/** PostgreSQL only: an embedded folder belongs to the bot that runs. */
function checkStore({ databaseUrl, dataFolder }: Config, { log, clock }: CoreDeps): Promise<Checked> {
  return checkOne('store', async () => {
    const store = await openStore({ ...(databaseUrl && { databaseUrl }), dataDir: dataFolder, log, clock });
    await store.close(0);
    return { version: 'PostgreSQL', problems: [] };
  });
}

function print(checked: readonly Checked[], queryCount: number, { json }: CommandOptions, io: Io): void {
  if (json) {
    io.stdout.write(`${JSON.stringify({ checks: checked, queries: queryCount }, undefined, 2)}\n`);
    return;
  }
  for (const { what, version, problems } of checked) {
    const suffix = version === undefined ? '' : ` (${version})`;
    if (problems.length === 0) io.stdout.write(`ok    ${what}${suffix}\n`);
    else io.stdout.write(`wrong ${what}${suffix}\n${problems.map((problem) => `      ${problem}\n`).join('')}`);
  }
  io.stdout.write(`ok    ${queryCount} saved queries\n`);
}
