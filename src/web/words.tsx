/** The message of an answer. */
import { messageMarkup } from './html.ts';

/** The words with their links and tables. */
export function Words({ html }: { readonly html: string }) {
  return <div class="words" dangerouslySetInnerHTML={messageMarkup(html)} />;
}
