/** What real systems answered, served again: exchanges recorded by `test/fixtures/record.ts`, and what an adapter makes of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'vitest';
import { type Outcome, openSource, outcomeOf } from '../fixtures/recording/outcome.ts';
import type { Exchange, Recording } from '../fixtures/recording/recording.ts';
import { type Received, type Reply, startHttpBackend } from './http-backend.ts';

const FIXTURES = resolve(import.meta.dirname, '../fixtures');

/** A recording with the name of its file. */
export type NamedRecording = Recording & { readonly name: string };

/** All recordings of one product: `prometheus/prometheus-2.42.0`. */
export function recordingsOf(folder: string): readonly NamedRecording[] {
  return readdirSync(join(FIXTURES, folder))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace(/\.json$/, ''))
    .sort()
    .map((name) => ({ ...readJson(join(FIXTURES, folder, `${name}.json`)), name }))
    .filter((recording): recording is NamedRecording => 'exchanges' in recording);
}

function readJson(path: string): Recording {
  return JSON.parse(readFileSync(path, 'utf8')) as Recording;
}

/**
 * Lets the real adapter ask again what it asked when it was recorded, and gives what comes of it; every recorded answer
 * must be asked for once, and nothing else.
 */
export async function replay({ kind, base, asked, options, nowMs, exchanges }: Recording): Promise<Outcome> {
  const left = [...exchanges];
  const strangers: string[] = [];
  const backend = await startHttpBackend((request) => {
    const exchange = takeMatching(left, request);
    if (exchange) return replyOf(exchange);
    strangers.push(`${request.method} ${pathOf(request)}`);
    return { status: 599, contentType: 'text/plain', body: 'never recorded' };
  });
  const outcome = await outcomeOf(openSource({ kind, url: `${backend.url}${base}`, options, nowMs }), asked, nowMs);
  expect({ strangers, left: left.map(({ request }) => `${request.method} ${request.path}`) }).toEqual({
    strangers: [],
    left: [],
  });
  return hidePort(outcome, backend.url);
}

/** The same request; else, as adapters may change how they ask, the next one to the same place. */
function takeMatching(left: Exchange[], request: Received): Exchange | undefined {
  const path = pathOf(request);
  const isSame = (one: Exchange) =>
    one.request.method === request.method && one.request.path === path && (one.request.body ?? '') === request.body;
  const isLike = (one: Exchange) =>
    one.request.method === request.method && one.request.path.split('?')[0] === request.pathname;
  const same = left.findIndex(isSame);
  const index = same >= 0 ? same : left.findIndex(isLike);
  return index < 0 ? undefined : left.splice(index, 1)[0];
}

function pathOf({ pathname, searchParams }: Received): string {
  return searchParams.size === 0 ? pathname : `${pathname}?${searchParams}`;
}

function replyOf({ status, headers, json, text }: Exchange): Reply {
  const { 'content-type': contentType = '', ...others } = headers;
  return { status, contentType, headers: others, body: text ?? JSON.stringify(json) };
}

/** A sentence may name the address, whose port differs each time. */
function hidePort<Value>(value: Value, url: string): Value {
  return JSON.parse(JSON.stringify(value).replaceAll(new URL(url).host, 'the-server')) as Value;
}
