import { describe, expect, it } from 'vitest';
import { formatValue } from '../../../../../src/domain/format-number.ts';
import { unitOf, wordOf } from '../../../../../src/sources/grafana/present/units.ts';

const said = (value: number, id: string, decimals?: number) => {
  const unit = unitOf(id, decimals);
  return `${formatValue(value * unit.factor, unit)}${unit.phrase ? ` ${unit.phrase}` : ''}`.replaceAll('\u202F', ' ');
};

describe("Grafana's units", () => {
  it.each<[number, string, string]>([
    [123_456_789, 'bytes', '118 MiB'],
    [123_456_789, 'decbytes', '123 MB'],
    [123_456_789, 'bits', '118 Mib'],
    [123_456_789, 'decbits', '123 Mb'],
    [123_456_789, 'bps', '123 Mb/s'],
    [123_456_789, 'Bps', '123 MB/s'],
    [123_456_789, 'binbps', '118 Mib/s'],
    [123_456_789, 'binBps', '118 MiB/s'],
    [2, 'kbytes', '2 KiB'],
    [2, 'decgbytes', '2 GB'],
    [42.5, 'percent', '42.5 %'],
    [0.425, 'percentunit', '42.5 %'],
    [0.0023, 's', '2.3 ms'],
    [1500, 'ms', '1.5 s'],
    [120, 'm', '2 h'],
    [3725, 'dtdurations', '62.1 min'],
    [12_340, 'reqps', '12.3 k per second'],
    [1200, 'pps', '1200 packets per second'],
    [21.3, 'celsius', '21.3 °C'],
    [1500, 'si:W', '1500 W'],
    [12_340, 'currencyUSD', '12.3 k$'],
    [5, 'suffix:rpm', '5 rpm'],
    [5, 'nosuch', '5 nosuch'],
    [5, 'prefix:€', '5 €'],
    [1234.5, 'short', '1235'],
    [7, '', '7'],
    [7, '__proto__', '7 __proto__'],
  ])('say %d %s as %s', (value, id, text) => {
    expect(said(value, id)).toBe(text);
  });

  it('keep the decimals that were chosen, but never hide a value', () => {
    expect([said(123_456_789, 'bytes', 2), said(41.26, 'percent', 0), said(0.04, 'percent', 0)]).toEqual([
      '117.74 MiB',
      '41 %',
      '0.04 %',
    ]);
  });

  it('have words for truth', () => {
    expect([
      wordOf('bool_yes_no', 0),
      wordOf('bool_on_off', 3),
      wordOf('bool:good/bad', 1),
      wordOf('bytes', 1),
    ]).toEqual(['no', 'on', 'good', undefined]);
  });
});
