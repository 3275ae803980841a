/** Answers who is on call. */
import type { Alert } from '../domain/alert.ts';
import { BotError } from '../domain/errors.ts';
import type { Line, Message } from '../domain/message.ts';
import type { OnCall } from '../oncall/on-call.ts';
import { type DutyWords, dutyLines, zonedMoment } from '../oncall/on-call-words.ts';
import { windowWords } from '../render/clock-words.ts';
import type { OnCallCommand } from './read-on-call.ts';
import { code, list } from './say.ts';

/** Schedules that a refusal names. */
const NAMES_SHOWN = 5;

/**
 * A line for each schedule that is meant; the first says when. Where nothing is named, those that cover some alerts.
 *
 * @throws BotError `ASK_UNKNOWN_VALUE` where no roster is configured, and for what no schedule covers
 */
export async function onCallMessage(
  { topic, window, said }: OnCallCommand,
  onCall: OnCall | undefined,
  { nowMs, zone }: Pick<DutyWords, 'nowMs' | 'zone'>,
  signal: AbortSignal,
  alerts?: readonly Alert[],
): Promise<Message> {
  if (!onCall) {
    throw new BotError(
      'ASK_UNKNOWN_VALUE',
      'Nobody wrote down here who is on call: `oncall` in the configuration does.',
    );
  }
  const asked = window ?? { fromMs: nowMs, toMs: nowMs + 1 };
  const isHere = alerts !== undefined && topic === undefined;
  const duties = await (isHere ? onCall.forAlerts(alerts, asked, signal) : onCall.during(asked, topic, signal));
  if (duties.length === 0 && isHere)
    return onCallMessage({ kind: 'on-call', ...(window && { window }) }, onCall, { nowMs, zone }, signal);
  if (duties.length === 0) throw noSchedule(topic ?? '', onCall.names);
  const words: DutyWords = { window: asked, nowMs, zone };
  const lines = dutyLines(duties, words);
  const [first = [], ...others] = lines;
  return { blocks: [{ kind: 'text', lines: [[...headOf(said, words), ...first], ...others] }] };
}

/** `On call now · `, `On call tomorrow at 18:00 (Thu 26 Nov 18:00 CET) · `. */
function headOf(said: string | undefined, { window, nowMs, zone }: DutyWords): Line {
  if (said === undefined) return [{ bold: 'On call' }, ' '];
  const isMoment = window.toMs - window.fromMs <= 1;
  const when = isMoment
    ? zonedMoment(window.fromMs, { nowMs, zone })
    : windowWords({ ...window, zone, text: '' }, nowMs);
  return [{ bold: 'On call' }, ' ', { name: when }, ' · '];
}

function noSchedule(topic: string, names: readonly string[]): BotError {
  const shown = names.slice(0, NAMES_SHOWN);
  return new BotError(
    'ASK_UNKNOWN_VALUE',
    `No schedule is called ${code(topic)} or covers it. There are ${list(shown.map(code), 'and')}${names.length > shown.length ? ` and ${names.length - shown.length} more` : ''}.`,
    { value: topic, suggestions: ['who is on call', ...shown.slice(0, 2).map((name) => `who is on call for ${name}`)] },
  );
}
