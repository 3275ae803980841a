/** The state of Grafana's alert rules as a table: `grafana: { rules: { folder: Payments } }`. */
import { z } from 'zod';
import type { Cell, TableFrame } from '../../domain/frame.ts';
import type { Arguments } from '../../domain/question.ts';
import { expandTemplate, placeholdersOf } from '../../queries/expand.ts';
import type { FetchWindow } from '../source.ts';
import type { GrafanaClient } from './client.ts';
import { type Json, listOf, mapOf, numberOf, textOf } from './present/json.ts';

const template = z.string().min(1).max(200);

/** What of the rules is shown. */
export const RulesBlock = z.strictObject({
  rules: z
    .strictObject({
      folder: template.optional().describe('title of the folder that they are in'),
      group: template.optional().describe('name of their evaluation group'),
      labels: z
        .record(z.string().min(1).max(100), template)
        .default({})
        .describe('labels that a rule or its alerts must have, e.g. `{ team: payments, host: "${host}" }`'),
      active: z.boolean().default(false).describe('only rules that fire, wait or fail'),
    })
    .describe('the state of its alert rules, as a table'),
});
/** A checked block. */
export type RulesBlock = z.output<typeof RulesBlock>;

/** A bound request for rules. */
export interface RulesRequest {
  readonly label: string;
  readonly rules: {
    readonly folder?: string;
    readonly group?: string;
    /** Each with the values of which one must hold. */
    readonly labels: Readonly<Record<string, readonly string[]>>;
    readonly active: boolean;
  };
}

/** Rows beyond are counted. */
const ROWS_MAX = 500;
/** The worst first. */
const STATES = ['firing', 'error', 'nodata', 'recovering', 'pending', 'normal'] as const;

/** Names of placeholders in a block. */
export function placeholdersOfRules({ rules: { folder, group, labels } }: RulesBlock): readonly string[] {
  const texts = [folder ?? '', group ?? '', ...Object.values(labels)];
  return [...new Set(texts.flatMap(placeholdersOf))];
}

/** Binds arguments; they are compared, never sent. @throws BotError `ASK_MISSING_ARGUMENT` */
export function bindRules({ rules }: RulesBlock, args: Arguments): RulesRequest {
  const first = (text: string) => expand(text, args)[0] ?? '';
  const labels = Object.fromEntries(Object.entries(rules.labels).map(([name, text]) => [name, expand(text, args)]));
  const { folder, group, active } = rules;
  const said = [folder && first(folder), group && first(group), ...Object.values(labels).flat()].filter(Boolean);
  return {
    label: ['alert rules', ...said].join(' ').slice(0, 200),
    rules: {
      labels,
      active,
      ...(folder !== undefined && { folder: first(folder) }),
      ...(group !== undefined && { group: first(group) }),
    },
  };
}

/** A text once for each value of its parameters. */
function expand(text: string, args: Arguments): readonly string[] {
  const [name] = placeholdersOf(text);
  if (name === undefined) return [text];
  const values = args[name] ?? [undefined];
  return values.map((value) =>
    expandTemplate(
      text,
      (wanted) => (wanted === name ? value : args[wanted]?.[0]),
      (filled) => filled,
    ),
  );
}

/** Reads the rules and what they say now. @throws BotError */
export async function readRules(
  client: GrafanaClient,
  { rules: wanted }: RulesRequest,
  { fromMs, toMs, zone }: FetchWindow,
  signal: AbortSignal,
): Promise<TableFrame> {
  const reply = mapOf(await client.get('api/prometheus/grafana/api/v1/rules', undefined, signal));
  const groups = listOf(mapOf(reply.data).groups).map(mapOf);
  const rows = groups
    .filter(({ name, file }) => isNamed(wanted.group, name) && isNamed(wanted.folder, file))
    .flatMap((group) =>
      listOf(group.rules)
        .map(mapOf)
        .flatMap((rule) => rowsOf(rule, textOf(group.file) ?? '')),
    )
    .filter(({ labels, state }) => hasLabels(labels, wanted.labels) && !(wanted.active && state === 'normal'))
    .sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || (a.rule < b.rule ? -1 : 1));
  const kept = rows.slice(0, ROWS_MAX);
  const cut = rows.length > kept.length ? [`The first ${kept.length} of ${rows.length} rules are shown.`] : [];
  return {
    kind: 'table',
    columns: [
      { name: 'state', type: 'string' },
      { name: 'rule', type: 'string' },
      { name: 'of', type: 'string' },
      { name: 'since', type: 'time' },
      { name: 'value', type: 'string' },
      { name: 'folder', type: 'string' },
    ],
    rows: kept.map(({ state, rule, of, since, value, folder }): Cell[] => [state, rule, of, since, value, folder]),
    range: { fromMs, toMs, zone, text: '' },
    warnings: cut,
  };
}

interface Row {
  readonly state: (typeof STATES)[number];
  readonly rule: string;
  /** Labels that tell its alerts apart. */
  readonly of: string;
  readonly since: number | null;
  readonly value: string | null;
  readonly folder: string;
  readonly labels: Json;
}

/** Folders are told by their titles, nested ones as `parent/child`. */
function isNamed(wanted: string | undefined, name: unknown): boolean {
  if (wanted === undefined) return true;
  const own = String(name).toLowerCase();
  return own === wanted.toLowerCase() || own.endsWith(`/${wanted.toLowerCase()}`);
}

/** A row for each alert that is not at rest; a rule at rest is one row. */
function rowsOf(rule: Json, folder: string): Row[] {
  if (rule.type === 'recording') return [];
  const name = textOf(rule.name) ?? '';
  const own = mapOf(rule.labels);
  const alerts = listOf(rule.alerts)
    .map(mapOf)
    .map((alert) => ({ alert, state: stateOf(textOf(alert.state), undefined) }))
    .filter(({ state }) => state !== 'normal');
  if (alerts.length === 0) {
    const state = stateOf(textOf(rule.state), textOf(rule.health));
    const value = state === 'error' ? (textOf(rule.lastError)?.slice(0, 200) ?? null) : null;
    return [{ state, rule: name, of: '', since: null, value, folder, labels: own }];
  }
  return alerts.map(({ alert, state }) => {
    const labels = mapOf(alert.labels);
    const since = Date.parse(textOf(alert.activeAt) ?? '');
    return {
      state,
      rule: name,
      of: telling(labels, own),
      since: Number.isNaN(since) || since <= 0 ? null : since,
      value: amountOf(alert.value),
      folder,
      labels: { ...own, ...labels },
    };
  });
}

/** `Alerting`, `Normal (NoData)`, `inactive`: names have changed with the versions. */
function stateOf(state: string | undefined, health: string | undefined): Row['state'] {
  if (health === 'error' || health === 'nodata') return health;
  const text = (state ?? '').toLowerCase();
  if (/^(?:firing|alerting)/.test(text)) return 'firing';
  if (/error/.test(text)) return 'error';
  if (/nodata/.test(text)) return 'nodata';
  if (text.startsWith('pending')) return 'pending';
  return text.startsWith('recovering') ? 'recovering' : 'normal';
}

function telling(labels: Json, own: Json): string {
  const skipped = new Set(['alertname', 'grafana_folder', ...Object.keys(own)]);
  const pairs = Object.entries(labels).filter(([name]) => !skipped.has(name) && !name.startsWith('__'));
  return pairs
    .flatMap(([, value]) => (typeof value === 'object' ? [] : [String(value)]))
    .join(' ')
    .slice(0, 120);
}

/** `1e+00`, or of newer versions `[ var='A' labels={…} value=97.2 ]`, or `{"B":22}`. */
function amountOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : (textOf(value) ?? '');
  const plain = numberOf(text);
  if (plain !== undefined) return String(Number(plain.toPrecision(4)));
  const found = [...text.matchAll(/(?:\bvalue=|":\s*)(-?[\d.]+(?:e[+-]?\d+)?)/gi)].map(([, number]) => Number(number));
  return found.length === 0 ? null : found.map((number) => String(Number(number.toPrecision(4)))).join(', ');
}

function hasLabels(labels: Json, wanted: RulesRequest['rules']['labels']): boolean {
  return Object.entries(wanted).every(
    ([name, values]) => Object.hasOwn(labels, name) && values.includes(String(labels[name])),
  );
}
