/** Why a request gave no value: a name that is not there, an item that is off or fails, or one that stopped. */
import { z } from 'zod';
import type { EmptyReason } from '../../domain/answer.ts';
import { counted } from '../../lib/check-tables.ts';
import { withDeadline } from '../../lib/clock.ts';
import { nearest } from '../../lib/nearest.ts';
import { harmless } from '../../lib/said.ts';
import type { FetchWindow } from '../source.ts';
import type { ZabbixRequest } from './bind.ts';
import { TITLE } from './failures.ts';
import { readValues } from './history.ts';
import { findHosts, findItems, type Item, isNumeric, type Lookup, periodMs } from './items.ts';
import { scopeOf } from './problems.ts';
import { groupNames, hostNames, itemKeys } from './values.ts';
import { unitOf } from './words.ts';

const NEAR_MAX = 3;
/** How far back a last value is looked for. */
const LOOK_BACK_MS = 800 * 86_400_000;

/** What looking needs. */
export interface WhyContext extends Lookup {
  readonly nowMs: number;
  /** Whether an answer to this very request has shown that its hosts are there and watched. */
  isKnown?(request: ZabbixRequest): boolean;
}

/** The reason, for the first name that explains it. @throws BotError `SOURCE_…` */
export async function whyEmpty(request: ZabbixRequest, window: FetchWindow, context: WhyContext): Promise<EmptyReason> {
  // of problems the fetch has just said whether all hosts are there: there is no time to lose
  const isSettled = request.show === 'problems' && context.isKnown?.(request) === true;
  const missing = isSettled ? undefined : await missingName(request, context);
  if (missing) return missing;
  if (request.show === 'problems') return { kind: 'none', said: await noProblems(request, window, context) };
  const items = await findItems(request, context);
  const [item] = items;
  if (!item) return missingItem(request, context);
  return ofItem(item, request, window, context);
}

async function missingName(request: ZabbixRequest, context: WhyContext): Promise<EmptyReason | undefined> {
  const { hostNames: asked, group } = request;
  if (group !== undefined) {
    const groups = await groupNames(context);
    if (!groups.includes(group)) return { kind: 'never_existed', what: group, near: nearest(group, groups, NEAR_MAX) };
  }
  if (asked.some(({ text }) => text === '*')) return undefined;
  const found = await findHosts(asked, context);
  const unknown = asked.find((one) => !found.some(({ host }) => one.fits(host)));
  if (unknown) {
    const near = nearest(unknown.text, await hostNames(undefined, context), NEAR_MAX);
    return { kind: 'never_existed', what: unknown.text, near };
  }
  const isOff = found.every(({ status }) => status === '1');
  const names = found.map(({ host }) => host).slice(0, NEAR_MAX);
  return isOff ? { kind: 'none', said: `${names.join(', ')} is not monitored: it is disabled in ${TITLE}` } : undefined;
}

/** A count of what is fine is a courtesy: the answer does not wait long for it. */
const COUNT_TIMEOUT_MS = 1_500;

async function noProblems(request: ZabbixRequest, window: FetchWindow, context: WhyContext): Promise<string> {
  const least = request.severity === 0 ? '' : ' of that severity';
  if (window.toMs < context.nowMs - 60_000) return `no problem${least} in this window`;
  // `monitored` makes a database that was never analysed think for half a minute
  if (request.group !== undefined || request.hostNames.some(({ text }) => text === '*')) return `no problems${least}`;
  const signal = withDeadline(COUNT_TIMEOUT_MS, context.signal);
  try {
    const { params } = await scopeOf(request, { ...context, signal });
    const asked = { ...params, countOutput: true, filter: { status: 0 } };
    const Count = z.union([z.string(), z.number()]).transform(Number);
    const count = await context.client.call('trigger.get', asked, Count, signal);
    return `no problems${least}: ${counted(count, 'trigger')} fine`;
  } catch (thrown) {
    if (context.signal.aborted) throw thrown;
    return `no problems${least}`;
  }
}

async function missingItem({ hostNames: asked, items }: ZabbixRequest, context: WhyContext): Promise<EmptyReason> {
  const [host] = asked;
  const [item] = items;
  if (!host || !item) return { kind: 'silent', what: '' };
  const keys = host.isExact ? await itemKeys(host.text, context) : [];
  return { kind: 'never_existed', what: item.text, near: nearest(item.text, keys, NEAR_MAX) };
}

async function ofItem(
  item: Item,
  { unit }: ZabbixRequest,
  window: FetchWindow,
  context: WhyContext,
): Promise<EmptyReason> {
  const what = `${item.host} ${item.key_}`;
  if (item.status !== '0') return { kind: 'none', said: `the item ${what} is disabled in ${TITLE}` };
  const { history, trends } = item;
  const kept = [history, trends].map(periodMs);
  if (kept.every((ms) => ms !== undefined)) {
    const keptMs = Math.max(0, ...kept);
    if (keptMs > 0 && window.toMs <= context.nowMs - keptMs) return { kind: 'too_old', keptMs };
  }
  const last = await lastBefore(item, window.fromMs, context);
  const first = await firstAfter(item, window.toMs, context);
  if (last && !first) {
    const { factor } = unitOf(item, unit);
    const failed = item.state === '1' && item.error !== '';
    if (failed) return { kind: 'none', said: `the item ${what} is not supported: ${harmless(item.error)}` };
    return {
      kind: 'stopped',
      what,
      lastMs: last.timeMs,
      ...(isNumeric(item) && { lastValue: Number(last.value) * factor }),
    };
  }
  if (item.state === '1') return { kind: 'none', said: `the item ${what} is not supported: ${harmless(item.error)}` };
  return !last && first ? { kind: 'not_yet', what, firstMs: first.timeMs } : { kind: 'silent', what };
}

async function lastBefore(item: Item, beforeMs: number, context: WhyContext) {
  const window = { fromMs: Math.max(0, beforeMs - LOOK_BACK_MS), toMs: beforeMs };
  const [last] = await readValues([item], window, { order: 'DESC', limit: 1 }, context);
  return last;
}

async function firstAfter(item: Item, afterMs: number, context: WhyContext) {
  if (afterMs >= context.nowMs - 1_000) return undefined;
  const window = { fromMs: afterMs, toMs: context.nowMs };
  const [first] = await readValues([item], window, { order: 'ASC', limit: 1 }, context);
  return first;
}
