import { describe, expect, it } from 'vitest';
import type { SeriesFrame } from '../../../../src/domain/frame.ts';
import { makeSeries } from '../../../../src/domain/series.ts';
import { makeUnit } from '../../../../src/domain/unit.ts';
import { claimSeries, unclaimed } from '../../../../src/sources/grafana/claim-series.ts';

function frameOf(
  ...series: readonly (readonly [name: string, labels: Readonly<Record<string, string>>])[]
): SeriesFrame {
  return {
    kind: 'series',
    range: { fromMs: 0, toMs: 1, zone: 'UTC', text: '' },
    warnings: [],
    series: series.map(([name, labels]) => makeSeries({ name, labels, unit: makeUnit() }, [[0, 1]])),
  };
}

const hosts = (frame: SeriesFrame) => frame.series.map(({ labels }) => labels.host);

describe('a series belongs to a value of the question', () => {
  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['by the label of that name', 'x', { host: 'web01' }],
    ['by another label', 'x', { instance: 'web01' }],
    ['by a label with a port', 'x', { instance: 'web01:9100' }],
    ['by a label with a domain', 'x', { instance: 'web01.example.net' }],
    ['by its name', 'web01', {}],
    ['by a word of its name', 'servers.web01.cpu', {}],
  ])('%s', (_, name, labels) => {
    expect(hosts(claimSeries(frameOf([name, labels]), { host: ['web0', 'web01', 'web012'] }))).toEqual(['web01']);
  });

  it('as long as it is the only one', () => {
    expect(hosts(claimSeries(frameOf(['x', {}], ['y', {}]), { host: ['web01'] }))).toEqual(['web01', 'web01']);
  });

  it('or to none, and then stands last', () => {
    const frame = claimSeries(frameOf(['total', {}], ['b', { host: 'b' }], ['a', { host: 'a' }]), { host: ['a', 'b'] });
    expect(frame.series.map(({ name }) => name)).toEqual(['a', 'b', 'total']);
  });

  it('in the order of the question, then of the panel', () => {
    const frame = frameOf(['b1', { host: 'b' }], ['a1', { host: 'a' }], ['b2', { host: 'b' }], ['a2', { host: 'a' }]);
    expect(claimSeries(frame, { host: ['b', 'a'] }).series.map(({ name }) => name)).toEqual(['b1', 'b2', 'a1', 'a2']);
  });

  it('and a value without one is told, where all others are known', () => {
    const asked = { host: ['a', 'b', 'c'] };
    expect(unclaimed(claimSeries(frameOf(['x', { host: 'a' }], ['y', { host: 'c' }]), asked).series, asked)).toEqual([
      'b',
    ]);
    expect(unclaimed(claimSeries(frameOf(['x', { host: 'a' }], ['total', {}]), asked).series, asked)).toEqual([]);
  });
});
