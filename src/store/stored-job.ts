/** What is stored of a job beside its data. */
import { currentTrace, newTrace } from '../lib/trace.ts';

/** Kept among the data, so that a version of Glimpse that knows nothing of it passes it over. */
interface Stamp {
  /** The id that everything about it is logged under. */
  readonly trace: string;
  /** When it may begin, ms since the Unix epoch. */
  readonly dueMs: number;
}

/** A job as it is stored. */
export function stampedJob<Data extends object>(data: Data, dueMs: number, trace = currentTrace()): Data & Stamp {
  return { ...data, trace: trace ?? newTrace(), dueMs };
}

/** A job as it was submitted; of one that an older version stored, only its data are known. */
export function openedJob<Data extends object>(
  stored: Data & Partial<Stamp>,
): { readonly data: Data; readonly trace: string; readonly dueMs?: number } {
  const { trace, dueMs, ...data } = stored;
  return { data: data as unknown as Data, trace: trace ?? newTrace(), ...(dueMs !== undefined && { dueMs }) };
}
