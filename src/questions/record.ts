/** What was told of alerts and changes, as questions read it; the store has it. */
import type { Alert, ChangeEvent } from '../domain/alert.ts';

/** A window, ms since the Unix epoch, half-open. */
interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The record of alerts and changes. Members that throw, throw BotError `STORE_…`. */
export interface AlertRecord {
  /** What is open, the newest first; bounded. */
  open(): Promise<readonly Alert[]>;
  /** What was open at any moment of a window, as it is known now, the newest first; bounded. */
  during(window: Window): Promise<readonly Alert[]>;
  /** Changes that began within a window, the newest first; bounded. */
  changes(window: Window): Promise<readonly ChangeEvent[]>;
}
