/** A rotation that is written down in the config: people one after the other, handed over by the clock on the wall. */
import { DateTime } from 'luxon';
import { z } from 'zod';
import { timeZone } from '../config/fields.ts';
import { coverage, defineRoster, isWithin, type Roster, type RosterDeps, type Shift, type Window } from './roster.ts';

const TITLE = 'a rotation';
/** Shifts of one answer; more than this is no plan that anybody reads. */
const SHIFTS_MAX = 1_000;

const person = z.string().min(1).max(100);
const localMoment = z.string().refine((text) => DateTime.fromISO(text).isValid, {
  error: 'is no moment; write it like 2026-11-02T09:00',
});

const RotationOptions = z.strictObject({
  kind: z.literal('rotation'),
  people: z.array(person).min(1).max(200).describe('In their order; after the last comes the first again'),
  start: localMoment.describe('When the first of them began, e.g. 2026-11-02T09:00'),
  every: z
    .string()
    .regex(/^[1-9]\d{0,2}[hdw]$/, { error: 'is no length of a shift; write it like 12h, 1d or 1w' })
    .default('1w')
    .describe('Length of a shift; days and weeks are handed over at the same time of day when clocks change'),
  zone: timeZone.optional().describe('Zone of these times; left out: the `zone` of the config'),
  overrides: z
    .array(z.strictObject({ person, from: localMoment, to: localMoment }))
    .max(500)
    .default([])
    .describe('Who stands in for whoever it would be: `{ person: Ben, from: 2026-12-24T09:00, to: 2026-12-27T09:00 }`'),
  ...coverage,
});
/** A rotation with its defaults. */
export type Rotation = Pick<z.output<typeof RotationOptions>, 'people' | 'start' | 'every' | 'overrides'> & {
  readonly zone: string;
};

/** The kind `rotation`. */
export const rotation = defineRoster({ kind: 'rotation', title: TITLE, options: RotationOptions, create });

function create({ match, ...options }: z.output<typeof RotationOptions>, { name, zone }: RosterDeps): Roster {
  const own: Rotation = { ...options, zone: options.zone ?? zone };
  const unread = own.overrides.filter(({ from, to }) => msOf(from, own.zone) >= msOf(to, own.zone));
  return {
    schedules: [{ name, ...(match && { match }), shifts: async (window) => rotationShifts(own, window) }],
    check: async () => ({
      problems: unread.map(({ person: who, from }) => `The override of ${who} from ${from} ends before it begins.`),
    }),
  };
}

/** The shifts of a rotation that overlap a window, overrides cut into them. Pure. */
export function rotationShifts(plan: Rotation, window: Window): readonly Shift[] {
  const overrides = plan.overrides
    .map(({ person: who, from, to }) => ({ person: who, fromMs: msOf(from, plan.zone), toMs: msOf(to, plan.zone) }))
    .filter(({ fromMs, toMs }) => fromMs < toMs);
  let shifts: readonly BoundedShift[] = plainShifts(plan, window);
  // what is written later counts
  for (const one of overrides) shifts = [...shifts.flatMap((shift) => without(shift, one)), one];
  return shifts.filter((shift) => isWithin(shift, window)).toSorted((a, b) => a.fromMs - b.fromMs);
}

type BoundedShift = Shift & Required<Pick<Shift, 'fromMs' | 'toMs'>>;

function plainShifts({ people, start, every, zone }: Rotation, { fromMs, toMs }: Window): readonly BoundedShift[] {
  const first = DateTime.fromISO(start, { zone });
  const unit = ({ h: 'hours', d: 'days', w: 'weeks' } as const)[every.at(-1) as 'h' | 'd' | 'w'];
  const length = Number(every.slice(0, -1));
  // days by the calendar: the hand-over stays at its time of day
  const begin = (index: number) => first.plus({ [unit]: index * length }).toMillis();
  let index = Math.max(0, Math.floor(DateTime.fromMillis(fromMs, { zone }).diff(first, unit).as(unit) / length) - 1);
  while (begin(index + 1) <= fromMs) index += 1;
  const shifts: BoundedShift[] = [];
  for (; begin(index) < toMs && shifts.length < SHIFTS_MAX; index += 1) {
    shifts.push({ person: people[index % people.length] ?? '', fromMs: begin(index), toMs: begin(index + 1) });
  }
  return shifts;
}

function without(shift: BoundedShift, hole: BoundedShift): BoundedShift[] {
  if (!isWithin(shift, hole)) return [shift];
  return [
    ...(shift.fromMs < hole.fromMs ? [{ ...shift, toMs: hole.fromMs }] : []),
    ...(shift.toMs > hole.toMs ? [{ ...shift, fromMs: hole.toMs }] : []),
  ];
}

function msOf(text: string, zone: string): number {
  return DateTime.fromISO(text, { zone }).toMillis();
}
