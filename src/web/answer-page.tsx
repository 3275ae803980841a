/** An answer's own page: picture, words, data, how it was understood, where to go on. */
import type { View } from './contract.ts';
import { CopyLink } from './copy-link.tsx';
import { DataSheet } from './data-sheet.tsx';
import { Explanation } from './explanation.tsx';
import { pathOfQuestion } from './paths.ts';
import { Picture } from './picture.tsx';
import { Questions } from './questions.tsx';
import type { State } from './state.ts';
import { momentText } from './wording.ts';
import { Words } from './words.tsx';

/** The page; it says what was true when it was asked. */
export function AnswerPage({
  state,
  view: { answer, tables },
}: {
  readonly state: State;
  readonly view: Extract<View, { page: 'answer' }>;
}) {
  const { page, q, askedAt, askedBy, html, explanation, image, alt, links, followUps } = answer;
  const who = askedBy.platform === 'http' ? '' : ` by ${askedBy.userName} (${askedBy.platform})`;
  return (
    <div class="answer">
      <header class="page-head">
        <h1 class="question" tabIndex={-1}>
          {q}
        </h1>
        <p>
          <span>
            Asked {momentText(askedAt, explanation.range?.zone ?? 'UTC')}
            {who}
          </span>
          <a href={pathOfQuestion(q)}>Ask again, now</a>
          {page !== undefined && <CopyLink state={state} path={page} />}
        </p>
      </header>
      <article class="sheet" aria-label="Answer">
        <Words html={html} />
        {image !== null && <Picture state={state} src={image} alt={alt} />}
        <Questions title="Go on" questions={followUps} />
      </article>
      <div class="beside">
        <section aria-labelledby="understood">
          <h2 id="understood">How it was understood</h2>
          <Explanation explanation={explanation} />
        </section>
        {links.length > 0 && (
          <section aria-labelledby="links">
            <h2 id="links">Where the data are</h2>
            <ul class="plain-list">
              {links.map(({ title, url }) => (
                <li key={url}>
                  <a href={url}>{title}</a>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      {tables.length > 0 && <DataSheet page={page} tables={tables} />}
    </div>
  );
}
