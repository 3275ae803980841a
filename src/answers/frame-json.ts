/** Frames as JSON that gives the same frames back, to the last bit: arrays of numbers as base64, even steps as a rule. Pure. */
import type { Frame } from '../domain/frame.ts';

/** Numbers: eight bytes each in base64, or where they begin, how far apart they are and how many. */
type Numbers = string | { readonly from: number; readonly step: number; readonly count: number };

/** A frame with its arrays packed; everything else as it is. */
export type PackedFrame = Readonly<Record<string, unknown>> & { readonly kind: Frame['kind'] };

/** Packs a frame. */
export function packFrame(frame: Frame): PackedFrame {
  switch (frame.kind) {
    case 'series': {
      const series = frame.series.map((one) => ({ ...one, times: pack(one.times), values: pack(one.values) }));
      return { ...frame, series };
    }
    case 'heatmap':
      return { ...frame, xEdges: pack(frame.xEdges), yEdges: pack(frame.yEdges), counts: pack(frame.counts) };
    default:
      return { ...frame };
  }
}

/** Gives back what {@link packFrame} packed. */
export function unpackFrame(packed: PackedFrame): Frame {
  switch (packed.kind) {
    case 'series': {
      const series = packed.series as readonly (Readonly<Record<string, unknown>> & {
        times: Numbers;
        values: Numbers;
      })[];
      const unpacked = series.map((one) => ({ ...one, times: unpack(one.times), values: unpack(one.values) }));
      return { ...packed, series: unpacked } as unknown as Frame;
    }
    case 'heatmap': {
      const { xEdges, yEdges, counts } = packed as unknown as Record<'xEdges' | 'yEdges' | 'counts', Numbers>;
      return { ...packed, xEdges: unpack(xEdges), yEdges: unpack(yEdges), counts: unpack(counts) } as unknown as Frame;
    }
    default:
      return packed as unknown as Frame;
  }
}

/** Fewer than this are not worth a rule. */
const EVEN_MIN = 3;

function pack(numbers: Float64Array): Numbers {
  return evenly(numbers) ?? Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
}

function evenly(numbers: Float64Array): Numbers | undefined {
  const [from = 0, second = 0] = numbers;
  const step = second - from;
  const count = numbers.length;
  if (count < EVEN_MIN || !Number.isFinite(from) || !Number.isFinite(step)) return undefined;
  for (let index = 0; index < count; index += 1) if (!Object.is(numbers[index], from + index * step)) return undefined;
  return { from, step, count };
}

function unpack(packed: Numbers): Float64Array {
  if (typeof packed !== 'string') {
    const { from, step, count } = packed;
    return Float64Array.from({ length: count }, (_, index) => from + index * step);
  }
  const bytes = Buffer.from(packed, 'base64');
  // a copy: the buffer of a pool need not begin at a multiple of eight
  return new Float64Array(new Uint8Array(bytes).buffer);
}
