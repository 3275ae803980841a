/** A worker for tests of the pool: it does what the answer's title says. */
import type { RenderResult, RenderTask } from '../../../../../src/render/chart/task.ts';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** A PNG's first bytes, with a size. */
function header(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(33);
  bytes.set(PNG);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

/** Draws nothing. */
export async function render({ answer }: RenderTask): Promise<RenderResult> {
  const base = { width: 1800, height: 800, slots: {}, timings: { drawMs: 0, rasterMs: 0, encodeMs: 0 } };
  switch (answer.title) {
    case 'spin':
      for (;;); // a loop that no message interrupts
    case 'wait':
      return new Promise(() => setInterval(() => undefined, 1000));
    case 'throw':
      throw new TypeError('undefined is not a function');
    case 'exit':
      return process.exit(3);
    case 'jpeg':
      return { picture: { ...base, png: Uint8Array.of(0xff, 0xd8, 0xff, 0xe0) } };
    case 'small':
      return { picture: { ...base, png: header(900, 400) } };
    default:
      return { picture: { ...base, png: header(1800, 800) } };
  }
}
