/** The set of saved queries in force, as questions see it. */
import type { SavedQuery } from './saved-query.ts';

/** An immutable set of definitions; a reload makes a new one. */
export interface Catalog {
  /** Every definition, by pack in the order of the config, then as written. */
  readonly queries: readonly SavedQuery[];
  /** The variants that a word names, by id or alias, in any case; empty when none. */
  named(word: string): readonly SavedQuery[];
  /** Ids and aliases, each once, sorted: for nearest names and completion. */
  readonly names: readonly string[];
}
