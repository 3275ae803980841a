/** An answer as a room would have it: words, picture, where to go on. */
import type { Answered } from './contract.ts';
import { CopyLink } from './copy-link.tsx';
import { Picture } from './picture.tsx';
import { Questions } from './questions.tsx';
import type { State } from './state.ts';
import { Words } from './words.tsx';

/** The sheet. */
export function AnswerSheet({
  state,
  q,
  answer,
}: {
  readonly state: State;
  readonly q: string;
  readonly answer: Answered;
}) {
  const { page, html, image, alt, followUps } = answer;
  return (
    <article class="sheet" tabIndex={-1} aria-label={`Answer to ${q}`}>
      <header class="sheet-head">
        <h2 class="question">{q}</h2>
        {page !== undefined && (
          <span class="sheet-links">
            <a href={page}>Data and explanation</a>
            <CopyLink state={state} path={page} />
          </span>
        )}
      </header>
      <Words html={html} />
      {image !== null && <Picture state={state} src={image} alt={alt} />}
      <Questions title="Go on" questions={followUps} />
    </article>
  );
}
