/** Native histograms as the query API sends them. Pure. */
import { z } from 'zod';

/** One bucket; `low` and `high` in the metric's own unit. */
export interface HistogramBucket {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/** A histogram at a moment. */
export interface HistogramPoint {
  readonly seconds: number;
  readonly buckets: readonly HistogramBucket[];
}

const amount = z.string().transform(Number);
/** The first number says which ends belong to a bucket, which is of no matter for a picture. */
const Bucket = z.tuple([z.number(), amount, amount, amount]);
const Histograms = z.array(z.tuple([z.number(), z.object({ buckets: z.array(Bucket).optional() })]));

/** Decodes `histograms` of a series. @throws ZodError for another shape */
export function decodeHistograms(value: unknown): HistogramPoint[] {
  return Histograms.parse(value).map(([seconds, { buckets = [] }]) => ({
    seconds,
    buckets: buckets.map(([, low, high, count]) => ({ low, high, count })),
  }));
}
