/** Stock chartjs-node-canvas with its own encoder, on Cairo (npm `canvas`), in a folder of its own. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { configurationOf } from './chromium.ts';
import { startLineProcess } from './line-process.ts';
import type { Peer } from './peer.ts';

const run = promisify(execFile);
const FOLDER = resolve(import.meta.dirname, '../../../.bench/cairo');
const PACKAGES = { canvas: '3.2.3', 'chart.js': '4.6.1', 'chartjs-node-canvas': '5.0.0' };
/** It may have to be compiled. */
const INSTALL_MS = 600_000;

/** Installed on the first run; it takes the headers of Cairo and Pango where it has to be compiled. */
export const cairo: Peer = {
  name: 'stock chartjs-node-canvas on Cairo',
  how: '900×400 at 2x, plain lines, its own encoder, in one thread',
  async start(sets) {
    await install();
    await writeFile(resolve(FOLDER, 'draw.cjs'), SCRIPT);
    const configurations = Object.fromEntries(
      Object.entries(sets).map(([set, { names, seconds, values }]) => [set, configurationOf(names, seconds, values)]),
    );
    await writeFile(resolve(FOLDER, 'sets.json'), JSON.stringify(configurations));
    const program = await startLineProcess(process.execPath, [resolve(FOLDER, 'draw.cjs')]);
    return { draw: (set) => program.command(set, /^done \d{4,}/m), stop: () => program.stop() };
  },
};

async function install(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(
    resolve(FOLDER, 'package.json'),
    JSON.stringify({ private: true, dependencies: PACKAGES, allowScripts: { canvas: true } }),
  );
  try {
    await run('npm', ['install', '--no-audit', '--no-fund', '--silent'], { cwd: FOLDER, timeout: INSTALL_MS });
    await run(process.execPath, ['-e', "require('canvas')"], { cwd: FOLDER });
  } catch {
    throw new Error(
      'npm canvas can be neither downloaded nor compiled here (it takes libcairo2-dev and libpango1.0-dev)',
    );
  }
}

const SCRIPT = `
const { ChartJSNodeCanvas } = require('chartjs-node-canvas');
const sets = require('./sets.json');
const canvas = new ChartJSNodeCanvas({ width: 900, height: 400 });
require('readline').createInterface({ input: process.stdin }).on('line', async (set) => {
  const { options, ...rest } = sets[set];
  const png = await canvas.renderToBuffer({ ...rest, options: { ...options, devicePixelRatio: 2 } });
  console.log('done ' + png.length);
});
`;
