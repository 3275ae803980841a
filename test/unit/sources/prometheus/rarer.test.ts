/** That values come more rarely than the configuration says is said, with what to change. */
import { expect, it } from 'vitest';
import { bodyOf, startPrometheus, windowOf } from '../prometheus-harness.ts';

const everySeconds = (seconds: number) =>
  bodyOf([{ metric: { host: 'web01' }, values: Array.from({ length: 20 }, (_, at) => [1_200 - at * seconds, '5']) }]);

async function warningsOf(everyS: number, scrapeInterval: string): Promise<readonly string[]> {
  const { ask } = await startPrometheus(() => ({ body: everySeconds(everyS) }), { scrapeInterval });
  const { warnings } = await ask({ expr: 'load' }, { window: windowOf(1_200) });
  return warnings.map((text) => text.replace(/\s/g, ' '));
}

it('names the distance of values and the `scrapeInterval` that they are rarer than', async () => {
  expect(await warningsOf(60, '15s')).toEqual([
    'Values come every 1 min, more rarely than the `scrapeInterval` of the source in the config (15 s).',
  ]);
});

it('says nothing of values that come as often as the configuration says', async () => {
  expect(await warningsOf(60, '1m')).toEqual([]);
});
