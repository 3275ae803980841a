/** The cheapest proof that a database can be read, and which InfluxDB it is in. */
import { BotError } from '../../domain/errors.ts';
import { checkProblem, type OwnAdvice } from '../../lib/reach-advice.ts';
import type { CheckReport } from '../source.ts';
import { type InfluxAddress, type InfluxClient, versionOf } from './client.ts';

function adviceFor({ database }: InfluxAddress, thrown: unknown): OwnAdvice {
  const isDatabase = thrown instanceof BotError && thrown.message.includes('database');
  return {
    auth: 'Set token (InfluxDB 2 and 3), or username and password, or the headers that its proxy wants.',
    forbidden: `Allow it to read the database ${database}: GRANT READ ON "${database}" (1), or a token that may read the bucket.`,
    notFound: isDatabase
      ? 'InfluxDB 2 needs a DBRP mapping from this database to a bucket.'
      : 'It is where /query answers, without that path.',
  };
}

/** In a sentence about what there is. */
const NAMED_MAX = 10;

/** Asks for the version, the databases and one measurement. Never throws for a failure there. */
export async function checkInflux(
  client: InfluxClient,
  address: InfluxAddress,
  signal: AbortSignal,
): Promise<CheckReport> {
  try {
    const version = await identify(client, signal);
    const problems = [
      ...wrongVersion(address, version),
      ...(await withoutDatabase(client, address, signal)),
      ...(await withoutEvents(client, address, signal)),
    ];
    return { version: `InfluxDB${version === undefined ? '' : ` ${version}`}`, problems };
  } catch (thrown) {
    return { problems: [checkProblem(thrown, adviceFor(address, thrown), signal)] };
  }
}

/** `/ping` needs no login; a proxy may hide it, which is no fault. */
async function identify(client: InfluxClient, signal: AbortSignal): Promise<string | undefined> {
  const reply = await client.ping(signal);
  return versionOf(reply);
}

function wrongVersion({ version }: InfluxAddress, seen: string | undefined): string[] {
  if (version === 'auto' || seen === undefined || seen.startsWith(`${version}.`)) return [];
  return [`It is set to version: ${version}, but InfluxDB ${seen} answers; set version: ${seen.split('.')[0]}.`];
}

async function withoutDatabase(
  client: InfluxClient,
  { database, retentionPolicy }: InfluxAddress,
  signal: AbortSignal,
): Promise<string[]> {
  // reading is what counts: a login may read a database and not list them
  const measurements = await client.rows('SHOW MEASUREMENTS LIMIT 1', signal);
  if (measurements.some(({ values }) => values.length > 0)) return [];
  const names = await namesOf(client, 'SHOW DATABASES', signal);
  if (names !== undefined && !names.includes(database)) {
    const known = names
      .filter((name) => name !== '_internal')
      .slice(0, NAMED_MAX)
      .join(', ');
    return [`There is no database ${database}.${known === '' ? '' : ` This login sees ${known}.`}`];
  }
  const policy = retentionPolicy === undefined ? '' : ` under the retention policy ${retentionPolicy}`;
  return [`The database ${database} has no measurement that this login may see${policy}.`];
}

async function namesOf(client: InfluxClient, text: string, signal: AbortSignal): Promise<string[] | undefined> {
  try {
    return (await client.rows(text, signal)).flatMap(({ values }) => values.map(([name]) => String(name)));
  } catch (thrown) {
    if (thrown instanceof BotError) return undefined;
    throw thrown;
  }
}

/** Events that were configured and are not there would be quietly missing from every chart. */
async function withoutEvents(client: InfluxClient, { events }: EventsAddress, signal: AbortSignal): Promise<string[]> {
  if (!events) return [];
  const names = await namesOf(client, 'SHOW MEASUREMENTS LIMIT 10000', signal);
  if (names === undefined || names.includes(events.measurement)) return [];
  return [`There is no measurement ${events.measurement} to take events from.`];
}

type EventsAddress = InfluxAddress & { readonly events?: { readonly measurement: string } | undefined };
