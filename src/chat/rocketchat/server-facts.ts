/** What the server says of itself: version, limits, settings; asked once, and again now and then. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import { createShared } from '../../lib/abortable.ts';
import type { Clock } from '../../lib/clock.ts';
import type { HttpClient } from '../../lib/http-client.ts';
import type { RestClient } from './rest-client.ts';
import { explainTransport } from './rest-errors.ts';

/** Facts that decide how things are sent. */
export interface ServerFacts {
  /** As the server says it, `8.3.1` or for most users just `8.3`; `undefined` when it does not say. */
  readonly version: string | undefined;
  /** UTF-16 units of a message: `Message_MaxAllowedSize`. */
  readonly maxChars: number;
  /** `FileUpload_MaxFileSize`. */
  readonly maxFileBytes: number;
  readonly isUploadOn: boolean;
  /** People are shown by their names: typing is then said with the name, too. */
  readonly usesRealNames: boolean;
}

/** What Rocket.Chat ships with. */
const DEFAULT_FACTS: ServerFacts = {
  version: undefined,
  maxChars: 5_000,
  maxFileBytes: 104_857_600,
  isUploadOn: true,
  usesRealNames: false,
};

/** A server may be upgraded while the bot runs. */
const FACTS_MAX_AGE_MS = 10 * 60_000;
const ASK_MS = 30_000;
const SETTINGS = ['Message_MaxAllowedSize', 'FileUpload_MaxFileSize', 'FileUpload_Enabled', 'UI_Use_Real_Name'];

/** Cached {@link ServerFacts}. */
export interface FactsCache {
  /** The last known facts, {@link DEFAULT_FACTS} before the first answer. */
  readonly current: ServerFacts;
  /**
   * Facts; those older than ten minutes are asked for again without waiting.
   *
   * @throws BotError `CHAT_UNREACHABLE` when nothing is known yet and the server does not answer
   */
  get(signal: AbortSignal): Promise<ServerFacts>;
}

/** Makes the cache; asks nothing yet. */
export function createFactsCache(url: URL, rest: RestClient, http: HttpClient, clock: Clock): FactsCache {
  let current = DEFAULT_FACTS;
  let askedMs = Number.NEGATIVE_INFINITY;

  async function ask(signal: AbortSignal): Promise<ServerFacts> {
    const version = await askVersion(url, http, signal);
    const settings = await askSettings(rest, signal).catch(() => new Map<string, unknown>());
    askedMs = clock.now();
    current = factsFrom(version, settings);
    return current;
  }

  const asked = createShared(ask, ASK_MS);
  return {
    get current() {
      return current;
    },
    async get(signal) {
      const isKnown = askedMs > Number.NEGATIVE_INFINITY;
      if (clock.now() - askedMs < FACTS_MAX_AGE_MS) return current;
      if (!isKnown) return await asked(signal);
      asked(signal).catch(() => undefined); // old facts are good enough, nobody waits for new ones
      return current;
    },
  };
}

/** `GET /api/info` is public; its `version` may sit in `info` on old servers. */
async function askVersion(url: URL, http: HttpClient, signal: AbortSignal): Promise<string | undefined> {
  const reply = await http.send(new URL('api/info', url), {}, signal).catch((thrown: unknown) => {
    throw explainTransport(thrown, url.host);
  });
  if (reply.status >= 500) {
    throw new BotError('CHAT_UNREACHABLE', `${url.host} failed (${reply.status}).`, { httpStatus: reply.status });
  }
  const Info = z.object({ version: z.string().optional(), info: z.object({ version: z.string() }).optional() });
  try {
    const info = Info.parse(JSON.parse(reply.text));
    return info.version ?? info.info?.version;
  } catch {
    throw new BotError(
      'CHAT_UNEXPECTED',
      `${url.host} does not answer like a Rocket.Chat server (${reply.status} at api/info): is the url of this chat right?`,
      { httpStatus: reply.status },
    );
  }
}

async function askSettings(rest: RestClient, signal: AbortSignal): Promise<ReadonlyMap<string, unknown>> {
  const { settings } = await rest.call(
    {
      path: 'settings.public',
      query: { _id: SETTINGS.join(','), count: '100' },
      schema: z.object({ settings: z.array(z.object({ _id: z.string(), value: z.unknown() })) }),
      patienceMs: 0,
    },
    signal,
  );
  return new Map(settings.map(({ _id, value }) => [_id, value]));
}

function factsFrom(version: string | undefined, settings: ReadonlyMap<string, unknown>): ServerFacts {
  const number = (name: string, least: number, otherwise: number) => {
    const value = Number(settings.get(name) ?? Number.NaN);
    // -1 stands for "no limit".
    return value === -1 ? Number.MAX_SAFE_INTEGER : value >= least ? value : otherwise;
  };
  return {
    version,
    maxChars: number('Message_MaxAllowedSize', 200, DEFAULT_FACTS.maxChars),
    maxFileBytes: number('FileUpload_MaxFileSize', 1, DEFAULT_FACTS.maxFileBytes),
    isUploadOn: settings.get('FileUpload_Enabled') !== false,
    usesRealNames: settings.get('UI_Use_Real_Name') === true,
  };
}

/** Whether `version` is at least `major.minor`; an unknown version counts as `otherwise`. */
export function isAtLeast(version: string | undefined, major: number, minor: number, otherwise = false): boolean {
  const match = /^(\d+)\.(\d+)/.exec(version ?? '');
  if (!match) return otherwise;
  const [ownMajor, ownMinor] = [Number(match[1]), Number(match[2])];
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
