/** Seeded chance, so that what a run found can be found again. */
import { random } from '../golden/generate.ts';

/** Throws of one seed. */
export interface Dice {
  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number;
  /** True once in so many throws. */
  oneIn(count: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

/** Makes dice; equal seeds throw the same. */
export function makeDice(seed: number): Dice {
  const next = random(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    oneIn: (count) => below(count) === 0,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
  };
}
