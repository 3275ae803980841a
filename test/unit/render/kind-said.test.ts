/** That a title says by itself what kind of change it is. */
import { expect, it } from 'vitest';
import { isKindSaid } from '../../../src/render/words/kind-said.ts';

it.each([
  ['deploy', 'deploy web 1.4.2', true],
  ['deploy', 'Deployed web', true],
  ['deploy', 'Release 1.4.2', true],
  ['release', 'Deployment of web', true],
  ['deploy', 'deploy-api 1.4.2', false],
  ['deploy', 'web 1.4.2', false],
  ['pipeline', 'Pipeline 12', true],
  ['pipeline', 'pipelines-api 12', false],
  ['incident', 'Incident 7', true],
])('%s before %j: %s', (word, title, isSaid) => {
  expect(isKindSaid(word, title)).toBe(isSaid);
});
