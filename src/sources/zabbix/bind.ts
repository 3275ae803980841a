/** Binds arguments to a block: names become values of JSON, a star of a definition stands for anything, one of a value for itself. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { Arguments } from '../../domain/question.ts';
import type { Consolidation } from '../../domain/saved-query.ts';
import type { Unit } from '../../domain/unit.ts';
import { plainValue } from '../../lib/plain-value.ts';
import { expandAll } from '../../queries/expand.ts';
import type { Binding, SourceRequest } from '../source.ts';
import { SEVERITIES, ZabbixBlock } from './block.ts';

/** A picture with more lines says nothing; the design's limit. */
const SERIES_MAX = 500;
/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;
/** Stands for a star that is part of a name while a pattern is bound; no value may hold it. */
const LITERAL_STAR = '\ue000';

/** A name, or a pattern of names. */
export interface NamePattern {
  /** As a person would write it. */
  readonly text: string;
  /** As the API's search takes it, where every star stands for anything. */
  readonly search: string;
  readonly isExact: boolean;
  /** Whether a name is meant. */
  fits(name: string): boolean;
}

/** What a question asks of Zabbix. */
export interface ZabbixRequest extends SourceRequest {
  readonly show: 'series' | 'problems' | 'latest';
  /** In the order of the question. */
  readonly hostNames: readonly NamePattern[];
  /** In the order of the definition; empty where problems are asked for. */
  readonly items: readonly NamePattern[];
  readonly group?: string;
  /** The least severity, 0 to 5. */
  readonly severity: number;
  /** Draws values that have words of their own. */
  readonly isDrawn: boolean;
  readonly unit: Unit;
  readonly consolidate: Consolidation;
  /** More series are refused. */
  readonly seriesMax: number;
}

/** Binds a block. @throws BotError `ASK_UNKNOWN_VALUE`, `ASK_MISSING_ARGUMENT`, `SOURCE_TOO_MUCH` */
export function bindBlock(raw: unknown, binding: Binding): ZabbixRequest {
  const { success, data, error } = ZabbixBlock.safeParse(raw);
  if (!success) throw new BotError('CONFIG_QUERY_INVALID', `The zabbix block is wrong: ${error.issues[0]?.message}.`);
  const { arguments: args, unit, consolidate, seriesMax = SERIES_MAX } = binding;
  const all = (template: string) => expandAll(template, args, encode, seriesMax).map(patternOf);
  const common = { severity: 0, isDrawn: false, unit, consolidate, seriesMax };
  if ('problems' in data) {
    const { host, group, severity } = data.problems;
    const hostNames = all(host);
    const groupName = group === undefined ? undefined : all(group)[0]?.text;
    const inGroup = groupName === undefined || groupName === '*' ? {} : { group: groupName };
    const least = severity === undefined ? 0 : severityOf(severity, args);
    const label = labelOf('problems', hostNames, inGroup.group === undefined ? [] : [inGroup.group]);
    return { ...common, label, show: 'problems', hostNames, items: [], severity: least, ...inGroup };
  }
  const { host, item } = 'latest' in data ? data.latest : data;
  const hostNames = all(host);
  const items = [item].flat().flatMap(all);
  const show = 'latest' in data ? 'latest' : 'series';
  const label = labelOf(
    '',
    hostNames,
    items.map((one) => one.text),
  );
  return { ...common, label, show, hostNames, items, isDrawn: 'as' in data && data.as === 'series' };
}

function encode(raw: string, parameter: string): string {
  const value = plainValue(raw, parameter);
  // a star alone is how all of them are asked for
  return value === '*' ? value : value.replaceAll('*', LITERAL_STAR);
}

function patternOf(bound: string): NamePattern {
  const text = bound.replaceAll(LITERAL_STAR, '*');
  const isExact = !bound.includes('*');
  const pieces = bound
    .toLowerCase()
    .split('*')
    .map((piece) => piece.replaceAll(LITERAL_STAR, '*'));
  return {
    text,
    search: text,
    isExact,
    fits: (name) => (isExact ? name === text : fitsPieces(name.toLowerCase(), pieces)),
  };
}

/** Whether a name is made of the pieces in their order, with anything between them. Linear in each. */
function fitsPieces(name: string, pieces: readonly string[]): boolean {
  const [first = '', ...rest] = pieces;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

function severityOf(template: string, args: Arguments): number {
  const [word = ''] = expandAll(template, args, plainValue, 1);
  const index = SEVERITIES.indexOf(word.toLowerCase().replace(/[-_]+/g, ' ') as (typeof SEVERITIES)[number]);
  if (index >= 0) return index;
  const message = `\`${word.slice(0, 40)}\` is no severity; there are ${SEVERITIES.join(', ')}.`;
  throw new BotError('ASK_UNKNOWN_VALUE', message, { value: word, parameter: 'severity' });
}

function labelOf(what: string, hosts: readonly NamePattern[], more: readonly string[]): string {
  const names = hosts.some(({ text }) => text === '*') ? 'all hosts' : hosts.map(({ text }) => text).join(', ');
  const words = [what === '' ? names : `${what} of ${names}`, more.join(', ')];
  return words
    .filter((word) => word !== '')
    .join(' ')
    .slice(0, LABEL_MAX_CHARS);
}
