/** The port of sources: what every back end gives, and how one is defined. */
import type { z } from 'zod';
import type { Annotation } from '../domain/annotation.ts';
import type { EmptyReason } from '../domain/answer.ts';
import type { Frame } from '../domain/frame.ts';
import type { Arguments, Output } from '../domain/question.ts';
import type { Consolidation } from '../domain/saved-query.ts';
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
  annotations?(
    window: FetchWindow,
    filter: { readonly tags: readonly string[] },
    signal: AbortSignal,
  ): Promise<Annotation[]>;
  /** Finds out why a request gave no value at all. */
  whyEmpty?(request: SourceRequest, window: FetchWindow, signal: AbortSignal): Promise<EmptyReason>;
}

/** What a source is given to work with. */
export interface SourceDeps {
  /** Its name in the config. */
  readonly name: string;
  readonly http: HttpClient;
  readonly clock: Clock;
  /** Longest that one call may take, ms, for back ends that can be told. */
  readonly timeoutMs?: number;
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
  /** What people type before a raw question, where it is not the kind: `promql`. */
  readonly rawPrefix?: string;
  /** The block that a raw question (`graphite: …`) stands for; absent when there is no raw language. */
  raw?(expression: string): z.input<BlockSchema>;
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
