/** The configured sources, by name. */
import { BotError } from '../domain/errors.ts';
import type { Output } from '../domain/question.ts';
import type { Source } from './source.ts';

/** One configured source and what questions need to know of it. */
export interface ConfiguredSource {
  readonly name: string;
  readonly kind: string;
  /** What people call its kind: `Graphite`. */
  readonly title: string;
  /** What its drill-down link is called, where not by the title: `Kibana`. */
  readonly linkTitle?: string;
  readonly env?: string;
  /** Addresses that it is known by, for people and for itself: an alert's page tells by them which source it came from. */
  readonly addresses?: readonly string[];
  readonly isDemo: boolean;
  /** What raw questions may begin with, the usual one first: `promql`, `prometheus`. */
  readonly rawPrefixes: readonly string[];
  /** Whether raw questions (`graphite: …`) may be asked of it. */
  readonly allowsRaw: boolean;
  /** The block of a definition that a raw expression stands for; absent when there is no raw language. */
  rawBlock?(expression: string, prefix: string): unknown;
  /** What a raw question with that block gets that asks for no output of its own; absent: a chart. */
  rawOutput?(block: unknown): Output | undefined;
  /** Longest that one fetch may take, its retry included. */
  readonly timeoutMs: number;
  readonly source: Source;
}

/** All sources. */
export interface SourceSet {
  readonly all: readonly ConfiguredSource[];
  /** @throws BotError `CONFIG_INVALID` when a definition names a source that is not there (a fault in the loader). */
  get(name: string): ConfiguredSource;
}

/** Makes the set; names are unique. */
export function createSourceSet(all: readonly ConfiguredSource[]): SourceSet {
  const byName = new Map(all.map((source) => [source.name, source]));
  return {
    all,
    get(name) {
      const found = byName.get(name);
      if (!found) throw new BotError('CONFIG_INVALID', `No source is called ${name}.`);
      return found;
    },
  };
}
