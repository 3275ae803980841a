/** A rule in ES|QL as a course over time: what it counts or computes, for each time that it looks over. Pure. */
import { FIELD } from './block.ts';
import { countDrawing, limitFrom, notDrawn, type RuleDrawing } from './rule-drawing.ts';
import { splitOutside } from './split-esql.ts';

/** More rows than this no server gives. */
const ROWS_MAX = 10_000;
const UNITS: Readonly<Record<string, string>> = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days' };
/** What says which rows are shown in which order; of a course it says nothing. */
const SHOWING = new Set(['keep', 'sort', 'limit']);
/** Commands after which rows are no longer those of one time. */
const OTHER = new Set(['fork', 'inlinestats', 'inline', 'change_point', 'fuse', 'rerank', 'sample']);
const PIPE = /\|/g;
const COMMA = /,/g;
const BY = /(?<=[\s\u0000])by(?=[\s\u0000])/gi;
const LIMIT = /^where\s+([A-Za-z_@][\w.@]*)\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)$/i;

/** What a rule says of its times. */
interface RuleTimes {
  readonly timeField?: string | null | undefined;
  readonly timeWindowSize?: number | null | undefined;
  readonly timeWindowUnit?: string | null | undefined;
}

/**
 * `FROM logs-* | STATS n = COUNT(*) BY host | WHERE n > 100` as `… | STATS n = COUNT(*) BY host, BUCKET(@timestamp, 5 minutes)`
 * with the limit 100; a query without STATS as the number of its documents.
 *
 * @throws BotError `ASK_UNKNOWN_QUERY` for a query that has no course
 */
export function courseOf(esql: string, times: RuleTimes): RuleDrawing {
  const commands = splitOutside(esql, PIPE);
  const words = commands.map((text) => /^[a-z_]+/i.exec(text)?.[0].toLowerCase() ?? '');
  const at = words.indexOf('stats');
  const isPlain = words[0] === 'from' && at === words.lastIndexOf('stats') && !words.some((word) => OTHER.has(word));
  if (!isPlain) throw notDrawn('The ES|QL of this rule');
  const bucket = bucketOf(times);
  const kept = commands.flatMap((text, index) => (SHOWING.has(words[index] ?? '') ? [] : [{ text, index }]));
  const head = kept.filter(({ index }) => at < 0 || index < at).map(({ text }) => text);
  if (at < 0) {
    return {
      block: { esql: written([...head, `STATS documents = COUNT(*) BY moment = ${bucket}`]) },
      ...countDrawing({}),
    };
  }
  const grouped = withBucket(commands[at] ?? '', bucket);
  const tail = kept.filter(({ index }) => index > at).map(({ text }) => text);
  const judges = tail.flatMap((text) => {
    const [, name = '', op, value] = LIMIT.exec(text) ?? [];
    const limit = grouped.groups.includes(name) ? undefined : limitFrom(op, [Number(value)]);
    return limit ? [{ text, name, limit }] : [];
  });
  const [judge, another] = judges;
  if (!judge || another) return { block: { esql: written([...head, grouped.text, ...tail]) } };
  const rest = tail.filter((text) => text !== judge.text);
  return {
    block: { esql: written([...head, grouped.text, ...rest, ...onlyJudged(judge.name, grouped)]) },
    limit: judge.limit,
  };
}

function written(commands: readonly string[]): string {
  return [...commands, `LIMIT ${ROWS_MAX}`].join('\n| ');
}

/** @throws BotError `ASK_UNKNOWN_QUERY` where the field of the time is none */
function bucketOf({ timeField, timeWindowSize, timeWindowUnit }: RuleTimes): string {
  const field = timeField ?? '@timestamp';
  if (!FIELD.test(field)) throw notDrawn('The ES|QL of this rule');
  const size = timeWindowSize && Number.isInteger(timeWindowSize) && timeWindowSize > 0 ? timeWindowSize : 5;
  const unit = UNITS[timeWindowUnit ?? 'm'] ?? 'minutes';
  return `BUCKET(${/^[\w.@]+$/.test(field) ? field : `\`${field}\``}, ${size} ${unit})`;
}

interface Grouped {
  readonly text: string;
  /** Names of what is grouped by. */
  readonly groups: readonly string[];
  /** The name of the time, where it came to it here. */
  readonly moment?: string;
}

/** `STATS … BY …` with the time behind what it groups by; one that has a time keeps it. */
function withBucket(stats: string, bucket: string): Grouped {
  const [head = '', by, another] = splitOutside(stats, BY);
  if (another !== undefined) throw notDrawn('The ES|QL of this rule');
  if (by === undefined) return { text: `${head} BY moment = ${bucket}`, groups: [], moment: 'moment' };
  const parts = splitOutside(by, COMMA);
  const groups = parts.map((one) => /^([^=]+?)\s*=(?!=)/.exec(one)?.[1] ?? one);
  if (/\b(?:bucket|date_trunc|tbucket)\s*\(/i.test(by)) return { text: stats, groups };
  return { text: `${head} BY ${[...parts, `moment = ${bucket}`].join(', ')}`, groups, moment: 'moment' };
}

/** Of several numbers only the one that is judged, where the rest can be named. */
function onlyJudged(name: string, { groups, moment }: Grouped): readonly string[] {
  const isNamed = groups.every((one) => /^(?:[A-Za-z_@][\w.@]*|`[^`]*`)$/.test(one));
  return moment !== undefined && isNamed ? [`KEEP ${[name, ...groups, moment].join(', ')}`] : [];
}
