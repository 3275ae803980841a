/** A finished chart, as it travels from the worker to who sends it. */
export interface Picture {
  readonly png: Uint8Array;
  /** Pixels of the bitmap. */
  readonly width: number;
  readonly height: number;
  /** Colour slots (1 to 8) by series name, to be given to follow-ups in the thread. */
  readonly slots: Readonly<Record<string, number>>;
  /** Parts of the work, ms: draw calls, Skia's painting, PNG. */
  readonly timings: { readonly drawMs: number; readonly rasterMs: number; readonly encodeMs: number };
}
