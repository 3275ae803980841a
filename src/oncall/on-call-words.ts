/** Who is on call, in words: a line for each schedule. Pure. */
import type { Line, Span } from '../domain/message.ts';
import { createTimeTeller, zoneWords } from '../render/clock-words.ts';
import type { OnDuty } from './on-call.ts';
import type { Shift, Window } from './roster.ts';

/** What the words depend on. */
export interface DutyWords {
  /** What was asked for; a moment is a window of a minute or less. */
  readonly window: Window;
  readonly nowMs: number;
  /** IANA zone that moments are told in. */
  readonly zone: string;
}

const MINUTE_MS = 60_000;
/** People that are named in a line; a week of daily shifts fits. */
const SHIFTS_SHOWN = 8;
/** Schedules that are told in one message. */
const LINES_SHOWN = 12;

/** A line for each schedule: `payments: Ana until 18:00`, `platform: nobody`; a failure is one too. */
export function dutyLines(duties: readonly OnDuty[], words: DutyWords): readonly Line[] {
  const more = duties.length - LINES_SHOWN;
  return [
    ...duties.slice(0, LINES_SHOWN).map((duty) => dutyLine(duty, words)),
    ...(more > 0 ? [[`… ${more} more schedules`]] : []),
  ];
}

/** `payments: Ana until 18:00, then level 2 Ben`; what failed says why. */
export function dutyLine(duty: OnDuty, words: DutyWords): Line {
  const { schedule, url, shifts, failure } = duty;
  const head: Line = [{ name: schedule, bold: true }, ': '];
  const page: Line = url === undefined ? [] : [' · ', { link: { title: 'Schedule', url } }];
  if (failure) return [...head, { name: failure.message }];
  if (shifts.length === 0) return [...head, 'nobody', ...page];
  const isMoment = words.window.toMs - words.window.fromMs <= MINUTE_MS;
  const told = (isMoment ? atMoment : overWindow)(shifts.slice(0, SHIFTS_SHOWN), words);
  const more = shifts.length - SHIFTS_SHOWN;
  return [...head, ...told, ...(more > 0 ? [`, ${more} more`] : []), ...page];
}

/** `Ana until 18:00`, `Ana until Mon 30 Nov 09:00, level 2 Ben`. */
function atMoment(shifts: readonly Shift[], words: DutyWords): Span[] {
  const levels = new Set(shifts.map(({ level }) => level));
  return shifts
    .flatMap(({ person, toMs, level }, index): Span[] => [
      index === 0 ? '' : ', ',
      levels.size > 1 && index > 0 && level !== shifts[index - 1]?.level ? `level ${level} ` : '',
      { name: person },
      toMs === undefined ? '' : ` until ${momentWords(toMs, words)}`,
    ])
    .filter((span) => span !== '');
}

/** `Ana until 09:00, Ben from 09:00`. */
function overWindow(shifts: readonly Shift[], words: DutyWords): Span[] {
  const { fromMs, toMs } = words.window;
  return shifts
    .flatMap((shift, index): Span[] => {
      const from =
        shift.fromMs !== undefined && shift.fromMs > fromMs ? ` from ${momentWords(shift.fromMs, words)}` : '';
      const until = shift.toMs !== undefined && shift.toMs < toMs ? ` until ${momentWords(shift.toMs, words)}` : '';
      return [...(index === 0 ? [] : [', ']), { name: shift.person }, `${from}${until}`];
    })
    .filter((span) => span !== '');
}

/** `18:00`, of another day `Mon 30 Nov 09:00`; an hour that comes twice names its zone. */
function momentWords(ms: number, { nowMs, zone }: Pick<DutyWords, 'nowMs' | 'zone'>): string {
  // two days, so that the teller dates what is not today's
  const range = { fromMs: Math.min(ms, nowMs) - 2 * 86_400_000, toMs: Math.max(ms, nowMs) + 1, zone, text: '' };
  return createTimeTeller(range, nowMs).moment(ms);
}

/** Of a moment its zone too: `18:00 CET`. */
export function zonedMoment(ms: number, words: Pick<DutyWords, 'nowMs' | 'zone'>): string {
  return `${momentWords(ms, words)} ${zoneWords(ms, words.zone)}`;
}
