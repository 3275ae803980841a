/** What a person reads of a reason that a real server gave, for integration tests. */
import type { EmptyReason } from '../../src/domain/answer.ts';
import { plainMessage } from '../../src/render/markup.ts';
import { emptyWords } from '../../src/render/words/empty.ts';
import type { FetchWindow } from '../../src/sources/source.ts';
import { sampleAnswer, sampleRange } from '../unit/render/sample-answers.ts';

/** The reason and what would show something, as plain text. */
export function whyWords(
  reason: EmptyReason | undefined,
  asked: { readonly text: string; readonly product: string; readonly window: FetchWindow; readonly nowMs: number },
): string {
  if (!reason) return '';
  const { text, product, nowMs } = asked;
  const { fromMs, toMs, zone } = asked.window;
  const answer = sampleAnswer([], { question: { text, range: sampleRange({ fromMs, toMs, zone }) } });
  const { reason: first, next } = emptyWords({ ...answer, nowMs, origin: `${product} · x` }, reason);
  return plainMessage({ blocks: [{ kind: 'text', lines: next.length > 0 ? [first, next] : [first] }] });
}
