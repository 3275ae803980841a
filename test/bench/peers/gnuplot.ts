/** gnuplot with its pngcairo terminal, told what to draw through its standard input. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLineProcess } from './line-process.ts';
import type { Peer } from './peer.ts';

/** Debian's package gnuplot-nox. */
export const gnuplot: Peer = {
  name: 'gnuplot',
  how: '900×400 at 1x, pngcairo, from a text file, one process for all',
  async start(sets) {
    const folder = await mkdtemp(join(tmpdir(), 'bench-gnuplot-'));
    for (const [set, { seconds, values }] of Object.entries(sets)) {
      const rows = seconds.map((at, index) => [at, ...values.map((column) => column[index])].join(' '));
      await writeFile(join(folder, `${set}.dat`), `${rows.join('\n')}\n`);
    }
    const program = await startLineProcess('gnuplot', []);
    let count = 0;
    return {
      draw(set) {
        count += 1;
        const file = join(folder, `${set}.dat`);
        const lines = sets[set].names.map(
          (name, index) => `'${file}' using 1:${index + 2} with lines lw 2 title '${name}'`,
        );
        const script = [
          'set terminal pngcairo size 900,400',
          `set output '${join(folder, `${set}.png`)}'`,
          `set xdata time; set timefmt '%s'; set format x '%H:%M'; set grid; set title '${set}'`,
          `plot ${lines.join(', ')}`,
          'unset output',
          `print 'done ${count}'`,
        ];
        return program.command(script.join('\n'), new RegExp(`done ${count}\\b`));
      },
      async stop() {
        await program.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
};
