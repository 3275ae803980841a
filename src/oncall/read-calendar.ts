/** Reads the shifts of a calendar in a thread of its own, with a deadline and a bound on its memory. */
import { Worker } from 'node:worker_threads';
import { BotError } from '../domain/errors.ts';
import { withDeadline } from '../lib/clock.ts';
import { endSentence, harmless } from '../lib/said.ts';
import type { CalendarTask } from './calendar-shifts.ts';
import type { Shift } from './roster.ts';

/** Years of hourly shifts take a second. */
const DEADLINE_MS = 3_000;
const HEAP_MAX_MB = 128;

/**
 * Reads a calendar.
 *
 * @param title - what it is called in sentences
 * @throws BotError `SOURCE_UNEXPECTED` for what is no calendar, `SOURCE_TOO_MUCH` for one that cannot be read in time
 */
export async function readCalendar(
  task: CalendarTask,
  title: string,
  outer: AbortSignal,
  deadlineMs: number = DEADLINE_MS,
): Promise<readonly Shift[]> {
  outer.throwIfAborted();
  const signal = withDeadline(deadlineMs, outer);
  const worker = new Worker(new URL('./calendar-worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
    env: {},
    execArgv: [],
  });
  const tooMuch = () =>
    new BotError('SOURCE_TOO_MUCH', `${title} repeats too often to be read; shorten its rules or give them an end.`);
  try {
    return await new Promise<readonly Shift[]>((resolve, reject) => {
      worker.once('message', (said: { readonly shifts?: readonly Shift[]; readonly complaint?: string }) => {
        if (said.shifts) resolve(said.shifts);
        else reject(unread(title, said.complaint ?? ''));
      });
      worker.once('error', (cause: NodeJS.ErrnoException) =>
        reject(cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch() : unread(title, cause.message)),
      );
      signal.addEventListener('abort', () => reject(outer.aborted ? outer.reason : tooMuch()), { once: true });
    });
  } finally {
    await worker.terminate();
  }
}

function unread(title: string, complaint: string): BotError {
  const why = harmless(complaint);
  return new BotError(
    'SOURCE_UNEXPECTED',
    `${title} is no calendar that I can read${why === '' ? '.' : `: ${endSentence(why)}`}`,
  );
}
