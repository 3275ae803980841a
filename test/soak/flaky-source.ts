/** A Graphite that changes its mind: well for a while, then failing in one of the ways that sources fail in. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Ways to answer. */
const MOODS = [
  'well',
  'well',
  'well',
  'slow',
  'error',
  'hang',
  'trickle',
  'html',
  'redirect',
  'reset',
  'huge',
] as const;
type Mood = (typeof MOODS)[number];

/** A running one. */
export interface FlakySource {
  readonly url: string;
  /** How often it was in which mood when it was asked. */
  readonly asked: ReadonlyMap<Mood, number>;
  close(): void;
}

/** Starts one; moods last one to eight seconds. */
export async function startFlakySource(random: () => number): Promise<FlakySource> {
  let mood: Mood = 'well';
  const asked = new Map<Mood, number>();
  const timer = setInterval(() => {
    if (random() < 0.25) mood = MOODS[Math.floor(random() * MOODS.length)] ?? 'well';
  }, 1_000);
  const server = createServer((request, response) => {
    request.resume();
    asked.set(mood, (asked.get(mood) ?? 0) + 1);
    answer(mood, response, request.url ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      clearInterval(timer);
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(mood: Mood, response: ServerResponse, url: string): void {
  const json = url.startsWith('/render') ? seriesJson() : '[]';
  const good = () => response.writeHead(200, { 'content-type': 'application/json' }).end(json);
  if (mood === 'well') good();
  else if (mood === 'slow') setTimeout(good, 1_500).unref();
  else if (mood === 'error') response.writeHead(503).end('overloaded');
  else if (mood === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>log in</html>');
  else if (mood === 'redirect') response.writeHead(302, { location: 'http://127.0.0.1:9/elsewhere' }).end();
  else if (mood === 'reset') response.socket?.resetAndDestroy();
  else if (mood === 'trickle') trickle(response);
  else if (mood === 'huge') sendMuch(response);
}

/** A byte now and then, without an end. */
function trickle(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write('['), 250);
  response.once('close', () => clearInterval(timer));
}

/** 50 MB, more than is taken. */
function sendMuch(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(1024 * 1024, 0x20);
  let left = 50;
  const send = () => {
    while (left > 0 && !response.destroyed) {
      left -= 1;
      if (!response.write(chunk)) {
        response.once('drain', send);
        return;
      }
    }
    response.end('[]');
  };
  send();
}

function seriesJson(): string {
  const endSeconds = Math.floor(Date.now() / 10_000) * 10;
  const datapoints = Array.from({ length: 360 }, (_, index) => [
    50 + 40 * Math.sin(index / 20),
    endSeconds - (359 - index) * 10,
  ]);
  return JSON.stringify([{ target: 'flaky.value', tags: { name: 'flaky.value' }, datapoints }]);
}
