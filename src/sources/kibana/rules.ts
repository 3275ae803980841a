/** The state of Kibana's rules, as a table. */
import { z } from 'zod';
import type { EmptyReason } from '../../domain/answer.ts';
import { BotError } from '../../domain/errors.ts';
import type { Cell, Column, TableFrame } from '../../domain/frame.ts';
import type { Arguments } from '../../domain/question.ts';
import { makeUnit } from '../../domain/unit.ts';
import { nearest } from '../../lib/nearest.ts';
import { harmless } from '../../lib/said.ts';
import type { FetchWindow } from '../source.ts';
import type { RulesWanted } from './block.ts';
import { type KibanaClient, otherShape } from './client.ts';
import { refusalIn } from './failures.ts';
import { boundValues } from './link.ts';

/** Rules of one page; the server's own most is 1,000 in some versions. */
const PAGE_SIZE = 100;
/** More rules than this no table shows; what is left out is said. */
const PAGES_MAX = 10;
/** A reason is a sentence, not a stack trace. */
const PROBLEM_MAX_CHARS = 120;

const Rule = z.object({
  id: z.string(),
  name: z.string(),
  tags: z.array(z.string()).catch([]).default([]),
  enabled: z.boolean().default(true),
  mute_all: z.boolean().default(false),
  schedule: z.object({ interval: z.string().optional() }).optional(),
  execution_status: z
    .object({
      status: z.string(),
      last_execution_date: z.string().optional(),
      error: z.object({ reason: z.string().optional(), message: z.string().optional() }).nullish(),
      warning: z.object({ message: z.string().optional() }).nullish(),
    })
    .optional(),
  last_run: z
    .object({
      outcome: z.string().optional(),
      outcome_msg: z.union([z.array(z.string()), z.string()]).nullish(),
      alerts_count: z.object({ active: z.number().nullish() }).nullish(),
    })
    .nullish(),
});
type Rule = z.output<typeof Rule>;

const Found = z.object({ total: z.number(), data: z.array(Rule) });

/** What of the rules is asked for, with the question's values in it. */
export type BoundRules = RulesWanted;

/** Fills in values: they are compared here, and travel nowhere. @throws BotError `ASK_MISSING_ARGUMENT` */
export function bindRules({ tags, name, states }: RulesWanted, args: Arguments): BoundRules {
  const filled = (texts: readonly string[] | undefined) =>
    texts?.flatMap((text) => {
      const values = boundValues(text, args).map(String);
      if (values.length > 0) return values;
      throw new BotError('ASK_MISSING_ARGUMENT', 'It needs a value for what rules are to be shown.');
    });
  return { tags: filled(tags), name: filled(name), states };
}

interface Listed {
  readonly rules: readonly Rule[];
  readonly total: number;
}

async function listRules(client: KibanaClient, space: string | undefined, signal: AbortSignal): Promise<Listed> {
  const rules: Rule[] = [];
  for (let page = 1; ; page += 1) {
    const query = new URLSearchParams({ per_page: String(PAGE_SIZE), page: String(page), sort_field: 'name' });
    const answer = Found.safeParse(await client.json({ path: 'api/alerting/rules/_find', query, space }, signal));
    if (!answer.success) throw otherShape(client.title, 'a list of rules');
    rules.push(...answer.data.data);
    const { total, data } = answer.data;
    if (rules.length >= total || data.length === 0 || page === PAGES_MAX) return { rules, total };
  }
}

/** Reads the rules that are asked for; those that need somebody first. @throws BotError `SOURCE_…` */
export async function fetchRules(
  client: KibanaClient,
  wanted: BoundRules,
  { fromMs, toMs, zone }: FetchWindow,
  space: string | undefined,
  signal: AbortSignal,
): Promise<TableFrame> {
  const { rules, total } = await listRules(client, space, signal).catch((thrown: unknown) => {
    throw withoutRules(client.title, thrown);
  });
  const shown = rules.filter((rule) => isWanted(rule, wanted)).sort(byUrgency);
  const left = total - rules.length;
  const warnings = left > 0 ? [`Only the first ${rules.length} of ${total} rules were looked at, by name.`] : [];
  const rows = shown.map(rowOf);
  // before 8 there are no counts, and mostly there are no problems
  const kept = COLUMNS.map((_, at) => at < FIXED_COLUMNS || rows.some((row) => row[at] !== null));
  return {
    kind: 'table',
    columns: COLUMNS.filter((_, at) => kept[at]),
    rows: rows.map((row) => row.filter((_, at) => kept[at])),
    range: { fromMs, toMs, zone, text: '' },
    warnings,
  };
}

const COLUMNS: readonly Column[] = [
  { name: 'rule', type: 'string' },
  { name: 'state', type: 'string' },
  { name: 'alerts', type: 'number', unit: makeUnit('count') },
  { name: 'last run', type: 'time' },
  { name: 'problem', type: 'string' },
  { name: 'every', type: 'string' },
];
/** Those that are there whatever they hold. */
const FIXED_COLUMNS = 2;

/** Names of all rules. @throws BotError `SOURCE_…` */
export async function ruleNames(
  client: KibanaClient,
  space: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return (await listRules(client, space, signal)).rules.map(({ name }) => name);
}

/** Why no rule was shown. @throws BotError `SOURCE_…` */
export async function whyNoRules(
  client: KibanaClient,
  { tags, name, states }: BoundRules,
  space: string | undefined,
  signal: AbortSignal,
): Promise<EmptyReason> {
  const { rules, total } = await listRules(client, space, signal);
  const [what] = [...(tags ?? []), ...(name ?? [])];
  if (what !== undefined && !rules.some((rule) => isWanted(rule, { tags, name }))) {
    const known = tags ? rules.flatMap((rule) => rule.tags) : rules.map((rule) => rule.name);
    return { kind: 'never_existed', what, near: nearest(what, known) };
  }
  const filter = [what, ...(states ?? [])].filter((one) => one !== undefined).join(', ');
  return filter !== '' && total > 0
    ? { kind: 'filter', filter, withoutFilter: total }
    : { kind: 'silent', what: `rules of ${client.title}` };
}

function withoutRules(title: string, thrown: unknown): unknown {
  if (refusalIn(thrown) !== 'no_route' || !(thrown instanceof BotError)) return thrown;
  const message = `${title} has no rules that can be read here: alerting is switched off, or it is another product's.`;
  return new BotError('SOURCE_NOT_FOUND', message, thrown.details, { cause: thrown });
}

function stateOf({ enabled, execution_status }: Rule): string {
  return enabled ? (execution_status?.status ?? 'unknown') : 'disabled';
}

function isWanted(rule: Rule, { tags, name, states }: RulesWanted): boolean {
  const isTagged =
    tags === undefined || tags.some((tag) => rule.tags.some((one) => one.toLowerCase() === tag.toLowerCase()));
  const isNamed = name === undefined || name.some((text) => isLike(rule.name, text));
  const own = [stateOf(rule), ...(rule.mute_all ? ['muted'] : [])];
  return isTagged && isNamed && (states === undefined || states.some((state) => own.includes(state)));
}

/** Whether the parts between the stars stand in the name, one after the other. */
function isLike(name: string, text: string): boolean {
  const lower = name.toLowerCase();
  let from = 0;
  for (const part of text.toLowerCase().split('*')) {
    const at = lower.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return true;
}

/** What fails is worse than what fires: nobody would be told. */
const URGENCY = ['error', 'active', 'warning', 'unknown', 'pending', 'ok', 'disabled'];

function byUrgency(a: Rule, b: Rule): number {
  const rank = (rule: Rule) => URGENCY.indexOf(stateOf(rule)) + (rule.mute_all ? 0.5 : 0);
  return rank(a) - rank(b) || a.name.localeCompare(b.name, 'en');
}

function rowOf(rule: Rule): readonly Cell[] {
  const { execution_status: status, last_run: run, schedule } = rule;
  const lastMs = Date.parse(status?.last_execution_date ?? '');
  return [
    rule.name,
    rule.mute_all ? `${stateOf(rule)}, muted` : stateOf(rule),
    run?.alerts_count?.active ?? null,
    Number.isNaN(lastMs) ? null : lastMs,
    problemOf(status, run),
    schedule?.interval ?? null,
  ];
}

function problemOf(status: Rule['execution_status'], run: Rule['last_run']): string | null {
  const outcome = run?.outcome === 'succeeded' ? '' : [run?.outcome_msg ?? ''].flat().join(' ');
  const said = status?.error?.message ?? status?.warning?.message ?? outcome;
  const reason = status?.error?.reason;
  const text = said === '' ? (reason ?? '') : said;
  return text === '' ? null : harmless(text).slice(0, PROBLEM_MAX_CHARS);
}
