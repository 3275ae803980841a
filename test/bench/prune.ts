/**
 * How late the event loop is while a million old rows are dropped: `npm run bench:prune [ROWS]`, on the embedded store, or on the
 * PostgreSQL of `DATABASE_URL`. Prints the same for as long without pruning, on the same machine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import { Secret } from '../../src/lib/secret.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { pruneAlerts } from '../../src/store/prune-alerts.ts';

const ROWS = Number(process.argv[2] ?? 1_000_000);
const CHUNK = 50_000;
/** When the old rows were received, and when they are too old, ms since the Unix epoch. */
const OLD_MS = 1_000;
const BEFORE_MS = 2_000;

const url = process.env.DATABASE_URL;
const folder = await mkdtemp(join(tmpdir(), 'glimpse-prune-'));
const database = await (url ? openPostgres(new Secret(url), createLog('silent')) : openEmbedded(folder));

for (let from = 0; from < ROWS; from += CHUNK) {
  await database.query(
    `INSERT INTO glimpse.alert_events (delivery_id, fingerprint, group_key, at_ms, received_ms, alert)
     SELECT 'prune-' || n, 'f' || n % 1000, 'g' || n % 100, $1, $1, '{"status":"firing","title":"Disk of db01 is full"}'
     FROM generate_series($2::int, $3::int) AS n ON CONFLICT DO NOTHING`,
    [OLD_MS, from, Math.min(ROWS, from + CHUNK) - 1],
  );
}

const delay = monitorEventLoopDelay({ resolution: 1 });
const begunMs = performance.now();
delay.enable();
const dropped = await pruneAlerts(database.query, BEFORE_MS, systemClock, new AbortController().signal);
delay.disable();
const tookMs = performance.now() - begunMs;
const idle = monitorEventLoopDelay({ resolution: 1 });
idle.enable();
await sleep(Math.min(tookMs, 10_000));
idle.disable();
console.log(`${dropped} rows dropped in ${(tookMs / 1000).toFixed(1)} s, ${url ? 'PostgreSQL' : 'embedded store'}`);
for (const [what, { max, percentile }] of Object.entries({
  'while pruning': { max: delay.max, percentile: (share: number) => delay.percentile(share) },
  'while idle': { max: idle.max, percentile: (share: number) => idle.percentile(share) },
})) {
  const ms = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(1);
  console.log(`  event loop ${what}: p50 ${ms(percentile(50))}, p99 ${ms(percentile(99))}, worst ${ms(max)} ms`);
}
await database.close();
await rm(folder, { recursive: true, force: true });
process.exit(0);
