/** Questions to ask by a click. */
import { pathOfQuestion } from './paths.ts';

/** A row of questions; nothing when there are none. */
export function Questions({ title, questions }: { readonly title: string; readonly questions: readonly string[] }) {
  if (questions.length === 0) return null;
  return (
    <div class="questions">
      <span class="label">{title}</span>
      <ul aria-label={title}>
        {questions.map((q) => (
          <li key={q}>
            <a class="chip" href={pathOfQuestion(q)}>
              {q}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
