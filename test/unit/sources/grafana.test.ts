import { describe, expect, it } from 'vitest';
import { startGrafana } from './grafana-harness.ts';

const CPU = { dashboard: 'web-overview', panel: 4, variables: { host: '${host}' } };

describe('a panel of Grafana', () => {
  it('is asked with the values of the question and drawn', async () => {
    const { ask, queries } = await startGrafana();
    const frame = await ask(CPU, { arguments: { host: ['web02', 'db01'] } });
    expect(frame.series.map(({ name }) => name)).toEqual(['web02', 'db01']);
    expect(frame.series.map(({ unit }) => unit.id)).toEqual(['percent', 'percent']);
    expect(queries()[0]?.queries[0]?.expr).toBe('rig_cpu_user_percent{host=~"(web02|db01)"}');
  });
});
