/** Runs tasks of one key one after another, tasks of different keys side by side. */

/** Keeps nothing for keys without tasks. */
export interface KeyedQueue {
  /** Resolves or rejects with the task; earlier tasks of the same key have ended by then, however they ended. */
  run<Result>(key: string, task: () => Promise<Result>): Promise<Result>;
}

/** Makes an empty {@link KeyedQueue}. */
export function createKeyedQueue(): KeyedQueue {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(key, task) {
      const before = tails.get(key) ?? Promise.resolve();
      const result = before.then(task, task);
      const settled = result.then(
        () => undefined,
        () => undefined,
      );
      tails.set(key, settled);
      void settled.then(() => {
        if (tails.get(key) === settled) tails.delete(key);
      });
      return result;
    },
  };
}
