/** The registry of sources: a line for each kind. */
import { graphite } from './graphite.ts';
import type { SourceDefinition } from './source.ts';

/** Every kind of source that a config may name. */
export const sourceKinds: readonly SourceDefinition[] = [graphite];
