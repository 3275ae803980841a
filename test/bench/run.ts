/**
 * `npm run bench`: how long each part takes on this machine, and others with the same data. `--quick` draws fewer
 * charts, `--write` keeps the figures in docs/benchmarks.md.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { outliveClientFault } from '../../src/cli/outlive-client-fault.ts';
import { type ChartMemory, timeCharts } from './chart.ts';
import { type PathTiming, timePath } from './path.ts';
import { cairo } from './peers/cairo.ts';
import { chromium } from './peers/chromium.ts';
import { gnuplot } from './peers/gnuplot.ts';
import { graphiteWeb } from './peers/graphite-web.ts';
import { timePeer } from './peers/peer.ts';
import { rrdtool } from './peers/rrdtool.ts';
import { timeStarts } from './start-up.ts';

const run = promisify(execFile);
const isQuick = process.argv.includes('--quick');
const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);
const ms = (value: number) => `${value.toFixed(1)} ms`;
const said: string[] = [];
outliveClientFault();

say(
  `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ` +
    `Node.js ${process.versions.node}. Load average ${loadavg()[0]?.toFixed(1)} at the start: times are those of an ` +
    `idle machine only where it is below 1, and ratios are rough where it is far above the cores.`,
);

say('', '### A chart of 900×400 at 2x, in one thread', '');
table(['Data', 'Layout', 'Draw', 'Raster', 'Encode', 'Total', 'PNG']);
await timeOurs('smooth');
await timeOurs('jagged');
await timeOurs('million');

say('', '### The same data drawn by others', '');
table(['Drawn by', 'Smooth', 'of ours', 'Jagged', 'of ours', 'How']);
for (const peer of [cairo, chromium, graphiteWeb, rrdtool, gnuplot]) {
  const before = { smooth: await timeCharts('smooth', 10, 3), jagged: await timeCharts('jagged', 10, 3) };
  const result = await timePeer(peer, isQuick ? 10 : 40);
  if ('missing' in result) {
    row([result.name, 'not here', '', '', '', result.missing]);
    continue;
  }
  // what others do on this machine changes: ours is taken on both sides of theirs
  const behind = { smooth: await timeCharts('smooth', 10, 3), jagged: await timeCharts('jagged', 10, 3) };
  const ratio = (set: 'smooth' | 'jagged') =>
    `${((2 * result.medianMs[set]) / (before[set].median.total + behind[set].median.total)).toFixed(1)}×`;
  row([
    result.name,
    ms(result.medianMs.smooth),
    ratio('smooth'),
    ms(result.medianMs.jagged),
    ratio('jagged'),
    result.how,
  ]);
}

say(
  '',
  '### A question in Rocket.Chat → its upload request',
  '',
  'One after the other, demo fleet, embedded store.',
  '',
);
table(['', 'p50', 'p95', 'p99']);
const timings = await timePath(isQuick ? 20 : 100);
for (const part of ['query', 'layout', 'draw', 'raster', 'encode', 'upload', 'total'] as const)
  row([part, ...sharesOf(timings, part)]);

say('', '### Full load and memory', '');
const script = fileURLToPath(new URL('./memory.ts', import.meta.url));
const { stdout } = await run(process.execPath, [script, isQuick ? '1000' : '10000'], {
  timeout: 3_600_000,
});
const { charts, chartsPerSecond, residentMb, peakMb, tookMs } = JSON.parse(stdout) as ChartMemory;
say(
  `${charts} charts, smooth and jagged, through the real pool with two threads: ${chartsPerSecond.toFixed(1)} charts/s, ` +
    `p50 ${ms(tookMs.p50)}, p95 ${ms(tookMs.p95)}, p99 ${ms(tookMs.p99)}. Resident memory on the way, MB: ` +
    `${residentMb.join(', ')} (at most ${peakMb}).`,
);

say('', '### Start to ready', '');
table(['Store', 'Seconds']);
for (const [name, seconds] of await timeStarts())
  row([name, typeof seconds === 'number' ? seconds.toFixed(2) : seconds]);

if (process.argv.includes('--write')) {
  const page = await readFile(PAGE, 'utf8');
  const generated = `<!-- generated: run -->\n\n${said.join('\n')}\n\n<!-- end -->`;
  await writeFile(
    PAGE,
    page.replace(/<!-- generated: run -->[\s\S]*<!-- end -->/, () => generated),
  );
}
process.exit(0);

async function timeOurs(name: 'smooth' | 'jagged' | 'million'): Promise<void> {
  const rounds = name === 'million' ? 5 : isQuick ? 20 : 70;
  const timing = await timeCharts(name, rounds, name === 'million' ? 1 : 15);
  for (const word of ['median', 'best'] as const) {
    const { layout, draw, raster, encode, total } = timing[word];
    const parts = [layout, draw, raster, encode, total].map(ms);
    row([`${name}, ${word} of ${rounds}`, ...parts, `${Math.round(timing.bytes / 1024)} KiB`]);
  }
}

function sharesOf(all: readonly PathTiming[], part: keyof PathTiming): readonly string[] {
  const sorted = all.map((timing) => timing[part]).sort((a, b) => a - b);
  return [0.5, 0.95, 0.99].map((share) => ms(sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN));
}

function table(heads: readonly string[]): void {
  row(heads);
  row(heads.map(() => '---'));
}

function row(cells: readonly string[]): void {
  say(`| ${cells.join(' | ')} |`);
}

function say(...lines: readonly string[]): void {
  said.push(...lines);
  console.log(lines.join('\n'));
}
