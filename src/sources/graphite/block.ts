/** The `graphite:` block of a definition: its schema, and what is checked when it is loaded. */
import { z } from 'zod';
import { type Placeholder, parseTemplate, type Template } from '../../queries/expand.ts';
import { invalidAt } from '../../queries/marks.ts';
import { readableBy } from '../../queries/template-text.ts';
import { isMark, MARK_FIRST, MARKS_MAX, parseTarget, shapeOf, type TargetNode, TargetSyntaxError } from './grammar.ts';

/**
 * Where a placeholder stands, which says what may fill it: a node of a path (or a part of one), a quoted text, the value
 * of a tag in `seriesByTag("host=${host}")`, or a number that is a whole argument.
 */
export type Place = 'node' | 'text' | 'tag' | 'number';

/** A target that was read: its pieces, and the place of each placeholder, in order. */
export interface TargetTemplate {
  readonly parts: Template;
  readonly places: readonly Place[];
  /** With each placeholder as one mark. */
  readonly tree: TargetNode;
  /** The structure that a bound target must have too. */
  readonly shape: string;
}

/** More targets than this in one definition are a dashboard, not a question. */
const TARGETS_MAX = 20;

const Target = z
  .string()
  .min(1)
  .superRefine(readableBy(readTarget))
  .describe(
    'what to ask Graphite, e.g. `alias(servers.${host}.cpu.user, "${host}")`; asked once per value of a parameter',
  );

/** A block, or just its target; comes out with a list of targets. */
export const GraphiteBlock = z.union([
  Target.transform((target) => ({ target: [target] })),
  z.strictObject({
    target: z.union([Target.transform((target) => [target]), z.array(Target).min(1).max(TARGETS_MAX)]),
  }),
]);
/** A checked block. */
export type GraphiteBlock = z.output<typeof GraphiteBlock>;

/** The names of a block's placeholders, each once, in order of appearance. */
export function placeholdersOfBlock(block: GraphiteBlock): readonly string[] {
  const names = block.target.flatMap((target) => blanksOf(parseTemplate(target)).map(({ name }) => name));
  return [...new Set(names)];
}

function blanksOf(parts: Template): Placeholder[] {
  return parts.filter((part) => typeof part !== 'string');
}

/**
 * Reads a target of a definition and finds the place of each placeholder.
 *
 * @throws BotError `CONFIG_QUERY_INVALID`, its message being the end of a sentence ("the target …")
 */
export function readTarget(text: string): TargetTemplate {
  const parts = parseTemplate(text);
  const blanks = blanksOf(parts);
  if (blanks.length > MARKS_MAX) throw invalidAt(`has more than ${MARKS_MAX} placeholders`, 0);
  let count = 0;
  const marked = parts
    .map((part) => (typeof part === 'string' ? refuseMarks(part) : String.fromCharCode(MARK_FIRST + count++)))
    .join('');
  const places: Place[] = [];
  const tree = inOffsetsOf(text, marked, () => {
    const parsed = parseTarget(marked);
    findPlaces(parsed, undefined, 0, places);
    return parsed;
  });
  const withNumbers = [...marked].map((char) => (isMark(char) && places[indexOf(char)] === 'number' ? '1' : char));
  return { parts, places, tree, shape: shapeOf(parseTarget(withNumbers.join(''))) };
}

function indexOf(mark: string): number {
  return mark.charCodeAt(0) - MARK_FIRST;
}

/** Runs a reading of the marked text; where it trips, the error says the place in the text as it was written. */
function inOffsetsOf<Result>(text: string, marked: string, read: () => Result): Result {
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof TargetSyntaxError)) throw thrown;
    const blanks = [...text.matchAll(/(?<!\$)\$\{[^}]*\}/g)];
    const before = [...marked.slice(0, thrown.at)].filter(isMark).length;
    const longer = blanks.slice(0, before).reduce((sum, [blank]) => sum + blank.length - 1, 0);
    throw invalidAt(thrown.message, thrown.at + longer);
  }
}

function refuseMarks(text: string): string {
  const mark = [...text].find(isMark);
  if (mark !== undefined) throw invalidAt(`has "${mark}", and Graphite knows ASCII names only`, text.indexOf(mark));
  return text;
}

/** Walks in the order of the text, so that `places` ends up in the order of the placeholders. */
function findPlaces(node: TargetNode, parent: string | undefined, index: number, places: Place[]): void {
  switch (node.kind) {
    case 'call':
      for (const [at, arg] of node.args.entries()) findPlaces(arg, node.name, at, places);
      return;
    case 'keyword':
      findPlaces(node.value, parent, 1, places);
      return;
    case 'string':
      placesInText(node.text, parent === 'seriesByTag', places);
      return;
    case 'path': {
      const marks = [...node.text].filter(isMark).length;
      // a first argument is always a series; later on, a lone placeholder is a number such as that of `highestMax(x, 5)`
      const isNumber = marks === 1 && node.text.length === 1 && index > 0;
      for (let mark = 0; mark < marks; mark += 1) places.push(isNumber ? 'number' : 'node');
      return;
    }
    default:
  }
}

function placesInText(text: string, isTagExpression: boolean, places: Place[]): void {
  const marks = [...text].filter(isMark).length;
  if (marks === 0) return;
  if (isTagExpression) {
    const expression = /^([^;!=]+)(!?=~?)([^;]*)$/.exec(text);
    if (!expression || [...(expression[1] as string)].some(isMark)) {
      throw new TargetSyntaxError('has a placeholder in a tag expression that is not like "host=${host}"', 0);
    }
    if ((expression[2] as string).endsWith('~')) {
      throw new TargetSyntaxError('has a placeholder in a regular expression of seriesByTag; use "=" there', 0);
    }
  }
  for (let mark = 0; mark < marks; mark += 1) places.push(isTagExpression ? 'tag' : 'text');
}
