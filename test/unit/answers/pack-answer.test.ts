import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { PACKED_MAX_BYTES, packAnswer, unpackAnswer } from '../../../src/answers/pack-answer.ts';
import type { HeatmapFrame, LogsFrame } from '../../../src/domain/frame.ts';
import { makeUnit } from '../../../src/domain/unit.ts';
import { answerCsv } from '../../../src/render/csv.ts';
import { exampleValues, NOW, sampleAnswer, sampleFrame, sampleRange, sampleSeries } from '../render/sample-answers.ts';
import { keptOf } from './make.ts';

it('gives back what was kept, gaps and open buckets included, without what a source was asked by', async () => {
  const heatmap: HeatmapFrame = {
    kind: 'heatmap',
    range: sampleRange(),
    warnings: [],
    xEdges: Float64Array.of(1, 2, 5),
    yEdges: Float64Array.of(0, 1, Number.POSITIVE_INFINITY),
    counts: Float64Array.of(3, Number.NaN, 0, 7),
    unit: makeUnit('seconds'),
  };
  const answer = sampleAnswer([sampleSeries('web01', [...exampleValues().slice(0, 58), null, 1 / 3])], {
    query: { block: { secret: 'target' }, aliases: ['processor'] },
    under: [sampleFrame([sampleSeries('5xx', [1])], { title: 'Errors' })],
    comparison: { label: 'last week', offsetMs: 1, fromMs: NOW, frames: [heatmap] },
  });
  const kept = keptOf(answer);
  const packed = await packAnswer(kept);
  expect(Buffer.from(packed).includes('secret')).toBe(false);
  const back = await unpackAnswer(packed);
  const query = { ...answer.question.query, block: null };
  expect(back).toEqual({ ...kept, answer: { ...answer, question: { ...answer.question, query } } });
});

it('keeps log lines whatever their fields are called', async () => {
  const logs: LogsFrame = {
    kind: 'logs',
    range: sampleRange(),
    warnings: [],
    total: 1,
    lines: [{ timeMs: 1, message: '\u0000"</script>', fields: { $f64: 'AAAA', constructor: 'x', times: 'y' } }],
  };
  const kept = keptOf(sampleAnswer([], { frames: [logs] }));
  expect((await unpackAnswer(await packAnswer(kept))).answer?.frames).toEqual([logs]);
});

const numbers = fc.array(fc.double(), { maxLength: 40 }).map((values) => Float64Array.from(values));
propertyTest.prop([numbers, numbers], { numRuns: 100 })('keeps every number to the last bit', async (times, values) => {
  const series = { ...sampleSeries('a', [1]), times, values };
  const sane = keptOf(sampleAnswer([sampleSeries('a', [1])]));
  const { answer } = await unpackAnswer(await packAnswer({ ...sane, answer: sampleAnswer([series]) }));
  const [frame] = answer?.frames ?? [];
  expect(frame?.kind === 'series' && frame.series[0]?.times).toEqual(times);
  expect(frame?.kind === 'series' && frame.series[0]?.values).toEqual(values);
});

it('keeps no more than its bound of a huge answer, its extremes among it, and says so', async () => {
  const values = Array.from({ length: 900_000 }, (_, index) => Math.sin(index) * 50 + Math.sqrt(index));
  values[777_777] = 99_999;
  const answer = sampleAnswer([sampleSeries('web01', values, { stepMs: 1 })]);
  const packed = await packAnswer(keptOf(answer));
  expect(packed.byteLength).toBeLessThanOrEqual(PACKED_MAX_BYTES);
  const back = (await unpackAnswer(packed)).answer;
  const [frame] = back?.frames ?? [];
  const kept = frame?.kind === 'series' ? frame.series[0] : undefined;
  expect(kept?.values.length).toBeGreaterThan(50_000);
  expect(kept?.values.includes(99_999)).toBe(true);
  expect(kept?.times.every((time, index, all) => index === 0 || time > (all[index - 1] as number))).toBe(true);
  expect(back?.notes.at(-1)).toMatch(/too many to keep/);
});

it('keeps the newest of too many log lines', async () => {
  const lines = Array.from({ length: 20_000 }, (_, index) => ({ timeMs: index, message: `line ${index}`, fields: {} }));
  const logs: LogsFrame = { kind: 'logs', range: sampleRange(), warnings: [], total: 20_000, lines };
  const back = (await unpackAnswer(await packAnswer(keptOf(sampleAnswer([], { frames: [logs] }))))).answer;
  const [frame] = back?.frames ?? [];
  expect(frame?.kind === 'logs' && [frame.lines.length, frame.lines.at(-1)?.message]).toEqual([2_000, 'line 19999']);
});

it('gives the same CSV as before', async () => {
  const answer = sampleAnswer([sampleSeries('web01', exampleValues())]);
  const back = (await unpackAnswer(await packAnswer(keptOf(answer)))).answer;
  expect(back && answerCsv(back)).toBe(answerCsv(answer));
});

it.each([new Uint8Array(), new Uint8Array([1, 2, 3])])('refuses what is damaged', async (bytes) => {
  await expect(unpackAnswer(bytes)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
