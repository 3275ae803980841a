/** Binds arguments to a block: values become JSON values of queries that take data, and nothing else. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { Labels } from '../../domain/labels.ts';
import type { Arguments } from '../../domain/question.ts';
import { makeUnit, type Unit } from '../../domain/unit.ts';
import { verbatimValue } from '../../lib/plain-value.ts';
import type { Binding, SourceRequest } from '../source.ts';
import type { WholeBlock } from './block.ts';
import { clausesOf, luceneClauses } from './clauses.ts';
import { type EsqlQuery, parseEsql, placeholdersOfEsql } from './esql-text.ts';
import { bindFilter, type Filter, placeholdersOfFilter } from './filter.ts';

/** Each is a bucket of one answer; a picture with more lines says nothing. */
const GROUPS_MAX = 500;
/** Each is a query of its own. */
const ESQL_GROUPS_MAX = 20;
/** Elasticsearch refuses terms beyond 32,766 bytes; nothing that a person types is near it. */
const VALUE_MAX_CHARS = 1_000;
/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;

/** One combination of the values asked for. */
export interface Group {
  readonly labels: Labels;
  /** The clauses that its values stand in. */
  readonly filters: readonly Filter[];
}

/** What a question asks of Elasticsearch. */
export interface ElasticsearchRequest extends SourceRequest {
  readonly block: WholeBlock;
  /** At least one; in the order of the arguments. */
  readonly groups: readonly Group[];
  /** The clauses without placeholders. */
  readonly fixed: readonly Filter[];
  /** The phrase that lines must hold. */
  readonly phrase?: string;
  /** Asked once for each group, instead of a search. */
  readonly esql?: EsqlQuery;
  readonly unit: Unit;
}

/** Binds a block. @throws BotError `ASK_UNKNOWN_VALUE`, `ASK_MISSING_ARGUMENT`, `SOURCE_TOO_MUCH` */
export function bindBlock(
  block: WholeBlock,
  { arguments: args, unit, seriesMax = GROUPS_MAX }: Binding,
): ElasticsearchRequest {
  const clauses = clausesOf(block);
  const { esql } = block;
  const ofEsql = esql === undefined ? [] : placeholdersOfEsql(esql);
  const names = [...new Set([...clauses.flatMap(placeholdersOfFilter), ...ofEsql])];
  const asked = clauses.filter((filter) => placeholdersOfFilter(filter).length > 0);
  const max = Math.min(seriesMax, esql === undefined ? GROUPS_MAX : ESQL_GROUPS_MAX);
  const groups = combine(names, args, max).map((labels) => ({
    labels,
    filters: asked.map((filter) => bindFilter(filter, labels)),
  }));
  const phrase = block.text === undefined ? undefined : phraseOf(args[block.text], block.text);
  return {
    label: labelOf(block, groups, phrase),
    block,
    groups,
    fixed: [
      ...clauses.filter((one) => !asked.includes(one)).map((one) => bindFilter(one, {})),
      ...luceneClauses(block),
    ],
    ...(esql !== undefined && { esql: parseEsql(esql) }),
    ...(phrase !== undefined && { phrase }),
    unit: unitOf(block, unit),
  };
}

/** Counts are whole, unless the definition says what they are. */
function unitOf({ metric, esql }: WholeBlock, unit: Unit): Unit {
  const isCount = esql === undefined && (metric === 'count' || 'unique' in metric);
  return isCount && unit.id === 'none' ? makeUnit('count') : unit;
}

function combine(names: readonly string[], args: Arguments, max: number): Labels[] {
  let combinations: Labels[] = [{}];
  for (const name of names) {
    const values = [...new Set((args[name] ?? []).map((value) => verbatimValue(value, name, VALUE_MAX_CHARS)))];
    if (values.length === 0) {
      throw new BotError('ASK_MISSING_ARGUMENT', `It needs a value for \`${name}\`.`, { parameter: name });
    }
    const count = combinations.length * values.length;
    if (count > max) throw tooMany(count, max);
    combinations = combinations.flatMap((labels) => values.map((value) => ({ ...labels, [name]: value })));
  }
  return combinations;
}

function tooMany(count: number, max: number): BotError {
  const series = new Intl.NumberFormat('en').format(count);
  const message = `This would read ${series} series; the limit is ${max}. Name fewer, or narrow it with a pattern such as web*.`;
  return new BotError('SOURCE_TOO_MUCH', message, { series: count, limit: max });
}

/** JSON holds every value; these are refused because no document can have them, or nobody can have meant them. */
function phraseOf(values: readonly string[] | undefined, parameter: string): string | undefined {
  const phrase = (values ?? []).join(' ').trim();
  return phrase === '' ? undefined : verbatimValue(phrase, parameter, VALUE_MAX_CHARS);
}

function labelOf(
  { index, kql, lucene, esql }: WholeBlock,
  groups: readonly Group[],
  phrase: string | undefined,
): string {
  const words = groups.map(({ labels }) => Object.values(labels).join(' ')).filter((text) => text !== '');
  const [first = ''] = words;
  const more = words.length > 1 ? ` and ${words.length - 1} more` : '';
  const parts = [
    esql ?? index,
    kql ?? lucene ?? '',
    first === '' ? '' : `${first}${more}`,
    phrase === undefined ? '' : `"${phrase}"`,
  ];
  return parts
    .filter((part) => part !== '')
    .join(', ')
    .slice(0, LABEL_MAX_CHARS);
}
