/** Alerts that fire and resolve, and what became of each in the room. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../doubles/rocketchat/simulator.ts';

/** How the alerts went. */
export interface AlertTally {
  sent: number;
  refused: number;
  /** Titles by what the bot last took of them. */
  readonly taken: Map<string, 'firing' | 'resolved'>;
}

const EVERY_MS = 2_000;
const ANSWER_MS = 15_000;
/** What was taken last is told within this, behind everything else that waits. */
const TELL_MS = 60_000;

/** An alert every two seconds, over two seconds later, until the signal aborts. */
export async function sendAlerts(url: string, signal: AbortSignal): Promise<AlertTally> {
  const tally: AlertTally = { sent: 0, refused: 0, taken: new Map() };
  while (!signal.aborted) {
    const title = `Soak ${Math.floor(tally.sent / 2)}.`;
    const status = tally.sent % 2 === 0 ? 'firing' : 'resolved';
    const response = await fetch(`${url}/hooks/generic`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title, status, severity: 'warning' }),
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch(() => undefined);
    tally.sent += 1;
    if (response?.status === 202) tally.taken.set(title, status);
    else tally.refused += 1;
    await sleep(EVERY_MS);
  }
  return tally;
}

/** Titles of which the room does not say what was taken, when everything has had its time. */
export async function untoldOf(
  { taken }: AlertTally,
  messagesOf: () => readonly Message[],
): Promise<readonly string[]> {
  const untilMs = performance.now() + TELL_MS;
  for (;;) {
    const messages = messagesOf().map(({ msg = '' }) => msg);
    const untold = [...taken].filter(([title, status]) => !messages.some((msg) => says(msg, title, status)));
    if (untold.length === 0 || performance.now() > untilMs) return untold.map(([title]) => title);
    await sleep(1_000);
  }
}

function says(msg: string, title: string, status: 'firing' | 'resolved'): boolean {
  return msg.includes(title) && (status === 'firing' || msg.includes('RESOLVED'));
}
