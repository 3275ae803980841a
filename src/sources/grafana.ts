/** Grafana: panels of its dashboards, through whatever data sources it has. */
import { z } from 'zod';
import { credentialFields, plainUrl } from '../config/fields.ts';
import { BotError } from '../domain/errors.ts';
import { RuleBlock } from './grafana/alert-rule.ts';
import { readAnnotations, writeAnnotation } from './grafana/annotations.ts';
import { bindBlock, type GrafanaRequest } from './grafana/bind.ts';
import { GrafanaBlock, placeholdersOfBlock } from './grafana/block.ts';
import { checkGrafana } from './grafana/check.ts';
import { createGrafanaClient } from './grafana/client.ts';
import { createDashboards } from './grafana/dashboards.ts';
import { createDatasources } from './grafana/datasources.ts';
import {
  bindExtra,
  ExploreBlock,
  fetchExtra,
  isExtra,
  linkExtra,
  placeholdersOfExtra,
  whyEmptyExtra,
} from './grafana/extras.ts';
import { type FetchDeps, fetchPanel, openPanel } from './grafana/fetch.ts';
import { createLibrary } from './grafana/library.ts';
import { dashboardLinkOf, panelLink } from './grafana/link.ts';
import { RulesBlock } from './grafana/rules.ts';
import { fetchSheet } from './grafana/sheet.ts';
import { checkValues, createValues } from './grafana/values.ts';
import { createOptionLists } from './grafana/variables/list-options.ts';
import { whyEmpty } from './grafana/why-empty.ts';
import { defineSource, type NewAnnotation, type Source, type SourceDeps, type SourceRequest } from './source.ts';

/** A sheet with more pictures is too small to read in a chat. */
const PANELS_MAX = 6;

/** What the config says of a Grafana. */
const GrafanaOptions = z.strictObject({
  kind: z.literal('grafana'),
  url: plainUrl.describe('address of the server, e.g. http://grafana:3000; a path such as /grafana belongs to it'),
  publicUrl: plainUrl.optional().describe('address that people use, for links; left out, it is `url`'),
  ...credentialFields,
  orgId: z
    .int()
    .positive()
    .optional()
    .describe('number of the organisation, where the login has several; a token has one'),
  annotate: z
    .boolean()
    .default(false)
    .describe('whether marks that a person asks for are written to it (needs annotations:create)'),
  explore: z
    .boolean()
    .default(false)
    .describe("whether pasted pages of Explore are answered: their queries are in the data sources' own languages"),
  maxPanels: z
    .int()
    .min(1)
    .max(PANELS_MAX)
    .default(PANELS_MAX)
    .describe('how many panels of a whole dashboard are drawn side by side'),
});
/** Checked options. */
type GrafanaOptions = z.output<typeof GrafanaOptions>;

/** A panel, or what can be asked beside them. */
const AnyBlock = z.union([GrafanaBlock, RulesBlock, RuleBlock, ExploreBlock]);

/** The kind `grafana`. */
export const grafana = defineSource({
  kind: 'grafana',
  title: 'Grafana',
  options: GrafanaOptions,
  block: AnyBlock,
  checkValues,
  placeholders: (block) => ('dashboard' in block ? placeholdersOfBlock(block) : (placeholdersOfExtra(block) ?? [])),
  outputOf: (block) => ('rules' in block ? 'table' : 'chart'),
  create,
});

function create(options: GrafanaOptions, { http, clock }: SourceDeps): Source {
  const { orgId, annotate, explore: mayExplore, maxPanels: panelsMax, publicUrl = options.url } = options;
  const client = createGrafanaClient(options, http, clock);
  const datasources = createDatasources(client, clock);
  const dashboards = createDashboards(client, clock, orgId);
  const lists = createOptionLists(client, datasources, clock);
  const deps: FetchDeps = { client, datasources, dashboards, lists, panelsMax, orgId };
  const names = createValues({ ...deps, clock });
  const address = () => ({ publicUrl, orgId: orgId ?? dashboards.org() });
  const extras = { ...deps, publicUrl, mayExplore };
  return {
    request: (block, binding) => bindExtra(block, binding, mayExplore) ?? bindBlock(checked(block), binding),
    async fetch(asked, window, signal) {
      if (isExtra(asked)) return fetchExtra(asked, window, extras, signal);
      const request = asGrafana(asked);
      const { panel: wanted } = request;
      if (wanted === undefined) return fetchSheet(request, window, deps, signal);
      const { panel, dashboard } = await openPanel({ ...request, panel: wanted }, dashboards, signal);
      return fetchPanel(request, panel, dashboard, window, deps, signal);
    },
    link(asked, window) {
      if (isExtra(asked)) return linkExtra(asked, window, address());
      const request = asGrafana(asked);
      return panelLink(address(), request, dashboards.known(request.dashboard), window);
    },
    check: (signal) => checkGrafana({ client, datasources, orgId, mayAnnotate: annotate }, signal),
    values: (pattern, signal) => names.values(pattern, signal),
    library: createLibrary({ client, dashboards, lists, clock, url: options.url, publicUrl, orgId }),
    annotations: (window, { tags }, signal) => readAnnotations(client, window, tags, publicUrl, signal),
    ...(annotate && { annotate: (mark: NewAnnotation, signal: AbortSignal) => writeAnnotation(client, mark, signal) }),
    async dashboardLink(link, window, signal) {
      try {
        const dashboard = await dashboards.open(link.dashboard, signal);
        return dashboardLinkOf(address(), link, dashboard, window);
      } catch (thrown) {
        if (thrown instanceof BotError && thrown.code === 'SOURCE_NOT_FOUND') return undefined;
        throw thrown;
      }
    },
    whyEmpty: async (asked, window, signal) =>
      isExtra(asked)
        ? whyEmptyExtra(asked)
        : whyEmpty(asGrafana(asked), window, { ...deps, nowMs: clock.now() }, signal),
  };
}

/** A block of a definition was checked when it was loaded; one that somebody made by hand was not. */
function checked(block: unknown): GrafanaBlock {
  const { success, data } = GrafanaBlock.safeParse(block);
  if (success) return data;
  throw new BotError('ASK_UNKNOWN_VALUE', 'Grafana would not understand that: it needs a dashboard.');
}

function asGrafana(request: SourceRequest): GrafanaRequest {
  if ('dashboard' in request && 'variables' in request) return request as GrafanaRequest;
  throw new BotError('INTERNAL', 'A request of another source was given to Grafana.');
}
