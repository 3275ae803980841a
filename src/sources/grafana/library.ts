/** Grafana's dashboards and panels as things that can be asked for without a definition. */
import { BotError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ImportedQuery, ImportWanted, Library, LibraryEntry, Opened, Wanted } from '../source.ts';
import { openRule } from './alert-rule.ts';
import type { GrafanaClient } from './client.ts';
import type { DashboardHit, Dashboards } from './dashboards.ts';
import { TITLE } from './failures.ts';
import { askFor, chooseDashboards, type DashboardChoice } from './library/choose-dashboard.ts';
import { askForPanel, choosePanels, panelTitle } from './library/choose-panel.ts';
import { openExplore } from './library/explore.ts';
import { importDashboard } from './library/import.ts';
import { openTarget } from './library/open.ts';
import { type DashboardPage, isBelow, type Page, readPage } from './library/page.ts';
import { resolveShort } from './library/short-link.ts';
import { createTitles } from './library/titles.ts';
import type { Dashboard, Panel } from './panel.ts';
import { refusalOf } from './present/panel-kinds.ts';
import type { OptionLists } from './variables/list-options.ts';

/** What it works with. */
export interface LibraryDeps {
  readonly client: GrafanaClient;
  readonly dashboards: Dashboards;
  readonly lists: OptionLists;
  readonly clock: Clock;
  /** Where it is asked and where people see it; each ends in a slash. */
  readonly url: string;
  readonly publicUrl: string;
  readonly orgId?: number | undefined;
}

/** Entries of one search. */
const FOUND_MAX = 20;
/** Dashboards whose panels are looked through for one search: each may have to be read. */
const SEARCHED_INTO_MAX = 10;
/** Dashboards that are read to find out which of them has the variables of a question. */
const LOOKED_INTO_MAX = 5;
const PANELS_EACH_MAX = 6;
/** Choices that a sentence names. */
const CHOICES_MAX = 8;
const NEAR_MAX = 3;

/** Makes the library of one Grafana. */
export function createLibrary(deps: LibraryDeps): Library {
  const { dashboards, client, url, publicUrl } = deps;
  const titles = createTitles(dashboards, deps.clock);

  async function open(wanted: Wanted, signal: AbortSignal): Promise<Opened> {
    if (wanted.url) return openPage(readPage(wanted.url), wanted, signal);
    const { words } = wanted;
    if (words.length === 0) throw nothingSaid();
    const hits = await titles(signal);
    const choices = chooseDashboards(words, hits);
    const [choice] = choices.length > 1 ? await narrowed(choices, wanted, dashboards, signal) : choices;
    if (!choice) throw choices.length > 1 ? severalDashboards(words, choices, hits) : noSuchDashboard(words, hits);
    const dashboard = await dashboards.byUid(choice.hit.uid, signal);
    const ask = askFor(choice.hit, hits);
    const near =
      choice.said === undefined
        ? []
        : [`No dashboard is called ${choice.said}; this is ${dashboard.title}, the nearest.`];
    const { panel, notes } = choice.rest.length === 0 ? { notes: [] } : choosePanel(choice.rest, dashboard, ask);
    return openTarget({ dashboard, ...(panel && { panel }), ask, notes: [...near, ...notes] }, wanted, deps, signal);
  }

  async function openPage(page: Page | undefined, wanted: Wanted, signal: AbortSignal): Promise<Opened> {
    switch (page?.kind) {
      case 'dashboard':
        return openDashboardPage(page, wanted, signal);
      case 'explore':
        return openExplore(page, wanted);
      case 'rule':
        return openRule(client, page.uid, wanted, signal);
      case 'short': {
        const found = readPage(await resolveShort(client, page.uid, publicUrl, signal));
        if (found?.kind === 'short') break;
        return openPage(found, wanted, signal);
      }
      default:
    }
    throw new BotError('ASK_UNKNOWN_QUERY', `This page of ${TITLE} shows no dashboard, panel or exploration.`);
  }

  async function openDashboardPage(page: DashboardPage, wanted: Wanted, signal: AbortSignal): Promise<Opened> {
    const dashboard = await dashboards.byUid(page.uid, signal).catch((thrown: unknown) => {
      throw thrown instanceof BotError && thrown.code === 'SOURCE_NOT_FOUND' ? gone(page.uid, thrown) : thrown;
    });
    const panel = page.panel === undefined ? undefined : dashboard.panels.find(({ id }) => id === page.panel);
    if (page.panel !== undefined && !panel) throw noSuchPanel([String(page.panel)], dashboard, page.uid);
    return openTarget({ dashboard, ...(panel && { panel }), ask: page.uid, page, notes: [] }, wanted, deps, signal);
  }

  return {
    noun: 'panel',
    owns: (address) => isBelow(address, [publicUrl, url]),
    open,
    search: (words, signal) => search(words, deps, titles, signal),
    import: (wanted, signal) => importFrom(wanted, deps, titles, signal),
  };
}

/** Dashboards by their titles, folders and tags, then the panels of the best of them by theirs. */
async function search(
  words: string,
  deps: LibraryDeps,
  titles: ReturnType<typeof createTitles>,
  signal: AbortSignal,
): Promise<readonly LibraryEntry[]> {
  const terms = words.split(/\s+/).filter((word) => word !== '');
  const all = await titles(signal);
  const ranked = all
    .map((hit) => ({ hit, known: terms.filter((term) => isAbout(hit, term)).length }))
    .sort((a, b) => b.known - a.known);
  const own = ranked.filter(({ known }) => known === terms.length).map(({ hit }) => hit);
  const entries = own.slice(0, FOUND_MAX).map((hit) => entryOf(hit, all, deps.publicUrl));
  if (terms.length === 0) return entries;
  const inside = await Promise.all(
    ranked.slice(0, SEARCHED_INTO_MAX).map(({ hit }) => panelsOf(hit, terms, all, deps, signal)),
  );
  return [...entries, ...inside.flat()].slice(0, FOUND_MAX);
}

function isAbout({ title, folder = '', tags }: DashboardHit, term: string): boolean {
  return [title, folder, ...tags].some((text) => text.toLowerCase().includes(term.toLowerCase()));
}

function entryOf(hit: DashboardHit, hits: readonly DashboardHit[], publicUrl: string): LibraryEntry {
  return {
    title: hit.title,
    ask: askFor(hit, hits),
    url: new URL(`d/${hit.uid}`, publicUrl).href,
    ...(hit.folder !== undefined && { folder: hit.folder }),
  };
}

/** Panels with the words that the dashboard's title does not have; with all of them where it has them all. */
async function panelsOf(
  hit: DashboardHit,
  terms: readonly string[],
  hits: readonly DashboardHit[],
  { dashboards, publicUrl }: LibraryDeps,
  signal: AbortSignal,
): Promise<readonly LibraryEntry[]> {
  const dashboard = await dashboards.byUid(hit.uid, signal).catch((thrown: unknown) => {
    if (thrown instanceof BotError && !signal.aborted) return undefined;
    throw thrown;
  });
  if (!dashboard) return [];
  const has = (text: string, term: string) => text.toLowerCase().includes(term.toLowerCase());
  const left = terms.filter((term) => !has(hit.title, term));
  const wanted = left.length > 0 ? left : terms;
  const entry = entryOf(hit, hits, publicUrl);
  return (
    dashboard.panels
      .filter((panel) => refusalOf(panel) === undefined && wanted.every((term) => has(panelTitle(panel), term)))
      // a row's title alone would bring all of its panels
      .filter(({ title }) => wanted.some((term) => has(title, term)))
      .slice(0, PANELS_EACH_MAX)
      .map((panel) => ({
        ...entry,
        title: `${hit.title} / ${panelTitle(panel)}`,
        ask: `${entry.ask} ${askForPanel(panel, dashboard)}`,
        url: `${entry.url}?viewPanel=${panel.id}`,
      }))
  );
}

/** Of several dashboards, those that have the named variables; nothing where that does not settle it. */
async function narrowed(
  choices: readonly DashboardChoice[],
  { named }: Wanted,
  dashboards: Dashboards,
  signal: AbortSignal,
): Promise<readonly DashboardChoice[]> {
  if (named.length === 0 || choices.length > LOOKED_INTO_MAX) return [];
  const read = await Promise.all(choices.map(({ hit }) => dashboards.byUid(hit.uid, signal)));
  const fitting = choices.filter((_, index) => {
    const names = read[index]?.variables.map(({ name }) => name) ?? [];
    return named.every((name) => names.includes(name));
  });
  return fitting.length === 1 ? fitting : [];
}

/** @throws BotError `ASK_UNKNOWN_QUERY`, `ASK_AMBIGUOUS` */
function choosePanel(words: readonly string[], dashboard: Dashboard, ask: string) {
  const { panels, isNear } = choosePanels(words, dashboard);
  const [panel, second] = panels;
  if (!panel) throw noSuchPanel(words, dashboard, ask);
  if (second) throw severalPanels(words, panels, dashboard, ask);
  const notes = isNear ? [`No panel is called ${words.join(' ')}; this is ${panelTitle(panel)}, the nearest.`] : [];
  return { panel, notes };
}

function nothingSaid(): BotError {
  return new BotError('ASK_EMPTY', 'Name a dashboard, and a panel of it; `grafana search` lists what there is.', {
    suggestions: ['grafana search'],
  });
}

function noSuchDashboard(words: readonly string[], hits: readonly DashboardHit[]): BotError {
  const said = words.join(' ');
  if (hits.length === 0) {
    return new BotError('ASK_UNKNOWN_QUERY', `${TITLE} has no dashboard that my login may see.`);
  }
  return new BotError(
    'ASK_UNKNOWN_QUERY',
    `${TITLE} has no dashboard called ${said}. \`grafana search ${words[0] ?? ''}\` finds by words.`,
    {
      suggestions: [`grafana search ${words[0] ?? ''}`],
    },
  );
}

/** An address outlives what it shows. */
function gone(uid: string, cause: BotError): BotError {
  const message = `${TITLE} has no dashboard ${uid} (any more), or my login may not see it.`;
  return new BotError('ASK_UNKNOWN_QUERY', message, { suggestions: ['grafana search'] }, { cause });
}

function severalDashboards(
  words: readonly string[],
  choices: readonly DashboardChoice[],
  hits: readonly DashboardHit[],
): BotError {
  const shown = choices.slice(0, CHOICES_MAX);
  const places = shown.map(({ hit }) => (hit.folder === undefined ? hit.title : `${hit.title} (in ${hit.folder})`));
  const more = choices.length > shown.length ? ` and ${choices.length - shown.length} more` : '';
  const suggestions = shown.map(({ hit, rest }) => ['grafana', askFor(hit, hits), ...rest].join(' '));
  return new BotError('ASK_AMBIGUOUS', `${words.join(' ')} could be ${places.join(', ')}${more}. Say which.`, {
    suggestions,
  });
}

function noSuchPanel(words: readonly string[], dashboard: Dashboard, ask: string): BotError {
  const shown = dashboard.panels.filter((panel) => refusalOf(panel) === undefined).slice(0, NEAR_MAX);
  const suggestions = [...shown.map((panel) => `grafana ${ask} ${askForPanel(panel, dashboard)}`), `grafana ${ask}`];
  const names = shown.map(panelTitle).join(', ');
  const listed = `${names}${dashboard.panels.length > shown.length ? ', …' : ''}`;
  const hint = names === '' ? '' : ` It has ${listed}${listed.endsWith('…') ? '' : '.'}`;
  return new BotError('ASK_UNKNOWN_QUERY', `${dashboard.title} has no panel called ${words.join(' ')}.${hint}`, {
    suggestions,
  });
}

function severalPanels(
  words: readonly string[],
  panels: readonly Panel[],
  dashboard: Dashboard,
  ask: string,
): BotError {
  const shown = panels.slice(0, CHOICES_MAX);
  const names = shown.map((panel) => `${panelTitle(panel)} (${panel.id})`).join(', ');
  const more = panels.length > shown.length ? ` and ${panels.length - shown.length} more` : '';
  const suggestions = shown.map((panel) => `grafana ${ask} ${askForPanel(panel, dashboard)}`);
  const message = `${words.join(' ')} could be ${panels.length} panels of ${dashboard.title}: ${names}${more}. Say which.`;
  return new BotError('ASK_AMBIGUOUS', message, { suggestions });
}

/** @throws BotError as `open` */
async function importFrom(
  { what, panel, kinds }: ImportWanted,
  { dashboards, client, publicUrl }: LibraryDeps,
  titles: ReturnType<typeof createTitles>,
  signal: AbortSignal,
): Promise<readonly ImportedQuery[]> {
  const page = await pageOf(what, client, publicUrl, signal);
  const hits = page ? [] : await titles(signal);
  const choices = page ? [] : chooseDashboards([what], hits);
  const [choice, second] = choices;
  if (second) throw severalDashboards([what], choices, hits);
  const uid = page?.uid ?? (choice?.said === undefined ? choice?.hit.uid : undefined);
  if (uid === undefined) throw noSuchDashboard([what], hits);
  const dashboard = await dashboards.byUid(uid, signal);
  const wanted = panel ?? (page?.panel === undefined ? undefined : String(page.panel));
  if (wanted === undefined) return importDashboard(dashboard, dashboard.panels, kinds);
  const chosen = choosePanel([wanted], dashboard, uid).panel;
  return importDashboard(dashboard, [chosen], kinds);
}

async function pageOf(what: string, client: GrafanaClient, publicUrl: string, signal: AbortSignal) {
  if (!URL.canParse(what)) return undefined;
  const page = readPage(new URL(what));
  const found = page?.kind === 'short' ? readPage(await resolveShort(client, page.uid, publicUrl, signal)) : page;
  return found?.kind === 'dashboard' ? found : undefined;
}
