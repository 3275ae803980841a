/** `rrdtool graph`, told what to draw through its pipe. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLineProcess } from './line-process.ts';
import type { Columns, Peer } from './peer.ts';

const COLORS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7'];

/** Debian's package rrdtool. */
export const rrdtool: Peer = {
  name: 'rrdtool graph',
  how: '900×400 at 1x, from an RRD file, one process for all',
  async start(sets) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-rrd-'));
    const program = await startLineProcess('rrdtool', ['-']);
    for (const [set, columns] of Object.entries(sets)) await fill(join(folder, `${set}.rrd`), columns);
    return {
      draw: (set) => program.command(graph(folder, set, sets[set]), /^OK/m),
      async stop() {
        await program.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };

    async function fill(file: string, { names, seconds, values }: Columns): Promise<void> {
      const step = (seconds[1] ?? 0) - (seconds[0] ?? 0);
      const sources = names.map((_, index) => `DS:s${index}:GAUGE:${step * 3}:U:U`).join(' ');
      await program.command(
        `create ${file} --start ${(seconds[0] ?? 0) - step} --step ${step} ${sources} RRA:LAST:0.5:1:${seconds.length + 10}`,
        /^OK/m,
      );
      const rows = seconds.map((at, index) => [at, ...values.map((column) => column[index])].join(':'));
      await program.command(`update ${file} ${rows.join(' ')}`, /^OK/m);
    }
  },
};

function graph(folder: string, set: string, { names, seconds }: Columns): string {
  const file = join(folder, `${set}.rrd`);
  const lines = names.flatMap((name, index) => [
    `DEF:v${index}=${file}:s${index}:LAST`,
    `LINE2:v${index}${COLORS[index]}:${name}`,
  ]);
  const window = `--start ${seconds[0]} --end ${seconds.at(-1)}`;
  return `graph ${join(folder, `${set}.png`)} --full-size-mode --width 900 --height 400 ${window} --title ${set} ${lines.join(' ')}`;
}
