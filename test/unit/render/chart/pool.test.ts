/** The pool: pictures from threads, and what happens to those that hang, fail or come too many. */
import { afterEach, expect, it } from 'vitest';
import type { Answer } from '../../../../src/domain/answer.ts';
import { makeTask } from '../../../../src/render/chart/task.ts';
import { createRenderPool, type RenderPool, type RenderPoolOptions } from '../../../../src/render/pool.ts';
import { makeAnswer, savedQuery } from '../../../golden/generate.ts';
import { MORE_CASES } from '../../../golden/more-cases.ts';

const pools: RenderPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function open(options: Partial<RenderPoolOptions> = {}): RenderPool {
  const pool = createRenderPool({ threads: 1, maxQueue: 4, deadlineMs: 25_000, ...options });
  pools.push(pool);
  return pool;
}

const fake = (options: Partial<RenderPoolOptions> = {}) =>
  open({ workerFile: new URL('./workers/hanging.ts', import.meta.url), ...options });
const answer = (title: string) => makeAnswer({ title, series: { busy: (at) => 40 + 10 * Math.sin(at * 9) } });
const light = { theme: 'light' } as const;
const never = () => new AbortController().signal;
const render = (pool: RenderPool, title: string, signal = never()) => pool.render(answer(title), light, signal);

it('draws a picture of the promised size in a thread', async () => {
  const picture = await open().render(answer('CPU'), { ...light, slots: { other: 1 } }, never());
  expect([picture.width, picture.height]).toEqual([1800, 800]);
  expect([...picture.png.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('PNG');
  expect(picture.slots).toEqual({ other: 1, busy: 2 });
});

it('takes answers whose source block cannot be cloned, and views of large buffers', async () => {
  const made = answer('CPU');
  const query = savedQuery({ block: { fetch: () => undefined } });
  const picture = await open().render({ ...made, question: { ...made.question, query } }, light, never());
  expect(picture.width).toBe(1800);
});

it('says that there is nothing to draw', async () => {
  const empty = makeAnswer({ title: 'Empty', series: { busy: () => null } });
  await expect(open().render(empty, light, never())).rejects.toMatchObject({ code: 'RENDER_FAILED' });
});

it.each(['spin', 'wait'])('ends a thread that hangs (%s) and goes on with a new one', async (title) => {
  const pool = fake({ deadlineMs: 1_500 });
  await expect(render(pool, title)).rejects.toMatchObject({ code: 'RENDER_TIMEOUT' });
  await expect(render(pool, 'fine')).resolves.toMatchObject({ width: 1800 });
});

it('refuses more than the queue holds, and draws what it holds', async () => {
  const pool = fake({ maxQueue: 1, deadlineMs: 1_500 });
  await render(pool, 'fine');
  const results = await Promise.allSettled(['wait', 'fine', 'fine', 'fine'].map((title) => render(pool, title)));
  const codes = results.map((result) => (result.status === 'rejected' ? result.reason.code : 'drawn'));
  expect(codes.filter((code) => code === 'RENDER_OVERLOADED')).toHaveLength(2);
  expect(codes[0]).toBe('RENDER_TIMEOUT');
});

it.each(['throw', 'exit'])('reports a thread that breaks (%s) and draws the next chart', async (title) => {
  const pool = fake();
  await expect(render(pool, title)).rejects.toMatchObject({ code: 'RENDER_FAILED' });
  await expect(render(pool, 'fine')).resolves.toMatchObject({ width: 1800 });
});

it.each([
  ['jpeg', /no PNG/],
  ['small', /900×400 px instead of 1800×800/],
])('does not hand on a %s picture', async (title, message) => {
  await expect(render(fake(), title)).rejects.toMatchObject({
    code: 'RENDER_FAILED',
    message: expect.stringMatching(message),
  });
});

it('stops when the caller gives up, with its reason', async () => {
  const controller = new AbortController();
  const pool = fake();
  const pending = render(pool, 'wait', controller.signal);
  controller.abort(new Error('gone'));
  await expect(pending).rejects.toThrow('gone');
  await expect(render(pool, 'fine', AbortSignal.abort(new Error('never mind')))).rejects.toThrow('never mind');
});

it('draws heatmaps, contact sheets and strips in a thread, with nothing that cannot be cloned', async () => {
  const pool = open();
  const functions = { fetch: () => undefined };
  const hostile = (answer: Answer): Answer => ({
    ...answer,
    question: { ...answer.question, query: savedQuery({ block: functions }) },
  });
  const sizes = [];
  for (const name of ['13-heatmap-light', '12-contact-sheet-light', '15-strip-light', '16-exemplars-light']) {
    const found = MORE_CASES.find((one) => one.name === name);
    if (!found) throw new Error(`no case ${name}`);
    const { width, height } = await pool.render(hostile(found.answer), light, never());
    sizes.push([width, height]);
  }
  expect(sizes).toEqual([
    [1800, 800],
    [1800, 1240],
    [1800, 1008],
    [1800, 800],
  ]);
});

it('sends a thread no more than is drawn', () => {
  const found = MORE_CASES.find(({ name }) => name === '15-three-strips-dark');
  const table = {
    kind: 'table' as const,
    range: found?.answer.question.range as never,
    warnings: [],
    columns: [],
    rows: [],
  };
  const { answer: lean } = makeTask(
    { ...(found?.answer as Answer), frames: [...(found?.answer.frames ?? []), table] },
    light,
  );
  expect(lean.frames.map(({ kind }) => kind)).toEqual(['series']);
  expect(lean.under).toHaveLength(4);
  expect([...lean.frames, ...(lean.under ?? [])].every(({ warnings, links }) => warnings.length === 0 && !links)).toBe(
    true,
  );
  expect(structuredClone(lean)).toEqual(lean);
});
