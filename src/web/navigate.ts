/** What the console does: asks, goes to pages, comes back to what was seen. */
import { askQuestion, getJson, type ProgressEvent, problemFrom } from './api.ts';
import type { Answered, View } from './contract.ts';
import { forgetHistory, remember } from './history.ts';
import { OWN_PATH, pathOfQuestion } from './paths.ts';
import { type State, titleOf } from './state.ts';
import { viewAt } from './views.ts';
import { watchAlerts } from './watch-alerts.ts';
import { understoodText } from './wording.ts';

/** Views to come back to without asking again. */
const KEPT_MAX = 30;

/** Makes the page act: links, the buttons of the browser, keys. */
export function startNavigation(state: State): void {
  const kept = new Map<string, View>();
  let current = new AbortController();
  let key = keep(undefined, state.view.value);

  function keep(known: string | undefined, view: View): string {
    const name = known ?? `${Date.now()}-${Math.random()}`;
    kept.delete(name);
    kept.set(name, view);
    if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value as string);
    return name;
  }

  function show(view: View): void {
    state.view.value = view;
    keep(key, view);
    document.title = titleOf(view);
  }

  /** Calls off what is on its way and begins something new. */
  function begin(path: string | undefined): AbortSignal {
    current.abort();
    current = new AbortController();
    if (path !== undefined) {
      key = keep(undefined, state.view.value);
      history.pushState({ key }, '', path);
    }
    return current.signal;
  }

  async function ask(q: string, follows: string | undefined, path: string | undefined): Promise<void> {
    const signal = begin(path);
    const asked = { page: 'ask', q, ...(follows !== undefined && { follows }) } as const;
    const sinceMs = performance.now();
    state.isLoading.value = false;
    state.progress.value = { q, stage: 'asking', sinceMs };
    state.draft.value = q;
    state.said.value = `Asked: ${q}`;
    show(asked);
    const onProgress = ({ stage, explanation, text }: ProgressEvent) => {
      const understood = explanation ? understoodText(explanation) : state.progress.value?.understood;
      const doing = stage === 'fetching' ? text : undefined;
      const news = { ...(understood !== undefined && { understood }), ...(doing !== undefined && { doing }) };
      state.progress.value = { q, stage, sinceMs, ...news };
      if (stage === 'understood' && understood) state.said.value = `Understood: ${understood}`;
    };
    try {
      const answer = await askQuestion({ q, follows }, onProgress, signal);
      if (signal.aborted) return;
      showAnswer(q, follows, answer);
      state.said.value = answer.text.split('\n')[0] ?? '';
    } catch (thrown) {
      if (signal.aborted) return;
      const problem = problemFrom(thrown);
      // what it would follow is gone: then it stands for itself
      if (problem.code === 'HTTP_NOT_FOUND' && follows !== undefined) return ask(q, undefined, undefined);
      show({ ...asked, problem });
      state.said.value = problem.detail;
    }
    state.progress.value = undefined;
  }

  /** A follow-up is shown, kept and linked to as the whole question that it is. */
  function showAnswer(q: string, follows: string | undefined, answer: Answered): void {
    const isWhole =
      follows === undefined ||
      q
        .toLowerCase()
        .split(/\s+/)
        .includes(answer.explanation.query ?? '');
    const whole = isWhole ? q : (answer.question ?? q);
    if (whole !== q) state.draft.value = whole;
    if (follows !== undefined) history.replaceState({ key }, '', pathOfQuestion(whole));
    show({ page: 'ask', q: whole, answer });
    state.history.value = remember(whole, state.history.value);
  }

  async function load(path: string, isNew: boolean): Promise<void> {
    const url = new URL(path, location.href);
    const q = url.searchParams.get('q')?.trim() ?? '';
    if (url.pathname === '/' && q !== '') {
      await ask(q, url.searchParams.get('follows') ?? undefined, isNew ? url.pathname + url.search : undefined);
      focusMain('.sheet');
      return;
    }
    const signal = begin(isNew ? url.pathname + url.search : undefined);
    state.progress.value = undefined;
    state.isLoading.value = true;
    const view = await viewAt(url, getJson).catch(
      (thrown): View => ({ page: 'problem', problem: problemFrom(thrown) }),
    );
    if (signal.aborted) return;
    state.isLoading.value = false;
    if (view.page === 'ask') state.draft.value = '';
    show(view);
    if (isNew) scrollTo(0, 0);
    focusMain('h1');
  }

  state.ask = (q, follows) => void ask(q, follows, pathOfQuestion(q, follows));
  state.go = (path) => void load(path, true);
  state.stop = () => {
    if (state.progress.value === undefined) return;
    current.abort();
    state.progress.value = undefined;
    state.said.value = 'Stopped.';
  };
  state.forget = () => {
    forgetHistory();
    state.history.value = [];
  };

  watchAlerts(state, show);
  history.replaceState({ key }, '');
  addEventListener('popstate', ({ state: entry }: PopStateEvent) => {
    const known = kept.get((entry as { key?: string } | null)?.key ?? '');
    key = keep((entry as { key?: string } | null)?.key, known ?? state.view.value);
    current.abort();
    state.progress.value = undefined;
    if (!known || isUnanswered(known)) return void load(location.href, false);
    if (known.page === 'ask') state.draft.value = known.q;
    show(known);
  });
  addEventListener('click', (event) => {
    const path = ownPath(event);
    if (path === undefined) return;
    event.preventDefault();
    state.go(path);
  });
  addEventListener('keydown', (event) => onKey(event, state));
  const first = state.view.value;
  if (isUnanswered(first)) void load(location.href, false);
  else if (first.page === 'ask' && first.answer) state.history.value = remember(first.q, state.history.value);
}

function isUnanswered(view: View): boolean {
  return view.page === 'ask' && view.q !== '' && !view.answer && !view.problem;
}

function ownPath(event: MouseEvent): string | undefined {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return undefined;
  const link = (event.target as Element | null)?.closest?.('a');
  if (link?.target !== '' || link.hasAttribute('download') || link.origin !== location.origin) return undefined;
  if (link.hash !== '' || !OWN_PATH.test(link.pathname)) return undefined;
  return link.pathname + link.search;
}

function focusMain(selector: string): void {
  // after the new page has been drawn
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`main ${selector}`)?.focus({ preventScroll: true }));
}

function onKey(event: KeyboardEvent, state: State): void {
  if (event.key === 'Escape' && !event.defaultPrevented) state.stop();
  const isTyping =
    event.target instanceof HTMLElement && event.target.closest('input:not([type=radio]), textarea, select');
  if (event.key !== '/' || isTyping || event.metaKey || event.ctrlKey || event.altKey) return;
  const box = document.getElementById('question');
  if (!box) return;
  event.preventDefault();
  box.focus();
  (box as HTMLInputElement).select();
}
