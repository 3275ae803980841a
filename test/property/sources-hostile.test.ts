/** A thousand hostile values asked of every kind of source: refused, or taken as the name of a host that is not there. */
import { describe, expect, it } from 'vitest';
import { BotError } from '../../src/domain/errors.ts';
import type { Frame } from '../../src/domain/frame.ts';
import type { HttpClient } from '../../src/lib/http-client.ts';
import {
  binding,
  createSource,
  NOW_SECONDS,
  PUBLIC_URL,
  SECRET,
  type SourceHarness,
  window,
} from '../contract/source-setting.ts';
import { allHarnesses } from '../contract/sources/all.ts';
import { hostileValues } from '../doubles/hostile-values.ts';
import type { Received, Reply } from '../doubles/http-backend.ts';

const VALUES = 1_000;
const LINK_MAX_CHARS = 4_000;
const seed = process.env.FUZZ === undefined ? undefined : Math.floor(Math.random() * 2 ** 31);

/** Hands requests to a double without a network between, and counts them. */
function straightTo(
  answer: (request: Received) => Reply | Promise<Reply>,
): HttpClient & { readonly sent: { count: number } } {
  const sent = { count: 0 };
  return {
    sent,
    async send(url, { method = 'GET', headers = {}, body = '' }) {
      sent.count += 1;
      const { pathname, searchParams } = url;
      const form = new URLSearchParams(searchParams);
      const isForm = Object.values(headers).some((value) => value.startsWith('application/x-www-form-urlencoded'));
      if (isForm) for (const [name, value] of new URLSearchParams(String(body))) form.append(name, value);
      const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      const reply = await answer({ method, pathname, searchParams, headers: own, body: String(body), form });
      const { status = 200, contentType = 'application/json' } = reply;
      return { status, contentType, headers: new Headers(reply.headers), text: String(reply.body ?? '') };
    },
  };
}

const hasValues = (frame: Frame) =>
  frame.kind === 'series'
    ? frame.series.some(({ values }) => values.some(Number.isFinite))
    : frame.kind === 'table' && frame.rows.length > 0;

/** What is wrong with a link; empty for one that is fine. */
function faultOf(link: string | undefined): string {
  if (link === undefined) return '';
  if (!link.startsWith(PUBLIC_URL)) return `a link elsewhere: ${link}`;
  if (link.length > LINK_MAX_CHARS) return `a link of ${link.length} characters`;
  if (link.includes(SECRET)) return 'a secret in the link';
  const shown = link.replace(/([?&/])g\d+\.\w+=/g, '$1');
  return /[^\x21-\x7e]|[<>()[\]*_\x27"|\\`{}^]/.test(shown) ? `a link that chats cut: ${shown}` : '';
}

function asker(harness: SourceHarness) {
  const http = straightTo(harness.backend(() => NOW_SECONDS));
  const source = createSource(harness, 'http://double', 20_000, http);
  const block = harness.definition.block.parse(harness.block);
  const request = (value: string) => source.request(block, { ...binding, arguments: { host: [value] } });
  const fetch = (value: string) => source.fetch(request(value), window, AbortSignal.timeout(20_000));
  return { http, source, request, fetch };
}

/** What a value did that it must not; empty where it did no harm. */
async function harmOf(value: string, { http, source, request, fetch }: ReturnType<typeof asker>, most: number) {
  const before = http.sent.count;
  try {
    const fault = faultOf(source.link(request(value), window));
    const frames = await fetch(value);
    if (frames.some(hasValues)) return "another host's data";
    return http.sent.count - before > most ? `${http.sent.count - before} requests` : fault;
  } catch (thrown) {
    const isRefused = thrown instanceof BotError && thrown.code === 'ASK_UNKNOWN_VALUE';
    return isRefused ? '' : String(thrown);
  }
}

const kinds = new Map(allHarnesses.map((harness) => [harness.definition.kind, harness] as const).toReversed());
const others = [...kinds.values()];

describe(`a thousand hostile values${seed === undefined ? '' : ` of the seed ${seed}`}`, () => {
  it.each(others.map((harness) => [harness.definition.kind, harness] as const))(
    'do no harm in %s',
    async (_, harness) => {
      const own = asker(harness);
      const [host] = harness.hosts;
      expect((await own.fetch(host)).some(hasValues)).toBe(true);
      const before = own.http.sent.count;
      await own.fetch(host);
      const most = own.http.sent.count - before;
      const harm: string[] = [];
      for (const value of hostileValues(VALUES, seed)) {
        if ([...harness.hosts, harness.everyHost].includes(value.trim())) continue;
        const done = await harmOf(value, own, most);
        if (done !== '') harm.push(`${JSON.stringify(value)}: ${done}`);
      }
      expect(harm).toEqual([]);
    },
  );
});
