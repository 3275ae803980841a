/** `glimpse alert send FORMAT FILE|-`: posts a body as its sender would, or shows what a room would read of it. */
import type { Config } from '../../config/config.ts';
import { BotError } from '../../domain/errors.ts';
import type { Problem } from '../../http/problem.ts';
import { refusalOf } from '../../mcp/api-call.ts';
import { type CommandOptions, configFor, EXIT, type Io, UsageError } from '../command.ts';
import { findRunningBot, PATIENT_PROBE_MS } from '../remote.ts';
import { decodedOf, deliveryOf, type NamedDelivery } from './delivery.ts';
import { refusePictures, showDryRun } from './dry-run.ts';
import { shiftBody, shiftTold } from './shift-times.ts';

/** A bot answers a hook within 4 s. */
const SEND_TIMEOUT_MS = 15_000;

const UNMOVED = 'It has no time that --as-now could move: it is taken as it is.\n';

/** Sends or shows. @throws UsageError; BotError `ALERT_…`, `STORE_…`, `SOURCE_…` */
export async function sendCommand(words: readonly string[], options: CommandOptions, io: Io): Promise<number> {
  const named = await deliveryOf('send', words, options, io);
  const config = await configFor(io, options.config);
  const told = decodedOf(named, optionsIn(config, named));
  const { receivedAt } = named.delivery;
  if (options['dry-run']) {
    if (options.to !== undefined) throw new UsageError('--dry-run sends nothing, so --to has no meaning beside it');
    const shifted = options['as-now'] ? shiftTold(told, +receivedAt) : told;
    if (!shifted) io.stderr.write(UNMOVED);
    await showDryRun(shifted ?? told, config, options, io);
    return EXIT.answered;
  }
  refusePictures(options);
  const { url, proof } = await targetOf(named, config, options.to);
  const shifted = options['as-now'] ? shiftBody(named.delivery.body, told, +receivedAt) : named.delivery.body;
  if (!shifted) io.stderr.write(UNMOVED);
  const body = shifted ?? named.delivery.body;
  const sent: NamedDelivery = { ...named, delivery: { ...named.delivery, body } };
  const headers = { ...proofIn(config, sent, options.to), ...proof, ...named.delivery.headers };
  const answer = await post(url, body, headers);
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ url: shownOf(url), ...answer }, undefined, 2)}\n`
      : `${shownOf(url)} has stored it: ${counted(answer.alerts, 'alert')}, ${counted(answer.changes, 'change')}.\n`,
  );
  return EXIT.answered;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

type Receiver = Config['hooks'][string];

/** The hook of this name and format in the config. */
function receiverIn(config: Config, { format, section, delivery }: NamedDelivery): Receiver | undefined {
  const found = Object.hasOwn(config[section], delivery.hook) ? config[section][delivery.hook] : undefined;
  return found?.kind === format.format ? found : undefined;
}

function optionsIn(config: Config, named: NamedDelivery): Readonly<Record<string, unknown>> {
  const { kind: _, token: __, secret: ___, password: ____, ...options } = receiverIn(config, named) ?? { kind: '' };
  return options;
}

/** What this machine's own config says that the hook wants; another bot has other secrets. */
function proofIn(config: Config, named: NamedDelivery, to: string | undefined): Readonly<Record<string, string>> {
  const receiver = to === undefined ? receiverIn(config, named) : undefined;
  const { format, delivery } = named;
  if (receiver?.secret && format.signed) return format.signed.sign(delivery, receiver.secret, optionsIn(config, named));
  const token = receiver?.token ?? receiver?.password ?? receiver?.secret;
  return token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` };
}

/** Where it goes; `proof` is what stood in the address before the `@`. */
interface Aim {
  readonly url: URL;
  readonly proof?: Readonly<Record<string, string>>;
}

/** The running bot, or the one at `--to`: its address, or the whole one of a hook. */
async function targetOf({ format, section, delivery }: NamedDelivery, config: Config, to?: string): Promise<Aim> {
  const path = `${section}/${format.format}${delivery.hook === 'default' ? '' : `/${delivery.hook}`}`;
  if (to !== undefined) {
    if (!/^https?:/.test(to) || !URL.canParse(to))
      throw new UsageError('--to wants an address such as https://glimpse.example');
    const url = new URL(to);
    if (!/\/(?:hooks|changes)\//.test(url.pathname)) url.pathname = `${url.pathname.replace(/\/*$/, '/')}${path}`;
    return withoutUser(url);
  }
  const bot = await findRunningBot(config, PATIENT_PROBE_MS);
  if (bot) return { url: new URL(path, bot.base) };
  const { host, port } = config.listen;
  throw new BotError(
    'ALERT_NOT_SENT',
    `No Glimpse runs at ${host}:${port}. Start it, name another with --to, or see what it would post with --dry-run.`,
  );
}

/** `fetch` takes no address with a user in it. */
function withoutUser(url: URL): Aim {
  const { username, password } = url;
  if (username === '' && password === '') return { url };
  const bare = Object.assign(new URL(url), { username: '', password: '' });
  const pair = [username, password].map(decoded).join(':');
  return { url: bare, proof: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What may be shown: a token may stand behind the `?`. */
function shownOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

async function post(url: URL, body: Uint8Array, headers: Readonly<Record<string, string>>) {
  const isJson = /^\s*[[{]/.test(new TextDecoder().decode(body.subarray(0, 64)));
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: new Uint8Array(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
  }).catch((cause: unknown) => {
    throw new BotError('ALERT_NOT_SENT', `${url.origin} does not answer.`, {}, { cause });
  });
  const answer = (await response.json().catch(() => ({}))) as Partial<Problem> & { alerts?: number; changes?: number };
  if (response.ok) return { status: response.status, alerts: answer.alerts ?? 0, changes: answer.changes ?? 0 };
  if (answer.code !== undefined) throw refusalOf(answer as Problem);
  throw new BotError('ALERT_NOT_SENT', `${shownOf(url)} answered ${response.status}; that is no hook of a Glimpse.`);
}
