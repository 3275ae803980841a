/** What can be asked of Grafana beside panels: queries of an exploration or an alert rule, the state of all rules. */
import { z } from 'zod';
import type { EmptyReason } from '../../domain/answer.ts';
import { BotError } from '../../domain/errors.ts';
import type { Frame } from '../../domain/frame.ts';
import { encodeForLink } from '../../lib/encode-link.ts';
import type { Binding, FetchWindow, SourceRequest } from '../source.ts';
import { RuleBlock, type RuleRequest, readAlertRule } from './alert-rule.ts';
import { panelOf, refOf } from './normalize-v1.ts';
import type { Dashboard, Panel } from './panel.ts';
import { type Json, mapOf, textOf } from './present/json.ts';
import { makeFrames } from './present/make-frames.ts';
import { bindRules, placeholdersOfRules, RulesBlock, type RulesRequest, readRules } from './rules.ts';
import { type RunDeps, runPanel } from './run-panel.ts';

const Query = z.record(z.string(), z.unknown());

/** Queries as a page of Explore has them, each with its data source. */
export const ExploreBlock = z.strictObject({
  queries: z
    .array(Query)
    .min(1)
    .max(20)
    .describe(
      "queries in the data sources' own form, e.g. `[{ datasource: { uid: prom, type: prometheus }, expr: up }]`",
    ),
});
/** A checked block. */
export type ExploreBlock = z.output<typeof ExploreBlock>;

/** A bound request for something that is no panel. */
export type ExtraRequest = RulesRequest | RuleRequest | ExploreRequest;

interface ExploreRequest extends SourceRequest {
  readonly queries: readonly Json[];
}

/** What reading and linking need. */
export interface ExtraDeps extends RunDeps {
  /** Ends in a slash. */
  readonly publicUrl: string;
  /** Whether queries that a page brings may be run. */
  readonly mayExplore: boolean;
}

const LABEL_MAX_CHARS = 200;
/** Longer addresses are cut by chats; then the page is opened without its queries. */
const LINK_MAX_CHARS = 3_900;

/** Whether a request is one of these. */
export function isExtra(request: SourceRequest): request is ExtraRequest {
  return 'rules' in request || 'rule' in request || 'queries' in request;
}

/** Names of placeholders in such a block; `undefined` for a block of another form. */
export function placeholdersOfExtra(block: unknown): readonly string[] | undefined {
  const { success, data } = RulesBlock.safeParse(block);
  if (success) return placeholdersOfRules(data);
  return ExploreBlock.safeParse(block).success || RuleBlock.safeParse(block).success ? [] : undefined;
}

/**
 * Binds a block of these forms; `undefined` for one of another form.
 *
 * @throws BotError `ASK_FORBIDDEN` for queries where the operator does not allow them; `ASK_MISSING_ARGUMENT`
 */
export function bindExtra(block: unknown, { arguments: args }: Binding, mayExplore: boolean): ExtraRequest | undefined {
  const rules = RulesBlock.safeParse(block);
  if (rules.success) return bindRules(rules.data, args);
  const rule = RuleBlock.safeParse(block);
  if (rule.success) return { label: `alert rule ${rule.data.rule}`, rule: rule.data.rule };
  const explore = ExploreBlock.safeParse(block);
  if (!explore.success) return undefined;
  if (!mayExplore) {
    throw new BotError(
      'ASK_FORBIDDEN',
      'This page has queries of its own, which may not be asked here. The operator may allow them with `explore: true` at the source in glimpse.yaml.',
    );
  }
  const said = explore.data.queries.map(
    (query) => textOf(query.expr) ?? textOf(query.target) ?? textOf(query.query) ?? '?',
  );
  return { label: said.join(' · ').slice(0, LABEL_MAX_CHARS), queries: explore.data.queries };
}

/** Reads it. @throws BotError `SOURCE_…` */
export async function fetchExtra(
  request: ExtraRequest,
  window: FetchWindow,
  deps: ExtraDeps,
  signal: AbortSignal,
): Promise<Frame[]> {
  if ('rules' in request) return [await readRules(deps.client, request, window, signal)];
  const queries =
    'rule' in request ? (await readAlertRule(deps.client, request.rule, signal)).queries : request.queries;
  const panel = explorePanel(queries);
  const data = await runPanel(EXPLORE, panel, new Map(), window, deps, signal);
  return makeFrames(panel, data.frames, { window: data.window, interpolate: (text) => text, notes: data.notes });
}

/** Explore is no dashboard; what runs panels wants one. */
const EXPLORE: Dashboard = { uid: 'explore', title: 'Explore', tags: [], variables: [], panels: [], notes: [] };

/** A panel that is shown by its data, whatever they are. */
function explorePanel(queries: readonly Json[]): Panel {
  return panelOf({ id: 1, type: 'explore', title: 'Explore', targets: queries }, undefined, 0);
}

/** The page for the same: Explore with the queries and a frozen window, or the list of rules. */
export function linkExtra(
  request: ExtraRequest,
  { fromMs, toMs }: FetchWindow,
  { publicUrl, orgId = 1 }: Pick<ExtraDeps, 'publicUrl' | 'orgId'>,
): string {
  if ('rules' in request) {
    const { folder, labels } = request.rules;
    const terms = [
      ...(folder === undefined ? [] : [`namespace:"${folder}"`]),
      ...Object.entries(labels).flatMap(([name, values]) => values.map((value) => `label:"${name}=${value}"`)),
    ];
    const search = terms.length === 0 ? '' : `?search=${encodeForLink(terms.join(' '))}`;
    return `${new URL('alerting/list', publicUrl).href}${search}`;
  }
  if ('rule' in request) return new URL(`alerting/grafana/${request.rule}/view?orgId=${orgId}`, publicUrl).href;
  const queries = request.queries.map((query, index) => ({ refId: String.fromCharCode(65 + index), ...query }));
  const { uid, name } = refOf(mapOf(queries[0]).datasource);
  const range = { from: String(Math.floor(fromMs)), to: String(Math.ceil(toMs)) };
  const panes = { gl1: { datasource: uid ?? name ?? '', queries, range } };
  const base = `${new URL('explore', publicUrl).href}?schemaVersion=1&orgId=${orgId}`;
  const link = `${base}&panes=${encodeForLink(JSON.stringify(panes))}`;
  return link.length <= LINK_MAX_CHARS ? link : base;
}

/** There is nothing more to know of queries without a panel, or of rules that nothing matches. */
export function whyEmptyExtra(request: ExtraRequest): EmptyReason {
  return { kind: 'silent', what: request.label };
}
