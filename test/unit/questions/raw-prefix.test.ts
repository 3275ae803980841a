import { describe, expect, it } from 'vitest';
import { understand } from '../../../src/questions/understand.ts';
import { makeDeps } from './world.ts';

const PROM = {
  name: 'prom',
  kind: 'prometheus',
  rawPrefixes: ['promql', 'prometheus'],
  allowsRaw: true,
  isDemo: false,
};
const deps = makeDeps({ sources: [PROM], rawPrefixes: PROM.rawPrefixes });
const context = { nowMs: Date.UTC(2026, 10, 25, 12), zone: 'UTC', isAddressed: true };

describe('the prefix of a raw question', () => {
  it.each(['promql', 'PromQL', 'prometheus'])('may be %s, for a source whose language is PromQL', async (prefix) => {
    const text = `${prefix}: sum by (job) (rate(up{a="b c"}[5m])) last 3h`;
    const understood = await understand(text, context, deps, AbortSignal.timeout(5_000));
    expect(understood).toMatchObject({
      kind: 'question',
      question: {
        query: { kind: 'prometheus', sourceName: 'prom', block: 'sum by (job) (rate(up{a="b c"}[5m]))' },
        range: { fromMs: Date.UTC(2026, 10, 25, 9) },
      },
    });
  });

  it('is refused where no source speaks the language', async () => {
    const asked = understand('graphite: a.b 3h', context, deps, AbortSignal.timeout(5_000));
    await expect(asked).rejects.toMatchObject({ code: 'ASK_FORBIDDEN' });
  });
});
