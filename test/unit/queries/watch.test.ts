import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Catalog } from '../../../src/domain/catalog.ts';
import type { BotError } from '../../../src/domain/errors.ts';
import { watchCatalog } from '../../../src/queries/watch.ts';
import { createFakeClock } from '../../doubles/fake-clock.ts';
import { sourceKinds } from '../config/fake-kinds.ts';
import { makeFolder, writeFiles } from './workspace.ts';

const POLL_MS = 2_000;
const SETTLE_MS = 300;

/** A watch over a folder with one good file, under a clock that the test moves. */
async function startWatch(files: Readonly<Record<string, string>> = { 'a.yaml': 'cpu: { graphite: x }' }) {
  const folder = makeFolder(files);
  const clock = createFakeClock(0);
  const faults: BotError[] = [];
  const loaded: Catalog[] = [];
  const watch = await watchCatalog({
    folders: [{ pack: 'ours', path: folder }],
    sources: [{ name: 'g', kind: 'graphite' }],
    sourceKinds,
    env: { hostname: 'box7', cwd: folder },
    clock,
    onFault: (error) => faults.push(error),
    onLoad: (catalog) => loaded.push(catalog),
  });
  onTestFinished(() => watch.close());
  /** Lets time pass once the watch is asleep, and waits until it sleeps again. */
  const pass = async (ms: number) => {
    const asleep = () => vi.waitFor(() => expect(clock.sleepers).toBe(1));
    await asleep();
    await clock.advance(ms);
    await asleep();
  };
  return {
    folder,
    watch,
    faults,
    loaded,
    clock,
    pass,
    write: (changed: Readonly<Record<string, string>>) => writeFiles(folder, changed),
    names: () => watch.current().names,
  };
}

describe('following files', () => {
  it('takes a change when it has come to rest', async () => {
    const { write, pass, names, loaded } = await startWatch();
    write({ 'a.yaml': 'cpu: { graphite: x }\nload: { graphite: y }' });
    await pass(POLL_MS);
    expect(names()).toEqual(['cpu']);
    await pass(SETTLE_MS);
    expect(names()).toEqual(['cpu', 'load']);
    expect(loaded).toHaveLength(1);
  });

  it('takes new and removed files', async () => {
    const { folder, write, pass, names } = await startWatch();
    write({ 'deep/b.yaml': 'load: { graphite: y }' });
    rmSync(join(folder, 'a.yaml'));
    await pass(POLL_MS);
    await pass(SETTLE_MS);
    expect(names()).toEqual(['load']);
  });

  it('waits while files are still being written', async () => {
    const { write, pass, names } = await startWatch();
    write({ 'a.yaml': 'cpu: { graphite: x }\nload: {' });
    await pass(POLL_MS);
    write({ 'a.yaml': 'cpu: { graphite: x }\nload: { graphite: longer }' });
    await pass(SETTLE_MS);
    expect(names()).toEqual(['cpu']);
    await pass(POLL_MS);
    await pass(SETTLE_MS);
    expect(names()).toEqual(['cpu', 'load']);
  });

  it('follows a link that is turned to another folder, as mounted configuration does', async () => {
    const { folder, write, pass, names } = await startWatch({});
    write({ '.v1/a.yaml': 'alpha: { graphite: x }', '.v2/a.yaml': 'gamma: { graphite: x }' });
    symlinkSync('.v1', join(folder, 'current'));
    await pass(POLL_MS);
    await pass(SETTLE_MS);
    expect(names()).toEqual(['alpha']);
    rmSync(join(folder, 'current'));
    symlinkSync('.v2', join(folder, 'current'));
    await pass(POLL_MS);
    await pass(SETTLE_MS);
    expect(names()).toEqual(['gamma']);
  });

  it('loads nothing while nothing changes', async () => {
    const { pass, loaded } = await startWatch();
    await pass(POLL_MS);
    await pass(POLL_MS);
    expect(loaded).toEqual([]);
  });
});

describe('a broken set', () => {
  it('leaves the last good one in force as a whole and is reported once', async () => {
    const { write, pass, names, faults, watch } = await startWatch();
    const before = watch.current();
    write({ 'a.yaml': 'cpu: { graphite: x }\nload: { graphite: y, worst: up }', 'b.yaml': 'disk: { graphite: z }' });
    await pass(POLL_MS);
    await pass(SETTLE_MS);
    await pass(POLL_MS);
    await pass(POLL_MS);
    expect(watch.current()).toBe(before);
    expect(names()).toEqual(['cpu']);
    expect(faults.map(({ code, message }) => [code, message.split('\n')[1]])).toEqual([
      ['CONFIG_QUERY_INVALID', expect.stringContaining('a.yaml:2:29: load.worst:')],
    ]);
  });

  it('is left behind when it is mended', async () => {
    const { write, pass, names } = await startWatch();
    write({ 'a.yaml': '{' });
    await pass(POLL_MS);
    await pass(SETTLE_MS);
    write({ 'a.yaml': 'disk: { graphite: z }' });
    await pass(POLL_MS);
    await pass(SETTLE_MS);
    expect(names()).toEqual(['disk']);
  });

  it('may be a folder that went away', async () => {
    const { folder, pass, names, faults } = await startWatch();
    rmSync(folder, { recursive: true });
    await pass(POLL_MS);
    await pass(SETTLE_MS);
    expect(names()).toEqual(['cpu']);
    expect(faults[0]?.message).toContain('there is no folder');
  });

  it('is refused at the start', async () => {
    await expect(startWatch({ 'a.yaml': 'cpu: {}' })).rejects.toMatchObject({ code: 'CONFIG_QUERY_INVALID' });
  });
});

it('stops looking when it is closed, and keeps its set', async () => {
  const { watch, clock, names } = await startWatch();
  await watch.close();
  expect(clock.sleepers).toBe(0);
  expect(names()).toEqual(['cpu']);
});
