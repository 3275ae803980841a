/** What every double of the contract has: four hosts and a value for each at any time. */

/** Hosts, sorted. */
export const HOSTS = ['db01', 'web01', 'web02', 'web10'] as const;

/** The value of the host with that index at a moment. */
export function valueAt(host: number, second: number): number {
  return 10 * (host + 1) + (Math.floor(second / 60) % 10);
}
