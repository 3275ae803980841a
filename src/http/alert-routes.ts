/** What was told by monitoring systems: `GET /api/alerts`, one with its members, its context; `GET /api/changes`. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AlertTemplate } from '../alerts/words-template.ts';
import type { AnswerKeeper } from '../answers/answer-keeper.ts';
import { answerPath } from '../answers/kept-answer.ts';
import { makeKept } from '../answers/make-kept.ts';
import type { Gather } from '../context/gather-on-demand.ts';
import { markedDeploys } from '../context/marked-deploys.ts';
import { subjectOf } from '../context/subject.ts';
import type { Alert } from '../domain/alert.ts';
import type { Answer } from '../domain/answer.ts';
import { BotError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { type ChangeSources, knownChanges } from '../questions/known-changes.ts';
import { wantsPicture, wordsOf } from '../render/answer-parts.ts';
import { plainMessage } from '../render/markup.ts';
import { linksOf } from '../render/words/links.ts';
import { alertChartWords } from '../render/words.ts';
import type { SourceSet } from '../sources/source-set.ts';
import type { AlertStore } from '../store/alert-store.ts';
import type { AlertTimeline, TimelineGroup } from '../store/alert-timeline.ts';
import { changeJson, groupJson } from './alert-json.ts';
import { KnownZone } from './ask-routes.ts';
import { messageHtml } from './message-html.ts';
import { signalOf } from './request-signal.ts';

/** What the routes work with. */
export interface AlertRoutesDeps {
  readonly timeline: AlertTimeline;
  readonly record: Pick<AlertStore, 'changes'>;
  /** Some keep deploys as marks. */
  readonly sources: SourceSet;
  readonly gather: Gather;
  readonly answers: AnswerKeeper;
  /** Words of the config for what is read of some alerts; nothing where they are the usual ones. */
  templateOf(alerts: readonly Alert[]): AlertTemplate | undefined;
  readonly zone: string;
  readonly clock: Clock;
}

const DAY_MS = 86_400_000;
/** What a timeline shows unasked. */
const WINDOW_MS = 7 * DAY_MS;

/** Short pages of groups leave out no changes of their stretch. */
const CHANGES_MIN = 100;

const moment = z.iso
  .datetime({
    offset: true,
    // a plus sign of an address is a blank
    error: ({ input }) =>
      `should be a moment such as ${/ \d/.test(String(input)) ? '2026-11-25T23:00:00%2B01:00' : '2026-11-25T22:00:00Z'}`,
  })
  .transform((text) => Date.parse(text));
const Window = z.strictObject({
  from: moment.optional().describe('begin, ISO 8601; left out: seven days before the end'),
  to: moment.optional().describe('end, ISO 8601; left out: now'),
  limit: z.coerce.number().int().min(1).max(2_000).default(100).describe('how many of each at most'),
});
const AlertsQuery = Window.extend({
  before: z
    .string()
    .regex(/^\d-\d{1,15}-[0-9a-f]{32}$/, 'should be the `next` of an answer')
    .transform((place) => {
      const [rank, sinceMs, id = ''] = place.split('-');
      return { rank: Number(rank), sinceMs: Number(sinceMs), id };
    })
    .optional()
    .describe('`next` of the answer that this one goes on from'),
  zone: KnownZone,
  state: z
    .enum(['open', 'all'])
    .default('all')
    .describe('`open`: what fires now, whenever it began, the worst first, then what is silent'),
});
const InZone = z.strictObject({ zone: KnownZone });
const GROUP_ID = /^[0-9a-f]{32}$/;
const GroupId = z.object({ id: z.string().max(100).describe('id of a group of alerts') });

/** Registers the routes. */
export function alertRoutes(app: FastifyInstance, deps: AlertRoutesDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>();
  const jsonOf = (group: TimelineGroup, { zone = deps.zone }: z.output<typeof InZone>) => {
    const template = deps.templateOf(group.problems);
    return groupJson(group, { zone, nowMs: deps.clock.now(), ...(template && { template }) });
  };
  const windowOf = ({ from, to: end }: z.output<typeof Window>) => {
    const to = end ?? deps.clock.now();
    const window = { fromMs: from ?? to - WINDOW_MS, toMs: to };
    if (window.fromMs < window.toMs) return window;
    throw new BotError(
      'HTTP_BAD_REQUEST',
      `\`from\` should be before ${end === undefined ? 'now' : '`to`'}, and is not.`,
    );
  };
  const changesIn = async (window: { readonly fromMs: number; readonly toMs: number }, limit: number) =>
    (await deps.record.changes(window)).slice(0, limit).map(changeJson);
  routes.get('/api/alerts', { schema: { querystring: AlertsQuery } }, async ({ query }) => {
    const { state, limit, before } = query;
    const window = windowOf(query);
    const [found, open] = await Promise.all([
      deps.timeline.groups({ ...window, state, limit: limit + 1, after: before }),
      deps.timeline.open(),
    ]);
    const groups = found.slice(0, limit);
    const last = found.length > limit ? groups.at(-1) : undefined;
    // pages after each other have every change: of the stretch that the groups of each are of; what is open has no such order
    const stretch = {
      fromMs: Math.max(window.fromMs, state === 'all' ? (last?.sinceMs ?? 0) : 0),
      toMs: Math.min(window.toMs, before ? (state === 'all' ? before.sinceMs : window.fromMs) : window.toMs),
    };
    return {
      from: new Date(window.fromMs).toISOString(),
      to: new Date(window.toMs).toISOString(),
      ...open,
      alerts: groups.map((group) => jsonOf(group, query)),
      changes: await changesIn(stretch, Math.max(limit, CHANGES_MIN)),
      next: last ? `${last.rank}-${last.sinceMs}-${last.id}` : null,
    };
  });
  routes.get('/api/changes', { schema: { querystring: Window } }, async ({ query }, response) => {
    const { record, sources, zone } = deps;
    const marked: ChangeSources['marked'] = (window) => markedDeploys(sources, { ...window, zone }, signalOf(response));
    const { changes, missing } = await knownChanges(windowOf(query), { record, marked });
    return { changes: changes.slice(0, query.limit).map(changeJson), missing };
  });
  routes.get('/api/alerts/:id', { schema: { params: GroupId, querystring: InZone } }, async ({ params, query }) =>
    jsonOf(await groupOf(params.id, deps), query),
  );
  routes.get('/api/alerts/:id/context', { schema: { params: GroupId } }, async ({ params }, response) => {
    const group = await groupOf(params.id, deps);
    return contextJson(group, deps, signalOf(response));
  });
}

async function groupOf(id: string, { timeline }: AlertRoutesDeps): Promise<TimelineGroup> {
  const group = GROUP_ID.test(id) ? await timeline.groupOf(id) : undefined;
  if (group) return group;
  throw new BotError('HTTP_NOT_FOUND', 'No alert of that id is kept here.');
}

async function contextJson(group: TimelineGroup, deps: AlertRoutesDeps, signal: AbortSignal) {
  const subject = subjectOf(group.problems, deps.clock.now(), deps.zone);
  const { charts, lines, failures, gatheredMs } = await deps.gather(group.id, subject, signal);
  const message = { blocks: [{ kind: 'text' as const, lines }] };
  return {
    gatheredAt: new Date(gatheredMs).toISOString(),
    charts: charts.filter(wantsPicture).map((chart) => chartJson(chart, deps)),
    text: plainMessage(message),
    html: messageHtml(message),
    lines: lines.map((line) => plainMessage({ blocks: [{ kind: 'text', lines: [line] }] })),
    failures,
  };
}

/** Charts that have an address already, so that who looks again makes no second one. */
const addresses = new WeakMap<Answer, string>();

/** A chart is kept as every answer is; its picture is drawn when it is fetched. */
function chartJson(chart: Answer, { answers, clock }: AlertRoutesDeps) {
  const id = addresses.get(chart) ?? keepChart(chart, answers, clock.now());
  const page = answerPath(id);
  return { title: chart.title, ...wordsFor(chart), image: `${page}.png`, page, links: linksOf(chart) };
}

function wordsFor(chart: Answer) {
  if (!chart.alert) {
    const { message, alt } = wordsOf(chart);
    return { alt, text: plainMessage(message) };
  }
  const { line, alt } = alertChartWords(chart);
  return { alt, text: plainMessage({ blocks: [{ kind: 'text', lines: [line] }] }) };
}

function keepChart(chart: Answer, answers: AnswerKeeper, askedMs: number): string {
  const asker = { platform: 'alert', userId: 'context', userName: 'an alert' };
  const reply = { kind: 'answer' as const, answer: chart, explanation: {} };
  const kept = makeKept({ q: chart.title, asker, askedMs }, reply);
  void answers.keep(kept);
  addresses.set(chart, kept.id);
  return kept.id;
}
