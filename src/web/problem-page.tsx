/** A page that cannot be shown. */
import type { Problem } from './contract.ts';
import { Prose } from './prose.tsx';
import { Questions } from './questions.tsx';

/** Says why, and what works. */
export function ProblemPage({ problem }: { readonly problem: Problem }) {
  return (
    <section class="sheet narrow">
      <h1 tabIndex={-1}>This page cannot be shown</h1>
      <p>
        <Prose text={problem.detail} />
      </p>
      <Questions title="These work" questions={problem.suggestions ?? []} />
      <p class="code-line">
        <code>{problem.code}</code>
      </p>
      <p>
        <a href="/">Ask something</a>
      </p>
    </section>
  );
}
