/** A screenshot of a page that draws with chart.js, in a headless Chromium that is warm. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { chromium as browser } from 'playwright-core';
import type { Peer } from './peer.ts';

const PLACES = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const COLORS = ['#0072B2', '#D55E00', '#009E73', '#CC79A7'];

/** Whatever Chromium the machine has. */
export const chromium: Peer = {
  name: 'warm headless Chromium',
  how: '900×400 at 2x, chart.js on a page, screenshot of it, the page stays open',
  async start(sets) {
    const executablePath = PLACES.find((path) => path !== undefined && existsSync(path));
    if (executablePath === undefined) throw new Error('there is no Chromium');
    const running = await browser.launch({ executablePath, args: ['--no-sandbox'] });
    const page = await running.newPage({ viewport: { width: 900, height: 400 }, deviceScaleFactor: 2 });
    await page.setContent('<body style="margin:0"><canvas id="c" width="900" height="400"></canvas></body>');
    const library = dirname(createRequire(import.meta.url).resolve('chart.js'));
    await page.addScriptTag({ path: join(library, 'chart.umd.js') });
    const configurations = Object.fromEntries(
      Object.entries(sets).map(([set, { names, seconds, values }]) => [set, configurationOf(names, seconds, values)]),
    );
    return {
      async draw(set) {
        // the page's own words: a function here would be checked against Node's types
        const configuration = JSON.stringify(configurations[set]);
        await page.evaluate(
          `{ window.last?.destroy(); window.last = new Chart(document.getElementById('c'), ${configuration}); }`,
        );
        const png = await page.screenshot({ type: 'png' });
        if (png.length < 2_000) throw new Error('no picture');
      },
      stop: () => running.close(),
    };
  },
};

/** The same plain lines for everything that draws with chart.js. */
export function configurationOf(
  names: readonly string[],
  seconds: readonly number[],
  values: readonly (readonly number[])[],
) {
  return {
    type: 'line',
    data: {
      datasets: names.map((name, index) => ({
        label: name,
        borderColor: COLORS[index],
        borderWidth: 2,
        pointRadius: 0,
        data: seconds.map((x, row) => ({ x, y: values[index]?.[row] })),
      })),
    },
    options: {
      animation: false,
      responsive: false,
      parsing: false,
      normalized: true,
      scales: { x: { type: 'linear' } },
    },
  };
}
