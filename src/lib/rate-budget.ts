/** A budget of calls that several processes share. */

/** Counts calls for all processes that share one store. */
export interface RateBudget {
  /**
   * Takes one call of `key`, of which `limit` are allowed per `windowMs`.
   *
   * @returns 0 when it may be made now, else how many ms to wait before asking again
   */
  take(key: string, limit: number, windowMs: number): Promise<number>;
  /** Notes that the platform refused: nobody calls `key` for `ms`. */
  block(key: string, ms: number): Promise<void>;
}
