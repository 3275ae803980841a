/** What was told of alerts and changes, as questions read it; the store has it. */
import type { Alert, ChangeEvent } from '../domain/alert.ts';
import type { Line } from '../domain/message.ts';

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
  /** When a problem began since then, ms. */
  history(fingerprint: string, sinceMs: number): Promise<readonly { readonly startMs: number }[]>;
  /** Changes that began within a window, the newest first; bounded. */
  changes(window: Window): Promise<readonly ChangeEvent[]>;
  /** The alerts that a post of a chat tells of; none where it tells of none. */
  toldBy(chat: string, postId: string): Promise<readonly Alert[]>;
  /** How the post about a problem came about, times in a zone; no lines where nothing is known of it. */
  why(fingerprint: string, zone: string): Promise<readonly Line[]>;
  /** How a post for many alerts came about; no lines for any other post. */
  whyPost(post: { readonly chat: string; readonly id: string }, zone: string): Promise<readonly Line[]>;
}
