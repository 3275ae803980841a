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

  const KQL = { kind: 'elasticsearch', rawPrefixes: ['kql'], allowsRaw: true, isDemo: false };
  const sourceOf = async (text: string, sources: readonly (typeof KQL & { readonly name: string })[]) => {
    const all = makeDeps({ sources, rawPrefixes: ['kql'], valuesOf: () => Promise.reject(new Error('no such list')) });
    const understood = await understand(text, context, all, AbortSignal.timeout(5_000));
    return understood.kind === 'question' ? understood.question.query.sourceName : understood.kind;
  };
  const demo = { ...KQL, name: 'demo', isDemo: true };
  const logs = { ...KQL, name: 'logs' };
  const audit = { ...KQL, name: 'audit' };

  it('means the own source before the demo, and the demo where it is named', async () => {
    expect(await sourceOf('kql: host.name: web01 and level: error', [demo, logs])).toBe('logs');
    expect(await sourceOf('kql: host.name: web01 on demo', [demo, logs])).toBe('demo');
    expect(await sourceOf('kql: host.name: web01', [demo])).toBe('demo');
    expect(await sourceOf('kql: level: error', [demo, { ...logs, allowsRaw: false }])).toBe('demo');
  });

  it('asks which of several is meant, the demo last', async () => {
    await expect(sourceOf('kql: host.name: web01 1h', [demo, logs, audit])).rejects.toMatchObject({
      code: 'ASK_AMBIGUOUS',
      message: 'Several sources answer `kql:`. Say which: `on logs`, `on audit` or `on demo`.',
      details: {
        suggestions: ['logs', 'audit', 'demo'].map((name) => `kql: host.name: web01 1h on ${name}`),
      },
    });
  });

  it('is refused where no source speaks the language', async () => {
    const asked = understand('graphite: a.b 3h', context, deps, AbortSignal.timeout(5_000));
    await expect(asked).rejects.toMatchObject({ code: 'ASK_FORBIDDEN' });
  });
});
