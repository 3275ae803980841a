/** A Kibana source before the double of one version, with a peer that keeps what it is asked. */
import { makeUnit } from '../../../src/domain/unit.ts';
import { createHttpClient } from '../../../src/lib/http-client.ts';
import { elasticsearch } from '../../../src/sources/elasticsearch.ts';
import { kibana } from '../../../src/sources/kibana.ts';
import type { FetchWindow, Library, Source, Wanted } from '../../../src/sources/source.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { type Answering, startHttpBackend } from '../../doubles/http-backend.ts';
import { type KibanaDouble, kibanaDouble, kibanaFixture } from '../../doubles/kibana.ts';
import { readRison } from '../../doubles/rison.ts';

/** "Now" of these tests: 2026-11-18T12:00:00Z. */
export const NOW_MS = 1_795_003_200_000;
/** Long enough for a loaded machine. */
export const signal = AbortSignal.timeout(60_000);
/** The hour before now. */
export const window: FetchWindow = { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS, zone: 'Europe/Berlin', maxPoints: 800 };

const VERSIONS = { '7.17': '7.17.28', '8.19': '8.19.2', '9.2': '9.2.1' } as const;

/** What a test may set. */
export interface Setting {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly double?: Partial<KibanaDouble>;
  readonly answering?: Answering;
}

/** A block as the peer was given it. */
export type PeerBlock = Readonly<Record<string, unknown>>;

/** Starts source and double. */
export async function startKibana(
  version: keyof typeof VERSIONS,
  { options = {}, double = {}, answering }: Setting = {},
) {
  const space = String(options.space ?? 'default');
  const spaces = { [space]: kibanaFixture(version), ...double.spaces };
  const backend = await startHttpBackend(answering ?? kibanaDouble({ version: VERSIONS[version], ...double, spaces }));
  const clock = createFakeClock(NOW_MS);
  const http = createHttpClient({ timeoutMs: 10_000, clock });
  const blocks: PeerBlock[] = [];
  const peer = recordingPeer(blocks);
  const source = kibana.create(
    kibana.options.parse({
      kind: 'kibana',
      url: backend.url,
      publicUrl: 'https://kibana.example.net/',
      elasticsearch: 'logs',
      ...options,
    }),
    { name: 'test', http, clock, peer: () => peer },
  );
  const request = (block: unknown, args: Readonly<Record<string, readonly string[]>> = {}) =>
    source.request(kibana.block.parse(block), { arguments: args, unit: makeUnit(), consolidate: 'average' });
  /** The block that a block of ours is run as. */
  const run = async (block: unknown, args: Readonly<Record<string, readonly string[]>> = {}) => {
    const asked = request(block, args);
    const frames = await source.fetch(asked, window, signal);
    return { block: blocks.at(-1) as PeerBlock, frames, link: source.link(asked, window) ?? '' };
  };
  const library = source.library as Library;
  const open = (wanted: Partial<Wanted>) =>
    library.open({ words: [], named: [], nowMs: NOW_MS, zone: 'Europe/Berlin', ...wanted }, signal);
  return { ...backend, source, clock, request, run, library, open, blocks };
}

/** Checks blocks and values as Elasticsearch does, and answers with nothing. */
function recordingPeer(blocks: PeerBlock[]): Source {
  const clock = createFakeClock(NOW_MS);
  const http = createHttpClient({ timeoutMs: 1_000, clock });
  const options = elasticsearch.options.parse({ kind: 'elasticsearch', url: 'http://127.0.0.1:9/' });
  const real = elasticsearch.create(options, { name: 'logs', http, clock });
  return {
    ...real,
    request(block, binding) {
      blocks.push(block as PeerBlock);
      return real.request(block, binding);
    },
    fetch: async (_, { fromMs, toMs, zone }) => [
      { kind: 'series', series: [], range: { fromMs, toMs, zone, text: '' }, warnings: [] },
    ],
    values: async (pattern) => [pattern],
    whyEmpty: async () => ({ kind: 'silent', what: 'peer' }),
  };
}

/** The parts of a link that hold state, as Kibana reads them. */
export function stateOf(link: string): { readonly path: string; readonly g: Json; readonly a: Json } {
  const [path = '', query = ''] = new URL(link).hash.slice(1).split('?');
  const parameters = new URLSearchParams(query);
  const read = (name: string) => readRison(parameters.get(name) ?? '()') as Json;
  return { path, g: read('_g'), a: read('_a') };
}

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;
