/**
 * The server's rate limits, kept before they are broken.
 *
 * Rocket.Chat counts calls per route, method and client address, 10 in 60 s unless the bot has
 * `api-bypass-rate-limit`; `chat.sendMessage` has a rule of its own, 5 in 1 s unless it has `send-many-messages`.
 * Answers of limited calls carry `X-RateLimit-*`; answers without them show that the bot is exempt.
 */
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createKeyedQueue } from '../../lib/keyed-queue.ts';
import type { RateBudget } from '../../lib/rate-budget.ts';

/** Lets calls pass when the budget has room for them. */
export interface RateGate {
  /**
   * Resolves when a call of `route` may be made; waiting calls pass in the order they came.
   *
   * @throws BotError `CHAT_RATE_LIMITED` when that would take longer than `patienceMs`
   */
  pass(route: string, patienceMs: number | undefined, signal: AbortSignal): Promise<void>;
  /** Reads the limits off an answer; gives how many ms a refused call has to wait, else 0. */
  learn(route: string, status: number, headers: Headers): Promise<number>;
  /** Whether the default rule applies to this bot; `undefined` before the first answer. */
  readonly isLimited: boolean | undefined;
}

interface Rule {
  limit: number;
  readonly windowMs: number;
  isExempt: boolean;
}

const DEFAULT_RULE = { limit: 10, windowMs: 60_000 };
const OWN_RULES: Readonly<Record<string, { limit: number; windowMs: number }>> = {
  'POST chat.sendMessage': { limit: 5, windowMs: 1_000 },
};
/** When a refusal does not say how long: a whole window of the default rule. */
const BLIND_WAIT_MS = 60_000;
/** Calls travel for this long at most, as a rule: the server counts them when they arrive, in windows of its own. */
const RESET_SLACK_MS = 250;

/** Makes a gate; `url` names the server in the shared budget. */
export function createRateGate({ url, clock, budget }: { url: URL; clock: Clock; budget: RateBudget }): RateGate {
  const rules = new Map<string, Rule>();
  const lines = createKeyedQueue();
  /** Routes on which the first in line sleeps until the window ends. */
  const exhausted = new Set<string>();
  const keyOf = (route: string) => `${url.host}${url.pathname} ${route}`;
  let isLimited: boolean | undefined;

  function ruleOf(route: string): Rule {
    const known = rules.get(route);
    if (known) return known;
    const own = OWN_RULES[route];
    const rule = { ...(own ?? DEFAULT_RULE), isExempt: !own && isLimited === false };
    rules.set(route, rule);
    return rule;
  }

  return {
    async pass(route, patienceMs, signal) {
      const rule = ruleOf(route);
      if (rule.isExempt) return;
      if (patienceMs === 0 && exhausted.has(route)) throw tooBusy(route, rule.windowMs);
      await lines.run(route, async () => {
        const untilMs = patienceMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + patienceMs;
        for (;;) {
          signal.throwIfAborted();
          const waitMs = await budget.take(keyOf(route), rule.limit, rule.windowMs + RESET_SLACK_MS);
          if (waitMs <= 0 || rule.isExempt) return;
          if (clock.now() + waitMs > untilMs) throw tooBusy(route, waitMs);
          exhausted.add(route);
          await clock.sleep(waitMs, signal).finally(() => exhausted.delete(route));
        }
      });
    },
    async learn(route, status, headers) {
      const rule = ruleOf(route);
      const limit = Number(headers.get('x-ratelimit-limit') ?? Number.NaN);
      if (status === 429) return refused(route, rule, headers);
      // Only successes prove an exemption: a proxy, the login check and 8.x' schema check answer before the limiter.
      if (!(limit > 0) && (status < 200 || status >= 300)) return 0;
      rule.isExempt = !(limit > 0);
      if (limit > 0) rule.limit = limit;
      if (!OWN_RULES[route]) isLimited = !rule.isExempt;
      return 0;
    },
    get isLimited() {
      return isLimited;
    },
  };

  async function refused(route: string, rule: Rule, headers: Headers): Promise<number> {
    rule.isExempt = false;
    if (!OWN_RULES[route]) isLimited = true;
    const waitMs = Math.max(RESET_SLACK_MS, resetMs(headers, clock));
    await budget.block(keyOf(route), waitMs);
    return waitMs;
  }
}

/** ms until the window ends: `X-RateLimit-Reset` is an absolute time in ms; proxies say `Retry-After` in seconds. */
function resetMs(headers: Headers, clock: Clock): number {
  const atMs = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  // By the server's own clock where the answer shows it: the bot's may be off.
  const serverMs = Date.parse(headers.get('date') ?? '');
  const nowMs = Number.isFinite(serverMs) && Math.abs(serverMs - clock.now()) > 2_000 ? serverMs : clock.now();
  if (Number.isFinite(atMs)) return Math.min(BLIND_WAIT_MS, atMs - nowMs) + RESET_SLACK_MS;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : BLIND_WAIT_MS;
}

function tooBusy(route: string, waitMs: number): BotError {
  const seconds = Math.ceil(waitMs / 1000);
  return new BotError(
    'CHAT_RATE_LIMITED',
    `The chat server's limit for ${route} is used up for ${seconds} s; the role bot lifts it.`,
    { retryAfterMs: waitMs },
  );
}
