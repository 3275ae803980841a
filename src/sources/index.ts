/** The registry of sources: a line for each kind. */
import { graphite } from './graphite.ts';
import type { SourceDefinition } from './source.ts';

/** Every kind of source, by its word in the config. */
export const sourceKinds = {
  graphite,
} as const satisfies Record<string, SourceDefinition>;

/** A kind of source that exists. */
export type SourceKind = keyof typeof sourceKinds;
