/** Kept answers for tests. */

import type { KeptAnswer } from '../../../src/answers/kept-answer.ts';
import { type Asked, makeKept } from '../../../src/answers/make-kept.ts';
import type { Answer } from '../../../src/domain/answer.ts';
import { NOW } from '../render/sample-answers.ts';

const asked: Asked = {
  q: 'cpu web01 last 1h',
  asker: { platform: 'team', userId: 'u1', userName: 'ana' },
  askedMs: NOW,
};

/** Keeps an answer as if ana had asked for it. */
export function keptOf(answer: Answer): KeptAnswer {
  return makeKept(asked, { kind: 'answer', answer, explanation: { query: 'cpu' } });
}
