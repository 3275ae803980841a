/** The data that need no configuration: this machine and the demo fleet, each a Graphite of its own. */
import type { Clock } from '../lib/clock.ts';
import { createFleet } from './fleet.ts';
import { createGraphiteHandler, type GraphiteHandler } from './graphite-handler.ts';
import { createMachineSampler } from './machine.ts';
import { startGraphiteServer } from './server.ts';

/** Names of the sources, of their packs and of their paths. */
export const EMBEDDED_NAMES = ['machine', 'demo'] as const;

/** A name of {@link EMBEDDED_NAMES}. */
export type EmbeddedName = (typeof EMBEDDED_NAMES)[number];

/** Running embedded data. */
export interface EmbeddedData {
  /** Where the real adapter reads, by name. */
  readonly urls: Readonly<Record<EmbeddedName, string>>;
  readonly handlers: Readonly<Record<EmbeddedName, GraphiteHandler>>;
  close(): Promise<void>;
}

/**
 * Starts sampling and serving.
 *
 * @param isPatient - whether to wait for this machine's first sample, half a second
 */
export async function startEmbeddedData({
  clock,
  hostname,
  isPatient,
}: {
  clock: Clock;
  hostname: string;
  isPatient: boolean;
}): Promise<EmbeddedData> {
  const stopping = new AbortController();
  const sampler = createMachineSampler({ clock, hostname });
  const demo = createGraphiteHandler(createFleet(), {
    title: 'Demo fleet',
    notice: 'Demo data: made up by Glimpse, no real machines.',
    isDemo: true,
    clock,
  });
  const machine = createGraphiteHandler(sampler.tree, {
    title: 'This machine',
    notice: 'Measured on this machine by Glimpse, kept for 24 hours while it runs.',
    isDemo: false,
    clock,
  });
  const sampled = sampler.start(stopping.signal);
  const server = await startGraphiteServer({ demo, machine });
  if (isPatient) await sampled;
  return {
    urls: { demo: `${server.url}/demo/`, machine: `${server.url}/machine/` },
    handlers: { demo, machine },
    async close() {
      stopping.abort();
      await server.close();
    },
  };
}
