/** What draws the same data otherwise, and how it is timed. */
import type { Answer } from '../../../src/domain/answer.ts';
import type { SeriesFrame } from '../../../src/domain/frame.ts';
import { jagged, smooth } from '../data.ts';

/** The data sets that ratios are measured on. */
export type DataSet = 'smooth' | 'jagged';

/** How long another way of drawing took, or why it could not be had here. */
export type PeerResult =
  | { readonly name: string; readonly how: string; readonly medianMs: Readonly<Record<DataSet, number>> }
  | { readonly name: string; readonly missing: string };

/** Another way of drawing. */
export interface Peer {
  readonly name: string;
  /** What was drawn, at which size, and what is not counted. */
  readonly how: string;
  /** @throws Error that says why it cannot be had here */
  start(sets: Readonly<Record<DataSet, Columns>>): Promise<Drawing>;
}

/** A peer that is warm. */
export interface Drawing {
  /** Draws one picture to the last byte. */
  draw(set: DataSet): Promise<void>;
  stop(): Promise<void>;
}

/** Series side by side: seconds since 1970, and a column of values for each series. */
export interface Columns {
  readonly names: readonly string[];
  readonly seconds: readonly number[];
  readonly values: readonly (readonly number[])[];
}

const WARM_UP = 5;

/** Times a peer on both data sets. */
export async function timePeer({ name, how, start }: Peer, rounds: number): Promise<PeerResult> {
  let drawing: Drawing | undefined;
  try {
    drawing = await start({ smooth: columnsOf(smooth()), jagged: columnsOf(jagged()) });
    const medianMs = {
      smooth: await timeSet(drawing, 'smooth', rounds),
      jagged: await timeSet(drawing, 'jagged', rounds),
    };
    return { name, how, medianMs };
  } catch (error) {
    return { name, missing: (error as Error).message.split('\n')[0] ?? 'unknown' };
  } finally {
    await drawing?.stop();
  }
}

async function timeSet(drawing: Drawing, set: DataSet, rounds: number): Promise<number> {
  const tookMs: number[] = [];
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const startMs = performance.now();
    await drawing.draw(set);
    if (round >= 0) tookMs.push(performance.now() - startMs);
  }
  return tookMs.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}

function columnsOf({ frames }: Answer): Columns {
  const { series } = frames[0] as SeriesFrame;
  return {
    names: series.map(({ name }) => name),
    seconds: Array.from(series[0]?.times ?? [], (timeMs) => timeMs / 1_000),
    values: series.map(({ values }) => [...values]),
  };
}
