/** The source contract over every registered kind. */
import { expect, it } from 'vitest';
import { sourceKinds } from '../../src/sources/index.ts';
import { describeSourceContract } from './source.contract.ts';
import { allHarnesses } from './sources/all.ts';

it('covers every registered kind', () => {
  const covered = new Set(allHarnesses.map(({ definition }) => definition.kind));
  expect(sourceKinds.map(({ kind }) => kind).filter((kind) => !covered.has(kind))).toEqual([]);
});

for (const harness of allHarnesses) describeSourceContract(harness);
