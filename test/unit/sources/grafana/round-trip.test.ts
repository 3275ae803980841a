/** A link that Glimpse gives, read as Grafana reads it and pasted back, is the same question. */
import { describe, expect, it } from 'vitest';
import { makeUnit } from '../../../../src/domain/unit.ts';
import { grafana } from '../../../../src/sources/grafana.ts';
import type { Opened, Source } from '../../../../src/sources/source.ts';
import { readDashboardLink } from '../../../doubles/grafana/read-link.ts';
import { HOST_VARIABLE, SHAPES, TABBED, WEB_OVERVIEW } from '../../../doubles/grafana/shapes.ts';
import { NOW_MS, signal, startGrafana, stored } from './dashboards-harness.ts';

const ZONE = 'Europe/Berlin';
const WINDOW = { fromMs: NOW_MS - 7_200_000, toMs: NOW_MS - 600_000, zone: ZONE, maxPoints: 800 };
/** A value that a page takes as it is written: nothing of it may get lost on the way. */
const HOSTILE = ['a b', 'a&b=c', 'x#y', '50%', 'a+b', '"q"', "it's", 'ü', '(a|b)', 'a_b*', '$__all2', '${host}'];
const TEXT: object = { name: 'text', type: 'textbox', query: 'x', current: {} };
const [PANEL] = WEB_OVERVIEW.v1.panels as object[];
const FREE = {
  uid: 'free',
  v1: {
    title: 'Free text',
    schemaVersion: 39,
    templating: { list: [TEXT, HOST_VARIABLE] },
    panels: [{ ...PANEL, title: 'Of $text and $host' }],
  },
};

async function start() {
  const all = [WEB_OVERVIEW, SHAPES, TABBED, FREE, stored('node-exporter'), stored('kubernetes')];
  const { source, library } = await startGrafana(all);
  const open = (words: string, url?: string) =>
    library.open(
      {
        words: words === '' ? [] : words.split(' '),
        named: [],
        nowMs: NOW_MS,
        zone: ZONE,
        ...(url && { url: new URL(url) }),
      },
      signal,
    );
  return { source, open };
}

function linkOf(source: Source, { block }: Opened, args: Opened['arguments']): string {
  const request = source.request(grafana.block.parse(block), {
    arguments: args,
    unit: makeUnit(),
    consolidate: 'average',
  });
  return source.link(request, WINDOW) ?? '';
}

describe('a link of ours', () => {
  it.each<[string, Record<string, string[]>]>([
    ['web-overview', { host: ['web01'] }],
    ['web-overview cpu', { host: ['web01', 'db01'] }],
    ['web-overview cpu', { host: ['all'] }],
    ['shapes repeated', { host: ['web02'] }],
    ['shapes closed cpu', { host: ['web02', 'web10'] }],
    ['tabbed cpu-of', { host: ['web10'] }],
    ['node cpu basic', {}],
    ['kubernetes memory usage', {}],
  ])('for %s with %j is the same question when it is pasted', async (words, more) => {
    const { source, open } = await start();
    const first = await open(words);
    const args = { ...first.arguments, ...more };
    const link = linkOf(source, first, args);
    const { panel } = first.block as { panel?: number };
    expect(readDashboardLink(link)).toMatchObject({
      fromMs: WINDOW.fromMs,
      toMs: WINDOW.toMs,
      ...(panel !== undefined && { panelId: panel }),
    });
    const second = await open('', link);
    expect([second.block, second.window]).toEqual([first.block, { fromMs: WINDOW.fromMs, toMs: WINDOW.toMs }]);
    expect(second.arguments).toEqual(args);
    expect(linkOf(source, second, second.arguments)).toBe(link);
  });

  it('brings every value back as it was', async () => {
    const { source, open } = await start();
    const first = await open('free of');
    const links = HOSTILE.map((text) => linkOf(source, first, { ...first.arguments, text: [text] }));
    expect(links.map((link) => readDashboardLink(link).variables.text)).toEqual(HOSTILE.map((text) => [text]));
    const back = await Promise.all(links.map(async (link) => (await open('', link)).arguments.text));
    expect(back).toEqual(HOSTILE.map((text) => [text]));
  });
});
