/** Rules of Observability about the number of log lines. Pure. */
import { z } from 'zod';
import { countDrawing, limitFrom, notDrawn, pillsOf, type RuleDrawing, splitFrom, stepFrom } from './rule-drawing.ts';

/** What Kibana's log view reads unless somebody set it otherwise; parts of it are what Fleet and Filebeat make. */
const VIEWS: RuleDrawing['views'] & {} = ['logs-*-*,logs-*,filebeat-*', 'logs-*,filebeat-*', 'logs-*', 'filebeat-*'];

const LogParams = z.object({
  timeSize: z.number().nullish(),
  timeUnit: z.string().nullish(),
  count: z.object({ comparator: z.string(), value: z.number() }),
  criteria: z.array(
    z.union([
      z.object({ field: z.string(), comparator: z.string(), value: z.union([z.string(), z.number()]) }),
      z.array(z.unknown()),
    ]),
  ),
  groupBy: z.union([z.string(), z.array(z.string())]).nullish(),
});

/** What a `logs.alert.document.count` judges by. @throws BotError `ASK_UNKNOWN_QUERY` for a ratio */
export function logThreshold(given: unknown): RuleDrawing | undefined {
  const { success, data } = LogParams.safeParse(given);
  if (!success) return undefined;
  const { criteria, count, groupBy, timeSize, timeUnit } = data;
  const clauses = criteria.map((one) => {
    if ('field' in one) return clauseOf(one.field, one.comparator, one.value);
    throw notDrawn('The ratio of this rule');
  });
  const query = {
    bool: { filter: clauses.flatMap(({ filter = [] }) => filter), must_not: clauses.flatMap(({ not = [] }) => not) },
  };
  const limit = limitFrom(count.comparator, [count.value]);
  const { notes = [], ...split } = splitFrom(groupBy);
  return {
    views: VIEWS,
    block: {
      metric: 'count',
      view: 'count',
      ...(clauses.length > 0 && { pills: pillsOf(query) }),
      ...split,
      ...stepFrom(timeSize, timeUnit),
    },
    ...countDrawing(split),
    ...(limit && { limit }),
    notes,
  };
}

const RANGES: Readonly<Record<string, string>> = {
  'more than': 'gt',
  'more than or equals': 'gte',
  'less than': 'lt',
  'less than or equals': 'lte',
};

/** @throws BotError `ASK_UNKNOWN_QUERY` for a comparison that is not known */
function clauseOf(field: string, comparator: string, value: string | number): { filter?: object[]; not?: object[] } {
  const range = RANGES[comparator];
  if (range !== undefined) return { filter: [{ range: { [field]: { [range]: value } } }] };
  switch (comparator) {
    case 'equals':
      return { filter: [{ term: { [field]: { value } } }] };
    case 'does not equal':
      return { not: [{ term: { [field]: { value } } }] };
    case 'matches':
      return { filter: [{ match: { [field]: value } }] };
    case 'does not match':
      return { not: [{ match: { [field]: value } }] };
    case 'matches phrase':
      return { filter: [{ match_phrase: { [field]: value } }] };
    case 'does not match phrase':
      return { not: [{ match_phrase: { [field]: value } }] };
    default:
      throw notDrawn('The comparison of this rule');
  }
}
