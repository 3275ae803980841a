/** The data that need no configuration: this machine and the demo fleet, read by the real adapters from this process. */
import type { Clock } from '../lib/clock.ts';
import { createElasticsearchHandler } from './elasticsearch-handler.ts';
import type { EmbeddedHandler } from './embedded-handler.ts';
import { createFleet } from './fleet.ts';
import { createGraphiteHandler } from './graphite-handler.ts';
import { createLogLines } from './log-lines.ts';
import { createMachineSampler } from './machine.ts';
import { createPrometheusHandler } from './prometheus-handler.ts';
import { startEmbeddedServer } from './server.ts';

/** A source that is there without a configuration. */
export interface EmbeddedSource {
  /** Of the source, and of its path. */
  readonly name: string;
  /** The pack that it is there for. */
  readonly pack: string;
  readonly kind: string;
  readonly isDemo: boolean;
  /** What the adapter is told beside its addresses. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Where a trace is shown, below the bot's own address; `${trace_id}` stands in it. */
  readonly tracePath?: string;
}

const DEMO = { pack: 'demo', isDemo: true } as const;

/** All of them; the one that a pack's definitions mean where they name none has the pack's name. */
export const EMBEDDED_SOURCES: readonly EmbeddedSource[] = [
  { name: 'machine', pack: 'machine', kind: 'graphite', isDemo: false, options: { flavour: 'graphite-web' } },
  { name: 'demo', ...DEMO, kind: 'graphite', options: { flavour: 'graphite-web' } },
  { name: 'demo-logs', ...DEMO, kind: 'elasticsearch', options: { flavour: 'elasticsearch' } },
  {
    name: 'demo-metrics',
    ...DEMO,
    kind: 'prometheus',
    options: { flavour: 'prometheus', scrapeInterval: '15s' },
    tracePath: 'demo-logs/app/discover?trace=${trace_id}',
  },
];

/** Running embedded data. */
export interface EmbeddedData {
  /** Where the real adapter reads a source. */
  urlOf(name: string): string;
  /** By name of the source. */
  readonly handlers: Readonly<Record<string, EmbeddedHandler>>;
  close(): Promise<void>;
}

/** Says plainly what the fleet is. */
const DEMO_NOTICE = 'Demo data: made up by Glimpse, no real machines.';

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
  const fleet = { title: 'Demo fleet', notice: DEMO_NOTICE, isDemo: true };
  const own = 'Measured on this machine by Glimpse, kept for 24 hours while it runs.';
  const tree = createFleet();
  const lines = createLogLines();
  const handlers: Readonly<Record<string, EmbeddedHandler>> = {
    machine: createGraphiteHandler(sampler.tree, { title: 'This machine', notice: own, isDemo: false, clock }),
    demo: createGraphiteHandler(tree, { ...fleet, clock }),
    'demo-logs': createElasticsearchHandler({ info: { ...fleet, title: 'Logs of the demo fleet' }, clock, lines }),
    'demo-metrics': createPrometheusHandler({
      info: { ...fleet, title: 'Metrics of the demo fleet' },
      clock,
      tree,
      lines,
    }),
  };
  const sampled = sampler.start(stopping.signal);
  const server = await startEmbeddedServer(handlers);
  if (isPatient) await sampled;
  return {
    urlOf: (name) => `${server.url}/${name}/`,
    handlers,
    async close() {
      stopping.abort();
      await server.close();
    },
  };
}
