/** `npm run bench`: how long each part takes on this machine. `--quick` draws fewer charts. */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { timeCharts } from './chart.ts';
import { timePath } from './path.ts';

const isQuick = process.argv.includes('--quick');
const ms = (value: number) => `${value.toFixed(1).padStart(7)} ms`;

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node.js ${process.versions.node}\n`);

console.log('A chart, 900×400 at 2x, in one thread        layout       draw     raster     encode      total   PNG');
for (const name of ['smooth', 'jagged', 'million'] as const) {
  const rounds = name === 'million' ? 5 : isQuick ? 20 : 70;
  const { median, best, bytes } = await timeCharts(name, rounds, name === 'million' ? 1 : 15);
  for (const [word, parts] of [
    ['median', median],
    ['best', best],
  ] as const) {
    const cells = [parts.layout, parts.draw, parts.raster, parts.encode, parts.total].map(ms).join(' ');
    console.log(`${`  ${name}, ${word} of ${rounds}`.padEnd(42)}${cells}   ${Math.round(bytes / 1024)} KiB`);
  }
}

const timings = await timePath(isQuick ? 20 : 100);
console.log(
  `\nA question in Rocket.Chat → its upload request, ${timings.length} of them one after the other, demo fleet`,
);
for (const part of ['ask', 'present', 'total'] as const) {
  const sorted = timings.map((timing) => timing[part]).sort((a, b) => a - b);
  const at = (share: number) =>
    ms(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
  console.log(`  ${part.padEnd(10)} p50 ${at(0.5)}   p95 ${at(0.95)}   p99 ${at(0.99)}`);
}

// in a process of its own: what was measured before would count too
const memory = fileURLToPath(new URL('./memory.ts', import.meta.url));
spawnSync(process.execPath, ['--expose-gc', memory, isQuick ? '1000' : '10000'], { stdio: 'inherit' });
process.exit(0);
