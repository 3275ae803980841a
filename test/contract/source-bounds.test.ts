/** What no back end may do to us, over every registered kind. */
import { describeSourceBounds } from './source-bounds.contract.ts';
import { allHarnesses } from './sources/all.ts';

const kinds = new Map(allHarnesses.map((harness) => [harness.definition.kind, harness] as const).toReversed());

for (const harness of kinds.values()) describeSourceBounds(harness);
