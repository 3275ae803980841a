/** Draws the pictures of the docs: questions to the demo fleet, at a moment that does not move. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { chatKinds } from '../chat/index.ts';
import { loadConfig } from '../config/load.ts';
import { buildCore } from '../core.ts';
import type { Theme } from '../domain/saved-query.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { createLog } from '../lib/log.ts';
import { sourceKinds } from '../sources/index.ts';
import { askHere } from './answer-here.ts';

const FOLDER = resolve(import.meta.dirname, '../../docs/images');
const ZONE = 'Europe/Berlin';
/** In the middle of checkout's incident. */
const NOW_MS = Date.parse('2026-11-25T10:31:00Z');
/** Enough for lines, text and their edges; a picture is then some 30 kB. */
const COLOURS = 96;

/** What is drawn, by file. */
const PICTURES: readonly (readonly [name: string, question: string, theme: Theme])[] = [
  ['cpu', 'cpu web01 last 1h', 'light'],
  ['latency', 'latency checkout 2h', 'light'],
  ['fleet', 'cpu web* 2h', 'dark'],
  ['compared', 'requests checkout 6h vs yesterday', 'light'],
  ['heatmap', 'latencies checkout 3h', 'dark'],
];

const clock: Clock = { now: () => NOW_MS, sleep: systemClock.sleep };
const log = createLog('error');
const config = await loadConfig({ env: {}, cwd: import.meta.dirname, sourceKinds, chatKinds });
const core = await buildCore(config, { clock, log, hostname: 'laptop', zone: ZONE, cwd: FOLDER, isPatient: false });
await mkdir(FOLDER, { recursive: true });
for (const [name, q, theme] of PICTURES) {
  const reply = await askHere({ q, zone: ZONE, nowMs: NOW_MS }, core);
  if (reply.kind !== 'answer') throw new Error(`${q} is no question`);
  const { png } = await core.renderer.render(reply.answer, { theme }, AbortSignal.timeout(30_000));
  const small = await sharp(png).png({ palette: true, colours: COLOURS, effort: 10 }).toBuffer();
  await writeFile(join(FOLDER, `${name}.png`), small);
}
await core.close();
