/** Threads that draw, with the parts of each picture timed. */
import type { RenderPool } from '../render/pool.ts';
import type { Metrics } from './metrics.ts';
import { timed } from './timed.ts';

/** Wraps the pool. */
export function observeRenderer(
  pool: RenderPool,
  { stageSeconds, failures }: Pick<Metrics, 'stageSeconds' | 'failures'>,
): RenderPool {
  return {
    async render(answer, options, signal) {
      let allSeconds = 0;
      const picture = await timed(
        () => pool.render(answer, options, signal),
        (seconds, code) => {
          allSeconds = seconds;
          if (code !== undefined) failures.inc({ code, kind: 'render' });
        },
      );
      const { drawMs, rasterMs, encodeMs } = picture.timings;
      const parts = { draw: drawMs, raster: rasterMs, encode: encodeMs };
      for (const [stage, ms] of Object.entries(parts)) stageSeconds.observe({ stage }, ms / 1000);
      const waitSeconds = allSeconds - (drawMs + rasterMs + encodeMs) / 1000;
      stageSeconds.observe({ stage: 'wait' }, Math.max(0, waitSeconds));
      return picture;
    },
    get pending() {
      return pool.pending;
    },
    close: () => pool.close(),
  };
}
