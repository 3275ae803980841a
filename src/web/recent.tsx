/** What was asked in this browser. */
import { pathOfQuestion } from './paths.ts';
import type { State } from './state.ts';

const SHOWN = 12;

/** The list beside the answer; not there while nothing was asked. */
export function Recent({ state }: { readonly state: State }) {
  const asked = state.history.value;
  if (asked.length === 0) return null;
  return (
    <section class="recent" aria-labelledby="recent">
      <h2 id="recent">Recent</h2>
      <ul>
        {asked.slice(0, SHOWN).map(({ q }) => (
          <li key={q}>
            <a class="question" href={pathOfQuestion(q)}>
              {q}
            </a>
          </li>
        ))}
      </ul>
      <p>
        Kept in this browser only.{' '}
        <button type="button" class="plain" onClick={() => state.forget()}>
          Forget
        </button>
      </p>
    </section>
  );
}
