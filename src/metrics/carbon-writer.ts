/** Writes to the carbon of the configuration in force. */
import type { Registry } from 'prom-client';
import { isSameSetting } from '../config/reloadable.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { type CarbonOptions, writeToCarbon } from './carbon.ts';

/** A writer that follows the configuration. */
export interface CarbonWriter {
  /** Writes there from now on; nowhere without a place. */
  follow(options: CarbonOptions | undefined): void;
}

/** Makes a writer that writes nowhere yet. */
export function createCarbonWriter(
  collect: () => Promise<void>,
  registry: Registry,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): CarbonWriter {
  let running: { readonly options: CarbonOptions; readonly stop: AbortController } | undefined;
  return {
    follow(options) {
      if (isSameSetting(running?.options, options)) return;
      running?.stop.abort();
      running = options && { options, stop: new AbortController() };
      if (running) void writeToCarbon(running.options, { registry, collect, clock, log }, running.stop.signal);
    },
  };
}
