/** How long a chart takes, in parts, and what memory many charts leave behind. */
import type { Answer } from '../../src/domain/answer.ts';
import { drawChart, layoutChart } from '../../src/render/chart.ts';
import { createRenderPool } from '../../src/render/pool.ts';
import { jagged, million, smooth } from './data.ts';

/** Medians and best times of one data set, ms; `bytes` of the PNG. */
export interface ChartTiming {
  readonly name: string;
  readonly rounds: number;
  readonly median: ChartParts;
  readonly best: ChartParts;
  readonly bytes: number;
}

/** The parts of a chart's time, ms. `layout` makes the model, `draw` the calls, `raster` the pixels, `encode` the PNG. */
interface ChartParts {
  readonly layout: number;
  readonly draw: number;
  readonly raster: number;
  readonly encode: number;
  readonly total: number;
}

const PARTS = ['layout', 'draw', 'raster', 'encode', 'total'] as const;
const DATA_SETS: Readonly<Record<string, () => Answer>> = { smooth, jagged, million };

/** Times charts of a data set in this thread, after `warmUp` rounds that do not count. */
export async function timeCharts(name: keyof typeof DATA_SETS, rounds = 70, warmUp = 15): Promise<ChartTiming> {
  const make = DATA_SETS[name];
  if (!make) throw new Error(`no data set ${name}`);
  const answer = make();
  const samples: ChartParts[] = [];
  let bytes = 0;
  for (let round = -warmUp; round < rounds; round += 1) {
    const startMs = performance.now();
    const model = layoutChart(answer, { theme: 'light' });
    const layout = performance.now() - startMs;
    const { png, timings } = await drawChart(model);
    bytes = png.length;
    const { drawMs: draw, rasterMs: raster, encodeMs: encode } = timings;
    if (round >= 0) samples.push({ layout, draw, raster, encode, total: performance.now() - startMs });
  }
  return { name, rounds, median: pick(samples, 0.5), best: pick(samples, 0), bytes };
}

/** Of each part on its own. */
function pick(samples: readonly ChartParts[], share: number): ChartParts {
  const of = (part: (typeof PARTS)[number]) => {
    const sorted = samples.map((sample) => sample[part]).sort((a, b) => a - b);
    return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  };
  return { layout: of('layout'), draw: of('draw'), raster: of('raster'), encode: of('encode'), total: of('total') };
}

/** Memory over many charts through the real pool. */
export interface ChartMemory {
  readonly charts: number;
  readonly chartsPerSecond: number;
  /** Resident memory of the process, MB, at even distances; the first after the warm-up. */
  readonly residentMb: readonly number[];
  readonly peakMb: number;
  /** From the call to the picture, with as many calls open as there are threads, ms. */
  readonly tookMs: { readonly p50: number; readonly p95: number; readonly p99: number };
}

/** Draws `charts` charts with `threads` threads and looks at the memory ten times on the way. */
export async function measureMemory(charts: number, threads = 2): Promise<ChartMemory> {
  const pool = createRenderPool({ threads, maxQueue: threads * 2, deadlineMs: 60_000 });
  const answers = [smooth(), jagged()];
  const { signal } = new AbortController();
  const residentMb: number[] = [];
  const tookMs: number[] = [];
  let [next, done] = [0, 0];
  const look = () => residentMb.push(Math.round(process.memoryUsage().rss / 1e6));
  async function work(): Promise<void> {
    while (next < charts) {
      const answer = answers[next % answers.length] as Answer;
      next += 1;
      const startMs = performance.now();
      await pool.render(answer, { theme: next % 2 ? 'light' : 'dark' }, signal);
      tookMs.push(performance.now() - startMs);
      done += 1;
      if (done % Math.max(1, Math.floor(charts / 10)) === 0) look();
    }
  }
  try {
    await pool.render(answers[0] as Answer, { theme: 'light' }, signal);
    look();
    const startMs = performance.now();
    await Promise.all(Array.from({ length: threads }, work));
    const seconds = (performance.now() - startMs) / 1000;
    tookMs.sort((a, b) => a - b);
    const at = (share: number) => tookMs[Math.floor(share * (tookMs.length - 1))] ?? Number.NaN;
    return {
      charts,
      chartsPerSecond: charts / seconds,
      residentMb,
      peakMb: Math.max(...residentMb),
      tookMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99) },
    };
  } finally {
    await pool.close();
  }
}
