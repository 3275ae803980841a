/** Every kept picture is drawn again, in its own theme, and compared; its model says which number changed. */
import { copyFileSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { drawChart, layoutChart } from '../../src/render/chart.ts';
import { ALERT_CASES } from './alert-cases.ts';
import { CASES } from './cases.ts';
import { compareWithGolden, preview } from './compare.ts';
import { MORE_CASES } from './more-cases.ts';

const FOLDER = import.meta.dirname;

it.each([...CASES, ...MORE_CASES, ...ALERT_CASES])('draws $name as it is kept', async ({ name, theme, answer }) => {
  const picture = await drawChart(layoutChart(answer, { theme }));
  const { isEqual, message } = await compareWithGolden(FOLDER, name, picture.png);
  expect(isEqual, message).toBe(true);
});

/** Widths of previews: Rocket.Chat's, and a phone's. */
const PREVIEWS = [...CASES, ...MORE_CASES, ...ALERT_CASES]
  .filter(({ name }) =>
    /^(?:0[127]|09-alert-firing-light|10-alert-group-dark|13-alert-resolved-light|12-contact-sheet-dark|13-heatmap-(?:light|dark)|15-strip)/.test(
      name,
    ),
  )
  .flatMap(({ name, theme, answer }) =>
    [480, 360].map((width) => ({ name: `14-preview-${width}-${name}`, width, theme, answer })),
  );

it.each(PREVIEWS)('keeps $name legible when it is scaled down', async ({ name, width, theme, answer }) => {
  const picture = await drawChart(layoutChart(answer, { theme }));
  const { isEqual, message } = await compareWithGolden(FOLDER, name, await preview(picture.png, width));
  expect(isEqual, message).toBe(true);
});

/** Laid out anew for a phone, with two pixels to each of its own. */
const NARROW = [...CASES, ...MORE_CASES, ...ALERT_CASES]
  .filter(({ name }) =>
    /^(?:02|04|05|07|08-comparison-(?:light|hosts)|10-alert-group-(?:light|dark)|12-contact-sheet-light|13-(?:heatmap-limits|demo-notes|negative)-dark|15-strip-light)/.test(
      name,
    ),
  )
  .map((one) => ({ ...one, name: `18-narrow-${one.name}` }));

it.each(NARROW)('draws $name as it is kept', async ({ name, theme, answer }) => {
  const model = layoutChart(answer, { theme, size: { width: 360 } });
  const picture = await drawChart(model);
  const { isEqual, message } = await compareWithGolden(FOLDER, name, await preview(picture.png, 720));
  expect(isEqual, message).toBe(true);
});

it('notices when one label is missing', async () => {
  const { name, theme, answer } = CASES[0] as (typeof CASES)[0];
  const model = layoutChart(answer, { theme });
  const broken = { ...model, texts: [], timeAxis: { ...model.timeAxis, ticks: model.timeAxis.ticks.slice(1) } };
  const picture = await drawChart(broken);
  const folder = mkdtempSync(join(tmpdir(), 'golden-'));
  copyFileSync(join(FOLDER, `${name}.png`), join(folder, `${name}.png`));
  const { UPDATE_GOLDEN } = process.env;
  delete process.env.UPDATE_GOLDEN;
  const found = await compareWithGolden(folder, name, picture.png);
  if (UPDATE_GOLDEN !== undefined) process.env.UPDATE_GOLDEN = UPDATE_GOLDEN;
  expect(found.isEqual).toBe(false);
  expect(existsSync(join(folder, `${name}.diff.png`))).toBe(true);
});
