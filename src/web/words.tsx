/** The message of an answer. */
import type { Answered } from './contract.ts';
import { messageMarkup } from './html.ts';

/** The words with their links and tables; plain where the server gave no more. */
export function Words({ answer: { html, text } }: { readonly answer: Pick<Answered, 'html' | 'text'> }) {
  if (html === undefined) return <div class="words plain-words">{text}</div>;
  return <div class="words" dangerouslySetInnerHTML={messageMarkup(html)} />;
}
