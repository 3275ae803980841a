/** Tables that are looked up by what somebody typed or sent. */

/** A table in which only its own words are found: not `constructor`, `toString` or `__proto__`. */
export function wordTable<T>(words: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, T>, words));
}
