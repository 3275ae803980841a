/** graphite-web's own PNG of the same data, from a real carbon and graphite-web. */
import { connect } from 'node:net';
import { eventually } from '../../integration/replica.ts';
import { startRig } from '../../integration/rig.ts';
import type { Peer } from './peer.ts';

const PORT = 19_470;

/** Debian's packages, under gunicorn. */
export const graphiteWeb: Peer = {
  name: "graphite-web's PNG",
  how: '900×400 at 1x, over HTTP, its own reading of the data included, no cache',
  async start(sets) {
    const rig = await startRig('graphite', PORT);
    if (typeof rig === 'string') throw new Error(rig);
    const nowSeconds = Math.floor(Date.now() / 10_000) * 10;
    const points = sets.smooth.seconds.length;
    const [from, until] = [nowSeconds - points * 10, nowSeconds];
    const lines = Object.entries(sets).flatMap(([set, { names, values }]) =>
      names.flatMap((name, series) =>
        (values[series] ?? []).map((value, index) => `bench.${set}.${name} ${value} ${from + index * 10}\n`),
      ),
    );
    const url = (set: string, format: string) =>
      `${rig.url}/render?format=${format}&width=900&height=400&from=${from}&until=${until}&target=bench.${set}.*&noCache=1`;
    await new Promise<void>((resolve, reject) => {
      const socket = connect(PORT + 1, '127.0.0.1', () => socket.end(lines.join('')));
      socket.once('error', reject);
      socket.once('close', () => resolve());
    });
    await eventually(async () => {
      const json = (await (await fetch(url('jagged', 'json'))).json()) as { datapoints: [number | null, number][] }[];
      return (
        json.length === 4 &&
        json.every(({ datapoints }) => datapoints.filter(([value]) => value !== null).length >= points - 2)
      );
    }, 'Graphite has the data');
    return {
      async draw(set) {
        const answer = await fetch(url(set, 'png'));
        const bytes = await answer.arrayBuffer();
        if (answer.headers.get('content-type') !== 'image/png' || bytes.byteLength < 2_000)
          throw new Error('no picture');
      },
      stop: () => rig.stop(),
    };
  },
};
