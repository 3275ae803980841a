/** What rules of all kinds have in common when they are drawn. Pure. */
import type { Threshold } from '../../domain/annotation.ts';
import { BotError } from '../../domain/errors.ts';
import type { Looks } from '../../domain/saved-query.ts';
import type { Pill } from './filters.ts';
import { refusedPill } from './harmless-query.ts';

/** What a rule judges by, as something to draw. */
export interface RuleDrawing {
  /** A block of the schema, without its space; without a data view where `views` says which may be read. */
  readonly block: Readonly<Record<string, unknown>>;
  /** Names of data views by what its kind of rule reads: the first that there is. */
  readonly views?: readonly [string, ...string[]];
  /** In the numbers that the documents have. */
  readonly limit?: Pick<Threshold, 'op' | 'value'>;
  /** Id for `makeUnit`; left out, a plain number. */
  readonly unit?: string;
  readonly looks?: Looks;
  /** Whole sentences. */
  readonly notes?: readonly string[];
}

/** Values of a field that are drawn apart. */
const SPLIT_SIZE = 10;
const OPERATORS: Readonly<Record<string, Threshold['op']>> = {
  '>': '>',
  '>=': '>=',
  '<': '<',
  '<=': '<=',
  'more than': '>',
  'more than or equals': '>=',
  'less than': '<',
  'less than or equals': '<=',
};

/** The limit of a comparison; none of one with two ends. */
export function limitFrom(
  comparator: string | null | undefined,
  threshold: readonly number[] | null | undefined,
): RuleDrawing['limit'] {
  const op = OPERATORS[comparator ?? ''];
  const [value] = threshold ?? [];
  return op === undefined || value === undefined ? undefined : { op, value };
}

/** A point for each time that the rule looks over, so that its limit fits. */
export function stepFrom(size: number | null | undefined, unit: string | null | undefined): { readonly step?: string } {
  const step = size ? `${size}${unit ?? 'm'}` : '';
  return /^\d+[smhd]$/.test(step) ? { step } : {};
}

/** Series apart for the most frequent values of the first field that a rule groups by. */
export function splitFrom(groupBy: string | readonly string[] | null | undefined): Pick<RuleDrawing, 'notes'> & {
  readonly split?: object;
} {
  const [field, ...more] = [groupBy ?? []].flat();
  if (field === undefined) return {};
  const notes = more.length > 0 ? [`Of what the rule groups by only ${field} is drawn apart.`] : [];
  return { split: { field, size: SPLIT_SIZE }, notes };
}

/** What counts documents; several numbers beside one another are lines. */
export function countDrawing({ split }: { readonly split?: object }): Pick<RuleDrawing, 'unit' | 'looks'> {
  return { unit: 'count', ...(split === undefined && { looks: { bars: true } }) };
}

/** Filters as they are, none of which is a program. @throws BotError `ASK_FORBIDDEN` */
export function harmlessPills(pills: readonly Pill[]): readonly Pill[] {
  const refused = refusedPill(pills);
  if (refused === undefined) return pills;
  throw new BotError('ASK_FORBIDDEN', `The query of this rule has ${refused}, which is not run here.`);
}

/** A query as a filter in Kibana's own form. @throws BotError as {@link harmlessPills} */
export function pillsOf(query: unknown): readonly Pill[] {
  return harmlessPills([{ meta: { disabled: false, negate: false, type: 'custom', key: 'query' }, query }]);
}

/** What is said of a rule that is none to draw: `The ratio of this rule`. */
export function notDrawn(what: string): BotError {
  return new BotError('ASK_UNKNOWN_QUERY', `${what} cannot be drawn; a saved query for it can.`);
}
