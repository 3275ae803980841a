/** `npm run bench`: how long each part takes on this machine. `--quick` draws fewer charts. */
import { cpus } from 'node:os';
import { measureMemory, timeCharts } from './chart.ts';
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

const { charts, chartsPerSecond, residentMb, peakMb } = await measureMemory(isQuick ? 1_000 : 10_000);
console.log(`\n${charts} charts through the real pool: ${chartsPerSecond.toFixed(1)} charts/s`);
console.log(`  resident memory on the way, MB: ${residentMb.join(' ')} (peak ${peakMb})`);
process.exit(0);
