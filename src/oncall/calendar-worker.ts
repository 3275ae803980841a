/** The thread that reads one calendar and ends: rules that repeat for ever can be stopped there. */
import { parentPort, workerData } from 'node:worker_threads';
import { type CalendarTask, calendarShifts } from './calendar-shifts.ts';

try {
  parentPort?.postMessage({ shifts: calendarShifts(workerData as CalendarTask) });
} catch (thrown) {
  parentPort?.postMessage({ complaint: thrown instanceof Error ? thrown.message : String(thrown) });
}
