import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { parseTimeRange } from '../../../../../src/questions/parse-time-range.ts';
import { readPage } from '../../../../../src/sources/grafana/library/page.ts';
import { rangeTextOf, readMoment, readWindow } from '../../../../../src/sources/grafana/library/page-time.ts';
import { templateOf } from '../../../../../src/sources/grafana/library/templates.ts';
import { NOW_MS } from '../dashboards-harness.ts';

const HOUR_MS = 3_600_000;
const ZONE = 'Europe/Berlin';

describe('times of pages', () => {
  it.each<[string, number]>([
    ['now', NOW_MS],
    ['now-6h', NOW_MS - 6 * HOUR_MS],
    ['now-90m', NOW_MS - 1.5 * HOUR_MS],
    ['now+1h', NOW_MS + HOUR_MS],
    ['now/d', Date.UTC(2026, 10, 19, 23)],
    ['now-1d/d', Date.UTC(2026, 10, 18, 23)],
    ['now-1M', Date.UTC(2026, 9, 20, 9)],
    ['1795000000000', 1_795_000_000_000],
    ['1795000000', 1_795_000_000_000],
    ['2026-11-20T08:00:00Z', NOW_MS - 2 * HOUR_MS],
    ['2026-11-20T09:00:00.000+01:00', NOW_MS - 2 * HOUR_MS],
    ['2026-11-20 09:00:00', NOW_MS - 2 * HOUR_MS],
    ['20261120T090000', NOW_MS - 2 * HOUR_MS],
  ])('%s is a moment', (text, ms) => {
    expect(readMoment(text, NOW_MS, ZONE)).toBe(ms);
  });

  it('go to the end of a day where they end a window', () => {
    expect(readWindow('now-1d/d', 'now-1d/d', NOW_MS, ZONE)).toEqual({
      fromMs: Date.UTC(2026, 10, 18, 23),
      toMs: Date.UTC(2026, 10, 19, 23),
    });
  });

  it.each(['', 'now-', 'now-6x', 'nowish', 'yesterday', '12', 'now-999999999h', '2026-13-45', '__proto__'])(
    '%j is none',
    (text) => {
      expect(readMoment(text, NOW_MS, ZONE)).toBeUndefined();
    },
  );

  it('end now at the latest, and are never empty', () => {
    expect(readWindow('now-1h', 'now+1h', NOW_MS, ZONE)).toEqual({ fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS });
    expect([
      readWindow('now+1h', 'now+2h', NOW_MS, ZONE),
      readWindow('now', 'now', NOW_MS, ZONE),
      readWindow(null, 'now', NOW_MS, ZONE),
    ]).toEqual([undefined, undefined, undefined]);
  });

  it.each<[string, string | undefined, string | undefined]>([
    ['now-6h', 'now', '6h'],
    ['now-7d', undefined, '7d'],
    ['now-1M', 'now', '30d'],
    ['now/d', 'now', 'today'],
    ['now-1d/d', 'now-1d/d', 'yesterday'],
    ['now/w', 'now/w', 'this week'],
    ['now-6h', 'now-1h', undefined],
    ['2026-01-01', 'now', undefined],
  ])('from %s to %s are %s in our words', (from, to, text) => {
    expect(rangeTextOf(from, to)).toBe(text);
    if (text !== undefined) expect(parseTimeRange(text, NOW_MS, ZONE).toMs).toBeLessThanOrEqual(NOW_MS);
  });

  test.prop([fc.string({ maxLength: 30 })])('of any kind are read or not, but never break', (text) => {
    const ms = readMoment(text, NOW_MS, ZONE);
    expect(ms === undefined || Number.isFinite(ms)).toBe(true);
  });
});

describe('pages', () => {
  const base = 'https://grafana.example/';
  const HOSTILE = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.constantFrom('__proto__', '${x}', '"}],', '\u2028', '%00', '../..'),
  );

  test.prop([fc.array(fc.tuple(HOSTILE, HOSTILE), { maxLength: 8 }), HOSTILE])(
    'of any kind are read or not, but never break',
    (pairs, path) => {
      const query = new URLSearchParams([
        ...pairs,
        ['panes', pairs.flat().join('')],
        ['var-__proto__', 'x'],
        ['var-host', path],
      ]);
      for (const place of ['d/uid/', 'explore', 'goto/', '']) {
        const page = readPage(new URL(`${place}${encodeURIComponent(path)}?${query}`, base));
        if (page?.kind === 'dashboard') expect([page.uid, page.variables.host]).toEqual(['uid', [path]]);
      }
      expect(({} as Record<string, unknown>).x).toBeUndefined();
    },
  );

  it('bring lists of values, bounded', () => {
    const query = new URLSearchParams(
      Array.from({ length: 500 }, (_, index): [string, string] => ['var-host', `h${index}`]),
    );
    const page = readPage(new URL(`d/abc?${query}`, base));
    expect(page?.kind === 'dashboard' && page.variables.host?.length).toBe(200);
  });

  it.each([
    ['viewPanel=12', { panel: 12 }],
    ['viewPanel=panel-12-clone-3', { panel: 12, copy: 3 }],
    ['viewPanel=row-1-clone-2%2Fpanel-12', { panel: 12 }],
    ['viewPanel=A%24panel-12', { panel: 12 }],
    ['viewPanel=nothing', {}],
    ['time=1795000000000&time.window=600000', { range: { from: '1794999700000', to: '1795000300000' } }],
  ])('with %s', (query, wanted) => {
    expect(readPage(new URL(`d/abc?${query}`, base))).toMatchObject(wanted);
  });
});

describe('titles of dashboards as templates', () => {
  const names = new Set(['host']);
  it.each([
    ['CPU of $host', 'CPU of ${host}'],
    ['${host:text} [[host]] ${host.text}', '${host} ${host} ${host}'],
    ['$env / $other ${x', 'prod, eu / $other $${x'],
  ])('%s', (text, template) => {
    expect(templateOf(text, names, { env: ['prod', 'eu'] })).toBe(template);
  });
});
