/** Binds arguments to targets, by refusal: Graphite's grammar has no quoting that a value could be made safe with. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Arguments } from '../../domain/question.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import type { Unit } from '../../domain/unit.ts';
import { unknownValue } from '../../lib/plain-value.ts';
import { tooManySeries } from '../../queries/bind.ts';
import { applyFilters, type Placeholder } from '../../queries/expand.ts';
import type { Binding, SourceRequest } from '../source.ts';
import { type GraphiteBlock, type Place, readTarget, type TargetTemplate } from './block.ts';
import { parseTarget, shapeOf, type TargetNode, TargetSyntaxError } from './grammar.ts';
import { isSumming } from './summing.ts';

/** What to do about too many series; follows "Name fewer, or". */
export const NARROWER = 'narrow it with a pattern such as web*';

/** A picture with more lines says nothing, and the answer is one body: more is refused before it is asked. */
const SERIES_MAX = 500;

/** One target with its values in it. */
export interface BoundTarget {
  /** As a person would type it. */
  readonly target: string;
  /** The value of each parameter that the target was asked for. */
  readonly labels: Labels;
  /** Whether the definition names its rows itself (`alias…` outermost), so that names stand as they come. */
  readonly isNamed: boolean;
  /** Whether the target says itself how to consolidate. */
  readonly isConsolidated: boolean;
  /** Whether it adds up by intervals, of which the newest is still filling. */
  readonly isSumming: boolean;
  /** Which of the definition's targets it is, from 0 on. */
  readonly template: number;
}

/** What a question asks of Graphite. */
export interface GraphiteRequest extends SourceRequest {
  /** In the order of the arguments, then of the definition. */
  readonly targets: readonly BoundTarget[];
  readonly unit: Unit;
  readonly consolidate: Consolidation;
  /** Rows that an answer may have. */
  readonly seriesMax: number;
}

/** Functions that give rows the name that people shall read. */
const NAMING =
  /^(?:alias|aliasByBase64|aliasByMetric|aliasByNode|aliasByTags|aliasQuery|aliasSub|legendValue|substr|cactiStyle)$/;
/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;

/**
 * Binds a block to arguments: every target once per combination of values.
 *
 * @param extraCharacters - what names of this Graphite may hold beside letters, digits, `_` and `-`
 * @throws BotError `ASK_UNKNOWN_VALUE`, `ASK_MISSING_ARGUMENT`, `SOURCE_TOO_MUCH`
 */
export function bindBlock(block: GraphiteBlock, binding: Binding, extraCharacters = ''): GraphiteRequest {
  const templates = block.target.map(readTarget);
  const names = new Set(templates.flatMap(({ parts }) => parts.flatMap((part) => (isBlank(part) ? [part.name] : []))));
  const { seriesMax = SERIES_MAX } = binding;
  const combinations = combine([...names], binding.arguments, seriesMax);
  const count = combinations.length * templates.length;
  if (count > seriesMax) throw tooManySeries(count, seriesMax, NARROWER);
  const targets = combinations.flatMap((labels) =>
    templates.map((template, index) => bindTarget(template, index, labels, extraCharacters)),
  );
  const [first] = targets;
  const more = targets.length > 1 ? ` and ${targets.length - 1} more` : '';
  const label = `${(first?.target ?? '').slice(0, LABEL_MAX_CHARS)}${more}`;
  return { label, targets, unit: binding.unit, consolidate: binding.consolidate, seriesMax };
}

function isBlank(part: string | Placeholder): part is Placeholder {
  return typeof part !== 'string';
}

function combine(names: readonly string[], args: Arguments, seriesMax: number): Labels[] {
  let combinations: Labels[] = [{}];
  for (const name of names) {
    const values = [...new Set(args[name] ?? [])];
    if (values.length === 0) {
      throw new BotError('ASK_MISSING_ARGUMENT', `It needs a value for \`${name}\`.`, { parameter: name });
    }
    const count = combinations.length * values.length;
    if (count > seriesMax) throw tooManySeries(count, seriesMax, NARROWER);
    combinations = combinations.flatMap((labels) => values.map((value) => ({ ...labels, [name]: value })));
  }
  return combinations;
}

function bindTarget(
  { parts, places, tree, shape }: TargetTemplate,
  template: number,
  all: Labels,
  extraCharacters: string,
): BoundTarget {
  const labels: Record<string, string> = {};
  let place = 0;
  const target = parts
    .map((part) => {
      if (!isBlank(part)) return part;
      const value = all[part.name] as string;
      labels[part.name] = value;
      const kind = places[place++] ?? 'node';
      return checkValue(applyFilters(value.trim(), part.filters), kind, part.name, extraCharacters);
    })
    .join('');
  if (!hasShape(target, shape)) {
    const values = Object.values(labels);
    const [value = ''] = values;
    throw unknownValue(value, Object.keys(labels)[0] ?? '', `\`${values.join('`, `')}\` means something else there`);
  }
  const isConsolidated = /\bconsolidateBy\s*\(/.test(target);
  return { target, labels, isNamed: isNaming(tree), isConsolidated, isSumming: isSumming(tree), template };
}

/** The last guard: whatever the rules for values let through, the target must still be read the same way. */
function hasShape(target: string, shape: string): boolean {
  try {
    return shapeOf(parseTarget(target)) === shape;
  } catch (thrown) {
    if (thrown instanceof TargetSyntaxError) return false;
    throw thrown;
  }
}

function isNaming(tree: TargetNode): boolean {
  return tree.kind === 'call' && NAMING.test(tree.name);
}

/** One node: the narrowest of what graphite-web and carbonapi take, and no glob. */
const NODE_MAX_CHARS = 63;
const NUMBER = /^-?\d{1,15}(?:\.\d{1,15})?$/;

function checkValue(value: string, place: Place, parameter: string, extraCharacters: string): string {
  if (place === 'number') {
    if (NUMBER.test(value)) return value;
    throw unknownValue(value, parameter, 'is not a number, and Graphite needs one here');
  }
  if (value === '') throw unknownValue(value, parameter, 'is empty');
  if (value.length > NODE_MAX_CHARS) {
    throw unknownValue(value, parameter, `is longer than ${NODE_MAX_CHARS} characters`);
  }
  const allowed = `_-${extraCharacters}${place === 'tag' ? './:' : ''}`;
  const isAllowed = (char: string) => /^[A-Za-z0-9]$/.test(char) || allowed.includes(char);
  const bad = [...value].find((char) => !isAllowed(char));
  if (bad !== undefined)
    throw unknownValue(value, parameter, `holds ${nameOf(bad)}, ${whyBad(bad)}`, { character: bad });
  const edges = place === 'tag' ? /^[A-Za-z0-9/].*$/ : /^[A-Za-z0-9](?:.*[A-Za-z0-9])?$/;
  if (!edges.test(value)) throw unknownValue(value, parameter, 'must begin and end with a letter or a digit');
  return value;
}

/** Characters that some installations have in names, and whose operators can say so. */
const CONFIGURABLE = /^[:@+]$/;

function whyBad(char: string): string {
  return CONFIGURABLE.test(char)
    ? 'which names of this Graphite may not unless its operator adds it to `nameCharacters`'
    : 'which no name in Graphite may';
}

function nameOf(char: string): string {
  if (char === ' ') return 'a blank';
  const isPrintable = char.length === 1 && char.charCodeAt(0) > 32 && char.charCodeAt(0) < 127 && char !== '`';
  return isPrintable ? `\`${char}\`` : `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
