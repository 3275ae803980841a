/** What people see of a line: its message, how bad it is, the labels that tell it from others, what was looked for. Pure. */
import type { LogLine } from '../../domain/frame.ts';
import { differingLabels } from '../../domain/series-names.ts';
import { unquote } from '../../lib/quoted-text.ts';
import type { LokiBlock } from './block.ts';
import type { Entry } from './decode-streams.ts';
import { readExpression } from './logql.ts';

/** Where a severity stands by the names of Loki, OpenTelemetry and Promtail, in this order. */
const LEVEL_LABELS = ['detected_level', 'level', 'severity', 'severity_text', 'lvl', 'loglevel', 'log_level'] as const;
/** What a line is known by stands at its beginning. */
const LEVEL_CHARS = 400;
const LEVEL_FIELD = /(?:^|[\s,{"])"?(?:level|severity|lvl|loglevel|log\.level)"?\s*[=:]\s*"?([A-Za-z]{3,11})\b/i;
const LEVEL_WORD =
  /(?:^|[\s[(<|])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|CRITICAL|CRIT|FATAL|ALERT|EMERGENCY|EMERG|PANIC)(?=[\s\])>:|,]|$)/;
/** Labels beside a line, where the definition names none. */
const COLUMNS_MAX = 3;
/** Labels that say nothing about where a line comes from, or say it twice. */
const DULL =
  /^(?:detected_level|level|severity|severity_text|severity_number|lvl|loglevel|log_level|filename|stream|logstream|flags|observed_timestamp|service_name|__.*)$/;
/** Labels of single lines. */
const SINGLE = /trace|span|request|session|correlation|user_?id|uuid/i;
/** Of a long message only so much is searched for what was looked for. */
const SEARCHED_CHARS = 10_000;
const MATCHES_MAX = 20;

/** Lines of an answer, in the order of the entries. */
export function logLines(entries: readonly Entry[], block: LokiBlock, exprs: readonly string[]): LogLine[] {
  const columns = block.columns ?? columnsOf(entries);
  const phrases = exprs.flatMap(phrasesOf);
  return entries.map((entry) => {
    const message = messageOf(entry, block);
    const level = levelOf(entry, block);
    const matches = matchesIn(message, phrases);
    const shown = columns.flatMap((name): [string, string][] => {
      const text = labelOf(entry, name);
      return text === undefined ? [] : [[name, text]];
    });
    return {
      timeMs: entry.timeMs,
      ...(level !== undefined && { level }),
      message,
      ...(matches.length > 0 && { matches }),
      fields: Object.fromEntries(shown),
    };
  });
}

/** The labels that tell streams apart; ids, which old servers mix in, would be new on each line. */
function columnsOf(entries: readonly Entry[]): readonly string[] {
  const streams = new Set(entries.map(({ stream }) => stream));
  const labels = [...streams].map((stream) =>
    Object.fromEntries(Object.entries(stream).filter(([name]) => !DULL.test(name) && !SINGLE.test(name))),
  );
  return differingLabels(labels).slice(0, COLUMNS_MAX);
}

function labelOf({ labels }: Entry, name: string): string | undefined {
  if (Object.hasOwn(labels, name)) return labels[name];
  // Loki writes the dots of OpenTelemetry's names as underscores
  const plain = name.replace(/[.-]/g, '_');
  return Object.hasOwn(labels, plain) ? labels[plain] : undefined;
}

function messageOf(entry: Entry, { message }: LokiBlock): string {
  if (message === undefined) return entry.line;
  const field = labelOf(entry, message) ?? jsonField(entry.line, message);
  return field ?? entry.line;
}

/** A field of a line that is an object of JSON. */
function jsonField(line: string, name: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const fields = JSON.parse(line) as Record<string, unknown>;
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function levelOf(entry: Entry, { level }: LokiBlock): string | undefined {
  const names = level === undefined ? LEVEL_LABELS : [level];
  const said = names
    .map((name) => labelOf(entry, name))
    .find((text) => text !== undefined && text !== '' && text !== 'unknown');
  if (said !== undefined || level !== undefined) return said;
  const beginning = entry.line.slice(0, LEVEL_CHARS);
  return (LEVEL_FIELD.exec(beginning) ?? LEVEL_WORD.exec(beginning))?.[1]?.toLowerCase();
}

interface Phrase {
  readonly text: string;
  readonly isCaseless: boolean;
}

/**
 * What lines must hold, as plain text. Regular expressions with more in them than alternatives are left out: they are
 * somebody's, and searching with them here could take for ever.
 */
function phrasesOf(expr: string): Phrase[] {
  return readExpression(expr).comparisons.flatMap(({ place, operator, value }): Phrase[] => {
    if (place !== 'line' || !operator.startsWith('|')) return [];
    const text = unquote(value.text);
    if (operator === '|=') return text === '' ? [] : [{ text, isCaseless: false }];
    if (operator !== '|~') return [];
    const [, flags = '', body = text] = /^\(\?([a-z]+)\)([\s\S]*)$/.exec(text) ?? [];
    const isPlain = !/(?:^|[^\\])(?:\\\\)*[.+*?()[\]{}^$]|\\[A-Za-z0-9]/.test(body);
    if (!isPlain) return [];
    const parts = body.split(/(?<!\\)\|/).map((part) => part.replace(/\\([\s\S])/g, '$1'));
    return parts.filter((part) => part !== '').map((part) => ({ text: part, isCaseless: flags.includes('i') }));
  });
}

/** Where the phrases stand in a message, in order and apart. */
function matchesIn(message: string, phrases: readonly Phrase[]): (readonly [from: number, to: number])[] {
  const searched = message.slice(0, SEARCHED_CHARS);
  const lower = searched.toLowerCase();
  // a few letters change their length in lower case: then places would be wrong
  const canFold = lower.length === searched.length;
  const found = phrases.flatMap(({ text, isCaseless }) =>
    isCaseless && canFold ? placesOf(lower, text.toLowerCase()) : placesOf(searched, text),
  );
  found.sort(([a], [b]) => a - b);
  const apart: (readonly [number, number])[] = [];
  for (const [from, to] of found) {
    const last = apart.at(-1);
    if (last && from <= last[1]) apart[apart.length - 1] = [last[0], Math.max(last[1], to)];
    else apart.push([from, to]);
  }
  return apart.slice(0, MATCHES_MAX);
}

function placesOf(text: string, phrase: string): (readonly [number, number])[] {
  const places: (readonly [number, number])[] = [];
  for (
    let at = text.indexOf(phrase);
    at !== -1 && places.length < MATCHES_MAX;
    at = text.indexOf(phrase, at + phrase.length)
  ) {
    places.push([at, at + phrase.length]);
  }
  return places;
}
