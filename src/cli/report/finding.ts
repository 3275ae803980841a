/** What is wrong with definitions, whoever found it, for every form of report. */
import type { Fault } from '../../config/fault.ts';

/** Kinds of findings: the rules of a SARIF report, the titles of annotations. */
export const RULES = {
  definition: 'A definition or its file is not as it must be',
  unusual: 'A definition has what is allowed and hardly meant',
  expectation: 'A question is not understood or answered as its test expects',
  refused: 'The source refuses what the definition asks',
  failed: 'The source could not be asked',
  'no-data': 'The example of the definition has no data',
  'no-values': 'The values of a parameter match nothing',
  'no-example': 'The definition has no example that can be asked',
} as const;

/** A kind of finding. */
export type Rule = keyof typeof RULES;

/** One finding at its place. */
export interface Finding extends Omit<Fault, 'code'> {
  readonly rule: Rule;
  readonly level: 'error' | 'warning' | 'note';
}

/** Faults as findings. */
export function findingsOf(faults: readonly Fault[], rule: Rule): readonly Finding[] {
  const level = rule === 'unusual' ? 'warning' : 'error';
  return faults.map(({ code: _code, ...fault }) => ({ ...fault, rule, level }));
}
