/** A page that cannot be shown. */
import type { Problem } from './contract.ts';
import { PAGES } from './pages.ts';
import { Prose } from './prose.tsx';
import { Questions } from './questions.tsx';

/** Says why, and what works. */
export function ProblemPage({ problem }: { readonly problem: Problem }) {
  const isMissing = problem.status === 404;
  return (
    <section class="sheet narrow">
      <h1 tabIndex={-1}>{isMissing ? 'There is no such page' : 'This page cannot be shown'}</h1>
      <p>
        <Prose text={problem.detail} />
      </p>
      <Questions title="These work" questions={problem.suggestions ?? []} />
      <p class="code-line">
        <code>{problem.code}</code>
      </p>
      {isMissing ? (
        <>
          <h2>What there is</h2>
          <ul class="plain-list">
            {PAGES.map(({ path, title, about }) => (
              <li key={path}>
                <a href={path}>{title}</a>: {about}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p>
          <a href="/">Ask something</a>
        </p>
      )}
    </section>
  );
}
