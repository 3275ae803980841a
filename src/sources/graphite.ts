/** Graphite, read through the render API of graphite-web, carbonapi or VictoriaMetrics. */
import { z } from 'zod';
import { credentialFields, plainUrl } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import { bindBlock, type GraphiteRequest } from './graphite/bind.ts';
import { GraphiteBlock, placeholdersOfBlock } from './graphite/block.ts';
import { checkGraphite } from './graphite/check.ts';
import { createGraphiteClient } from './graphite/client.ts';
import { readEvents } from './graphite/events.ts';
import { createFinder } from './graphite/find.ts';
import { makeFrame } from './graphite/frames.ts';
import { composerLink } from './graphite/link.ts';
import { planWindow } from './graphite/plan-window.ts';
import { findRawSteps } from './graphite/raw-step.ts';
import { render } from './graphite/render.ts';
import { whyEmpty } from './graphite/why-empty.ts';
import { defineSource, type Source, type SourceDeps, type SourceRequest } from './source.ts';

/** What the config says of a Graphite. */
const GraphiteOptions = z.strictObject({
  kind: z.literal('graphite'),
  url: plainUrl.describe('address of the API, e.g. http://graphite:8080; a path such as /graphite belongs to it'),
  publicUrl: plainUrl.optional().describe('address that people use, for links; left out, it is `url`'),
  ...credentialFields,
  flavour: z
    .enum(['auto', 'graphite-web', 'carbonapi', 'victoriametrics'])
    .default('auto')
    .describe('which implementation answers; `auto` finds out'),
  nameCharacters: z
    .string()
    .regex(/^[:@+]*$/, 'may name `:`, `@` and `+` only')
    .default('')
    .describe('what names of hosts and such may hold beside letters, digits, `_` and `-`'),
});
/** Checked options. */
type GraphiteOptions = z.output<typeof GraphiteOptions>;

/** The kind `graphite`. */
export const graphite = defineSource({
  kind: 'graphite',
  title: 'Graphite',
  options: GraphiteOptions,
  block: GraphiteBlock,
  placeholders: placeholdersOfBlock,
  raw: (expression) => ({ target: expression }),
  create,
});

function create(options: GraphiteOptions, { http, clock }: SourceDeps): Source {
  const client = createGraphiteClient(options, http, clock);
  const finder = createFinder(client, clock);
  return {
    request: (block, binding) => bindBlock(parseBlock(block), binding, options.nameCharacters),
    async fetch(request, window, signal) {
      const nowMs = clock.now();
      const plan = planWindow(window, nowMs);
      const bound = asGraphite(request);
      const rows = await render(client, bound, plan, signal);
      const rawSteps = await findRawSteps(client, rows, bound.consolidate, plan, signal);
      return [makeFrame(rows, rawSteps, bound, window, plan, nowMs)];
    },
    link: (request, window) => composerLink(options.publicUrl ?? options.url, asGraphite(request), window),
    check: (signal) => checkGraphite(client, options.flavour, signal),
    values: (pattern, signal) => finder.values(pattern, signal),
    annotations: async (window, { tags }, signal) =>
      hasEvents(options) ? readEvents(client, window, tags, signal) : [],
    whyEmpty: (request, window, signal) =>
      whyEmpty(asGraphite(request), window, { client, finder, nowMs: clock.now(), signal }),
  };
}

/** Definitions were checked when they were loaded; what fails here was typed by a person. */
function parseBlock(block: unknown): GraphiteBlock {
  const { success, data, error } = GraphiteBlock.safeParse(block);
  if (success) return data;
  throw new BotError('ASK_UNKNOWN_VALUE', `Graphite would not understand that target: it ${whyOf(error.issues)}.`);
}

/** The innermost message: a block may be written in two ways, and each fails for its own reason. */
function whyOf(issues: readonly z.core.$ZodIssue[]): string {
  const nested = issues.flatMap((issue) => (issue.code === 'invalid_union' ? issue.errors : []));
  const own = issues.find(({ code }) => code === 'custom');
  return own?.message ?? nested.map(whyOf).find((why) => why !== '') ?? '';
}

function hasEvents({ flavour }: GraphiteOptions): boolean {
  return flavour === 'auto' || flavour === 'graphite-web';
}

function asGraphite(request: SourceRequest): GraphiteRequest {
  if ('targets' in request) return request as GraphiteRequest;
  throw new BotError('INTERNAL', 'A request of another source was given to Graphite.');
}
