/** The page to ask on: the box, what is answered, what was asked before. */
import { AnswerSheet } from './answer-sheet.tsx';
import { AskBox } from './ask-box.tsx';
import type { Problem, View } from './contract.ts';
import { HowToAsk } from './how-to-ask.tsx';
import { pathOfQuestion } from './paths.ts';
import { Picture } from './picture.tsx';
import { ProgressSheet } from './progress-sheet.tsx';
import { Prose } from './prose.tsx';
import { Questions } from './questions.tsx';
import { Recent } from './recent.tsx';
import type { State } from './state.ts';

type AskView = Extract<View, { page: 'ask' }>;

/** The page. */
export function AskPage({ state, view }: { readonly state: State; readonly view: AskView }) {
  return (
    <div class="ask">
      <div class="ask-main">
        <h1 class={view.q === '' ? '' : 'unseen'} tabIndex={-1}>
          Ask for a metric in words
        </h1>
        <AskBox state={state} follows={view.answer?.question === undefined ? undefined : view.answer.id} />
        <Reply state={state} view={view} />
      </div>
      <aside class="rail" aria-label="Beside">
        <Recent state={state} />
        <HowToAsk />
      </aside>
    </div>
  );
}

function Reply({ state, view }: { readonly state: State; readonly view: AskView }) {
  const progress = state.progress.value;
  if (progress) return <ProgressSheet state={state} progress={progress} />;
  if (view.answer) return <AnswerSheet state={state} q={view.q} answer={view.answer} />;
  if (view.problem) return <Refused q={view.q} problem={view.problem} />;
  if (view.q !== '') return <Unanswered q={view.q} state={state} />;
  return <Welcome state={state} />;
}

/** Before anything is asked, the first example shows what an answer looks like. */
function Welcome({ state }: { readonly state: State }) {
  const [first] = state.site.examples;
  return (
    <>
      <Questions title="Try" questions={state.site.examples} />
      {first !== undefined && (
        <section class="sheet" aria-labelledby="sample">
          <header class="sheet-head">
            <h2 id="sample">
              <a class="question" href={pathOfQuestion(first)}>
                {first}
              </a>
            </h2>
            <span class="faint">now, live</span>
          </header>
          <Picture state={state} src={`/render?${new URLSearchParams({ q: first })}`} alt={`Chart: ${first}`} />
        </section>
      )}
    </>
  );
}

function Refused({ q, problem }: { readonly q: string; readonly problem: Problem }) {
  return (
    <article class="sheet refused" tabIndex={-1} aria-label="Not answered">
      <header class="sheet-head">
        <h2 class="question">{q}</h2>
        <span class="faint">not answered</span>
      </header>
      <p class="lead">
        <Prose text={problem.detail} />
      </p>
      <Questions title="These work" questions={problem.suggestions ?? []} />
      <p class="code-line">
        <code>{problem.code}</code>
      </p>
    </article>
  );
}

/** A question that was stopped, or one that the server had no time for: without script the page asks again by itself. */
function Unanswered({ q, state }: { readonly q: string; readonly state: State }) {
  return (
    <article class="sheet" tabIndex={-1} aria-label="Waiting for the answer">
      <header class="sheet-head">
        <h2 class="question">{q}</h2>
        <span class="faint">{state.isHydrated.value ? 'stopped' : 'asking …'}</span>
      </header>
      {state.isHydrated.value && (
        <p>
          <button type="button" onClick={() => state.ask(q)}>
            Ask again
          </button>
        </p>
      )}
    </article>
  );
}
