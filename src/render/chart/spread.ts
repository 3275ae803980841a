/** Spreads labels over a height so that none overlaps, crosses or leaves it. Pure. */

/**
 * Places labels as near to their wishes as a distance of `gap` from centre to centre allows: neighbours that touch
 * become a block centred on the mean of their wishes, and so on, within the limits.
 *
 * @param wishes - in any order; equal wishes keep theirs
 * @param low - least place, px
 * @param high - greatest place, px; when the labels do not fit, they share the height evenly
 * @returns places in the order of `wishes`
 */
export function spreadLabels(wishes: readonly number[], gap: number, low: number, high: number): number[] {
  if (wishes.length === 0) return [];
  const distance = wishes.length > 1 ? Math.min(gap, Math.max(0, high - low) / (wishes.length - 1)) : gap;
  const order = wishes.map((_, index) => index).sort((a, b) => (wishes[a] as number) - (wishes[b] as number));
  const blocks: Block[] = [];
  for (const index of order) {
    let block: Block = placed({ members: [index], sum: wishes[index] as number, start: 0 }, distance, low, high);
    for (
      let above = blocks.at(-1);
      above && endOf(above, distance) + distance > block.start + 1e-9;
      above = blocks.at(-1)
    ) {
      blocks.pop();
      block = placed(
        { members: [...above.members, ...block.members], sum: above.sum + block.sum, start: 0 },
        distance,
        low,
        high,
      );
    }
    blocks.push(block);
  }
  const places = new Array<number>(wishes.length).fill(0);
  for (const { members, start } of blocks) {
    for (const [at, index] of members.entries()) places[index] = start + at * distance;
  }
  return places;
}

interface Block {
  readonly members: readonly number[];
  /** Of the wishes. */
  readonly sum: number;
  readonly start: number;
}

const endOf = (block: Block, distance: number) => block.start + (block.members.length - 1) * distance;

function placed(block: Block, distance: number, low: number, high: number): Block {
  const length = (block.members.length - 1) * distance;
  const start = block.sum / block.members.length - length / 2;
  return { ...block, start: Math.max(low, Math.min(start, high - length)) };
}
