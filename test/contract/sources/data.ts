/** What every double of the contract has: four hosts and a value for each at any time. */

/** Hosts, sorted. */
export const HOSTS = ['db01', 'web01', 'web02', 'web10'] as const;

/** The value of the host with that index at a moment. */
export function valueAt(host: number, second: number): number {
  return 10 * (host + 1) + (Math.floor(second / 60) % 10);
}

/** Keeps what was made for the newest moment: doubles ask for their data with every request. */
export function keepNewest<Data>(make: (nowSeconds: number) => Data): (nowSeconds: number) => Data {
  let kept: { readonly at: number; readonly data: Data } | undefined;
  return (nowSeconds) => {
    if (kept?.at !== nowSeconds) kept = { at: nowSeconds, data: make(nowSeconds) };
    return kept.data;
  };
}
