/** The frame around every page: its head, what is said to who cannot see, the page itself. */
import { AlertPage } from './alert-page.tsx';
import { AlertsPage } from './alerts-page.tsx';
import { AnswerPage } from './answer-page.tsx';
import { AskPage } from './ask-page.tsx';
import type { View } from './contract.ts';
import { PAGES } from './pages.ts';
import { ProblemPage } from './problem-page.tsx';
import { QueriesPage } from './queries-page.tsx';
import { SignInPage } from './sign-in-page.tsx';
import type { State } from './state.ts';
import { ThemeChoice } from './theme-choice.tsx';

/** The whole console. */
export function App({ state }: { readonly state: State }) {
  const view = state.view.value;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <Head state={state} view={view} />
      <main id="main" tabIndex={-1} aria-busy={state.isLoading.value}>
        <Body state={state} view={view} />
      </main>
      <p class="unseen" role="status" aria-live="polite">
        {state.said.value}
      </p>
    </>
  );
}

/** Pages that belong to one of those above. */
const SECTIONS: Readonly<Partial<Record<View['page'], string>>> = {
  ask: 'ask',
  answer: 'ask',
  queries: 'queries',
  alerts: 'alerts',
  alert: 'alerts',
};

function Head({ state, view }: { readonly state: State; readonly view: View }) {
  return (
    <header class="head">
      <a class="mark" href="/">
        <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
          <path d="M2.5 17 8 10.5l4 4L19 6" />
          <circle cx="19.5" cy="5.5" r="2.75" />
        </svg>
        Glimpse
      </a>
      {view.page !== 'sign-in' && (
        <nav aria-label="Pages">
          {PAGES.map(({ page, path, title }) => (
            <a key={page} href={path} aria-current={SECTIONS[view.page] === page ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
      )}
      <div class="head-end">
        {state.site.isSignedIn && (
          <form method="post" action="/session/end">
            <button type="submit" class="plain">
              Sign out
            </button>
          </form>
        )}
        <ThemeChoice state={state} />
      </div>
    </header>
  );
}

function Body({ state, view }: { readonly state: State; readonly view: View }) {
  switch (view.page) {
    case 'ask':
      return <AskPage state={state} view={view} />;
    case 'answer':
      return <AnswerPage state={state} view={view} />;
    case 'queries':
      return <QueriesPage state={state} queries={view.queries} />;
    case 'alerts':
      return <AlertsPage state={state} view={view} />;
    case 'alert':
      return <AlertPage state={state} view={view} />;
    case 'sign-in':
      return <SignInPage view={view} />;
    case 'problem':
      return <ProblemPage problem={view.problem} />;
  }
}
