/** Charts drawn off the main loop: a few threads, a bounded queue, a deadline for each chart. */
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Answer } from '../domain/answer.ts';
import { BotError } from '../domain/errors.ts';
import { isDeadline, withDeadline } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { ChartOptions } from './chart/options.ts';
import type { Picture } from './chart/picture.ts';
import { makeTask, type RenderResult } from './chart/task.ts';

/** Settings of a pool. */
export interface RenderPoolOptions {
  readonly threads: number;
  /** Charts that may wait for a thread; one more is refused. */
  readonly maxQueue: number;
  /** From the call to the picture, waiting included; then the thread is ended and replaced. */
  readonly deadlineMs: number;
  readonly log?: Log;
  /** What the threads run, an export `render`; another one in tests. */
  readonly workerFile?: URL;
}

/** Threads that draw charts. */
export interface RenderPool {
  /**
   * Draws the chart of an answer.
   *
   * @throws BotError `RENDER_OVERLOADED` with a full queue, `RENDER_TIMEOUT` past the deadline, `RENDER_FAILED` when
   * there is nothing to draw or the picture is not what it should be; the signal's reason when the caller gives up
   */
  render(answer: Answer, options: ChartOptions, signal: AbortSignal): Promise<Picture>;
  /** Charts that are drawn or wait. */
  readonly pending: number;
  /** Ends the threads; what is still being drawn fails. */
  close(): Promise<void>;
}

/** A thread that idles so long is ended; one always stays warm. */
const IDLE_MS = 60_000;
/** JavaScript heap of a thread, MB: a million points take 100. The canvas and typed arrays lie outside. */
const HEAP_MAX_MB = 512;
/** Small, so that bitmaps, which the heap does not count, are let go soon: 50 MB less than the default. */
const YOUNG_MAX_MB = 4;
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Where the first chunk of a PNG has width and height. */
const IHDR_WIDTH_AT = 16;

/** Starts the threads; the first one loads fonts and libraries at once. */
export function createRenderPool({ threads, maxQueue, deadlineMs, log, workerFile }: RenderPoolOptions): RenderPool {
  const pool = new Piscina({
    filename: fileURLToPath(workerFile ?? new URL('./worker.ts', import.meta.url)),
    name: 'render',
    minThreads: 1,
    maxThreads: threads,
    maxQueue: threads + maxQueue,
    idleTimeout: IDLE_MS,
    // with atomics a thread never reaches its event loop, and native memory is never freed
    atomics: 'disabled',
    // fonts of the machine are not used: reading them would only take time
    env: { DISABLE_SYSTEM_FONTS_LOAD: '1' },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB, maxYoungGenerationSizeMb: YOUNG_MAX_MB },
  });
  pool.on('error', (error: unknown) => log?.error({ err: error }, 'render thread failed'));
  // counted here: piscina lets more in while a thread is starting
  let pending = 0;
  return {
    async render(answer, options, signal) {
      signal.throwIfAborted();
      if (pending >= threads + maxQueue) throw new BotError('RENDER_OVERLOADED', 'Too many pictures are being drawn.');
      pending += 1;
      const deadline = withDeadline(deadlineMs, signal);
      try {
        const result: RenderResult = await pool.run(makeTask(answer, options), { signal: deadline });
        if ('failure' in result) throw new BotError(result.failure.code, result.failure.message);
        return checkPicture(result.picture);
      } catch (error) {
        throw toRenderError(error, signal, deadline, deadlineMs);
      } finally {
        pending -= 1;
      }
    },
    get pending() {
      return pending;
    },
    close: () => pool.destroy(),
  };
}

/**
 * Makes sure that bytes are a PNG of the size they claim.
 *
 * @throws BotError `RENDER_FAILED`
 */
function checkPicture(picture: Picture): Picture {
  const { png, width, height } = picture;
  const isPng = PNG_SIGNATURE.every((byte, index) => png[index] === byte);
  if (!isPng || png.length < IHDR_WIDTH_AT + 8) throw new BotError('RENDER_FAILED', 'The picture is no PNG.');
  const header = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const size = [header.getUint32(IHDR_WIDTH_AT), header.getUint32(IHDR_WIDTH_AT + 4)];
  if (size[0] !== width || size[1] !== height) {
    throw new BotError('RENDER_FAILED', `The picture has ${size.join('×')} px instead of ${width}×${height}.`);
  }
  return picture;
}

function toRenderError(error: unknown, signal: AbortSignal, deadline: AbortSignal, deadlineMs: number): unknown {
  if (error instanceof BotError) return error;
  if (signal.aborted) return signal.reason;
  if (deadline.aborted && isDeadline(deadline.reason)) {
    return new BotError('RENDER_TIMEOUT', `The picture was not ready within ${deadlineMs} ms.`, {}, { cause: error });
  }
  return new BotError('RENDER_FAILED', 'The picture could not be drawn.', {}, { cause: error });
}
