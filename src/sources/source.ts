/** The port of sources: what every back end gives, and how one is defined. */
import type { z } from 'zod';
import type { Annotation, Threshold } from '../domain/annotation.ts';
import type { EmptyReason } from '../domain/answer.ts';
import type { Frame } from '../domain/frame.ts';
import type { Labels } from '../domain/labels.ts';
import type { Arguments, Output } from '../domain/question.ts';
import type { Consolidation, DashboardLink, Looks, Parameter } from '../domain/saved-query.ts';
import type { Unit } from '../domain/unit.ts';
import type { Clock } from '../lib/clock.ts';
import type { HttpClient } from '../lib/http-client.ts';

/** What a request is made from beside the definition's block. */
export interface Binding {
  readonly arguments: Arguments;
  readonly unit: Unit;
  readonly consolidate: Consolidation;
  /** Series that one request may read, where it is not what the source takes by itself: rankings look at many coarsely. */
  readonly seriesMax?: number;
}

/** A bound request; only its source can read more of it. */
export interface SourceRequest {
  /** What is asked, for footers and `why`: `servers.web01.cpu.busy`. Never a secret. */
  readonly label: string;
}

/** The window to fetch, half-open. */
export interface FetchWindow {
  /** ms since the Unix epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  /** IANA zone, for functions that depend on days. */
  readonly zone: string;
  /** As many points per series as the picture can show. */
  readonly maxPoints: number;
  /** Whether the newest value matters more than moments that people know: of points that can be anywhere the last lies at the end. */
  readonly isToEnd?: boolean;
}

/** What `check` found; `problems` are sentences with what to do about each. Empty means it works. */
export interface CheckReport {
  /** What answered: `graphite-web 1.1.8`. */
  readonly version?: string;
  readonly problems: readonly string[];
}

/** One configured back end. `request` and `link` are pure. */
export interface Source {
  /**
   * Binds arguments by the rules of the source's language.
   *
   * @throws BotError `ASK_UNKNOWN_VALUE` for a value that its language cannot hold; `details.value` names it
   */
  request(block: unknown, binding: Binding): SourceRequest;
  /**
   * Reads data. Series carry the label of each parameter they were asked for (`host`), so that they can be ranked and
   * named. An existing thing without values gives frames without values, not an error.
   *
   * @throws BotError `SOURCE_…`
   */
  fetch(request: SourceRequest, window: FetchWindow, signal: AbortSignal): Promise<Frame[]>;
  /** The page a person opens for the same data: frozen window, public address. */
  link(request: SourceRequest, window: FetchWindow): string | undefined;
  /** The cheapest call that proves address, credentials, rights. Does not throw for a back end's failure. */
  check(signal: AbortSignal): Promise<CheckReport>;
  /** Values that exist for a parameter's `values` pattern, sorted; cached for a while, bounded. */
  values?(pattern: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Present where the back end keeps things that can be asked for by name. */
  readonly library?: Library;
  /** The page of a dashboard with these variables over this window; nothing when there is none such. */
  dashboardLink?(link: BoundDashboard, window: FetchWindow, signal: AbortSignal): Promise<string | undefined>;
  annotations?(
    window: FetchWindow,
    filter: { readonly tags: readonly string[] },
    signal: AbortSignal,
  ): Promise<Annotation[]>;
  /** Writes a mark that a person asked for; present only where the operator allows it. Gives a page that shows it. */
  annotate?(mark: NewAnnotation, signal: AbortSignal): Promise<{ readonly url?: string }>;
  /**
   * What the back end itself knows of an alert that somebody told of: those that fire by that name or page, bounded; none
   * where it knows of none. Present where it judges by itself.
   */
  firing?(told: ToldAlert, signal: AbortSignal): Promise<readonly FiringAlert[]>;
  /** Finds out why a request gave no value at all. */
  whyEmpty?(request: SourceRequest, window: FetchWindow, signal: AbortSignal): Promise<EmptyReason>;
}

/** What is known of an alert that is not whole. */
export interface ToldAlert {
  /** Of its rule. */
  readonly name: string;
  /** Pages that belong to it. */
  readonly pages: readonly string[];
}

/** An alert as the back end that judges has it. */
export interface FiringAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** What it is judged by: an expression, or the name of an item. */
  readonly metric: { readonly query?: string; readonly name?: string };
}

/** A dashboard link of a definition with the values that its variables have. */
export interface BoundDashboard extends Omit<DashboardLink, 'variables'> {
  readonly variables: Arguments;
}

/** A mark that somebody wants to have written. */
export interface NewAnnotation {
  /** ms since the Unix epoch. */
  readonly timeMs: number;
  readonly endMs?: number;
  readonly text: string;
  readonly tags: readonly string[];
}

/** Things that a back end keeps by itself and that can be asked for without a definition: dashboards, panels, searches. */
export interface Library {
  /** What people call one of them: `panel`, `saved search`. */
  readonly noun: string;
  /** What is there by these words, best first, bounded. */
  search(words: string, signal: AbortSignal): Promise<readonly LibraryEntry[]>;
  /** Whether an address is a page of this back end that {@link open} can read. Pure. */
  owns(url: URL): boolean;
  /**
   * Finds the thing that words or a pasted page mean.
   *
   * @throws BotError `ASK_UNKNOWN_QUERY` with the nearest names, `ASK_AMBIGUOUS` with a choice, `ASK_EMPTY`; `SOURCE_…`.
   *   `details.suggestions` are whole questions
   */
  open(wanted: Wanted, signal: AbortSignal): Promise<Opened>;
  /**
   * Writes a thing down as definitions.
   *
   * @throws BotError as {@link open}
   */
  import(wanted: ImportWanted, signal: AbortSignal): Promise<readonly ImportedQuery[]>;
}

/** A thing in a list. */
export interface LibraryEntry {
  /** As people see it: `Web overview / CPU`. */
  readonly title: string;
  /** The words behind the kind that ask for it: `web-overview cpu`. */
  readonly ask: string;
  readonly url?: string;
  /** Where it is kept: a folder, a space. */
  readonly folder?: string;
}

/** What was said of a thing. */
export interface Wanted {
  /** The words behind the kind, without times, looks and `name=value`; empty for a pasted page. */
  readonly words: readonly string[];
  /** The names in `name=value`, for telling apart what has such a parameter. */
  readonly named: readonly string[];
  readonly url?: URL;
  /** ms since the Unix epoch: what relative times of a pasted page are counted from. */
  readonly nowMs: number;
  readonly zone: string;
}

/** A thing that was found, as a definition for one question. */
export interface Opened {
  /** The words behind the kind that ask for the same again, without arguments: `web-overview cpu`. */
  readonly ask: string;
  /** A block of the source's own schema, with a `${…}` for each parameter. */
  readonly block: unknown;
  /** May hold `${parameter}`. */
  readonly title: string;
  readonly description?: string;
  readonly parameters: readonly Parameter[];
  /** Values that hold unless the question says others: those of the page, else those saved. */
  readonly arguments: Readonly<Record<string, readonly string[]>>;
  /** Id for `makeUnit`. */
  readonly unit?: string;
  readonly output?: Output;
  readonly looks?: Looks;
  readonly thresholds?: readonly Threshold[];
  /** The window of a pasted page, ms. */
  readonly window?: { readonly fromMs: number; readonly toMs: number };
  /** The window it is usually shown with: `6h`. */
  readonly rangeText?: string;
  /** Whole sentences for the asker. */
  readonly notes: readonly string[];
}

/** What is to be written down. */
export interface ImportWanted {
  /** Name, uid, id or address of the dashboard or search. */
  readonly what: string;
  /** A panel of it by id or name; left out, all that can be. */
  readonly panel?: string;
  /** Kinds of sources that definitions may ask: those of the config. Left out, any. */
  readonly kinds?: readonly string[];
}

/** A definition that was made from a thing. */
export interface ImportedQuery {
  /** The word to ask for it. */
  readonly name: string;
  /** As its YAML will have it, keys in the order of the documentation. */
  readonly definition: Readonly<Record<string, unknown>>;
  /** What could not be carried over: whole sentences. */
  readonly notes: readonly string[];
}

/** What a source is given to work with. */
export interface SourceDeps {
  /** Its name in the config. */
  readonly name: string;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Longest that one call may take, ms, for back ends that can be told. */
  readonly timeoutMs?: number;
  /** Whether the back end is a part of Glimpse itself, so that a large client is not worth its memory. */
  readonly isEmbedded?: boolean;
  /**
   * Another source of the config, for what reads through it. To be called when it is needed, not at the
   * start: it may come later. Absent where there are no others.
   *
   * @throws BotError `CONFIG_INVALID` when there is none of that name and kind
   */
  peer?(name: string, kind: string): Source;
}

/** One kind of source: how its config and its block in definitions are checked, how it is made. */
export interface SourceDefinition<Options extends z.ZodType = z.ZodType, BlockSchema extends z.ZodType = z.ZodType> {
  /** Config word, metric label, fixture folder and docs heading. */
  readonly kind: string;
  /** What people call it: `Graphite`. */
  readonly title: string;
  /** Schema of its entry under `sources:`, with `kind` as a literal. */
  readonly options: Options;
  /** Schema of its block in a definition. */
  readonly block: BlockSchema;
  /** Names of `${…}` placeholders in a block; the catalog compares them with the parameters. */
  placeholders(block: z.output<BlockSchema>): readonly string[];
  /**
   * Reads a pattern that lists values of a parameter, without asking anybody; absent where any text is one.
   *
   * @throws BotError that says how it is written
   */
  checkValues?(pattern: string): void;
  /** What people may type before a raw question beside the kind, the usual one first: `promql`; `kql`, `esql`. */
  readonly rawPrefixes?: readonly string[];
  /** The block that a raw question (`graphite: …`) stands for; absent when there is no raw language. */
  raw?(expression: string, prefix: string): z.input<BlockSchema>;
  /** What people call one that is configured so, where the kind has several products: `OpenSearch`. */
  titleOf?(options: z.output<Options>): string;
  /** What its drill-down link is called, where that leads to another product: `Kibana`. */
  linkTitleOf?(options: z.output<Options>): string;
  /** What a question gets that asks for no output of its own; absent: a chart. */
  outputOf?(block: z.output<BlockSchema>): Output;
  create(options: z.output<Options>, deps: SourceDeps): Source;
}

/** Declares a kind of source; only gives types. */
export function defineSource<Options extends z.ZodType, BlockSchema extends z.ZodType>(
  definition: SourceDefinition<Options, BlockSchema>,
): SourceDefinition<Options, BlockSchema> {
  return definition;
}
