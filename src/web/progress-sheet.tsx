/** How far an answer is: what was understood at once, then that something is being done. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { Progress, State } from './state.ts';

const TICK_MS = 1_000;
/** Before that nobody wonders. */
const SLOW_SECONDS = 2;

const STAGES = {
  asking: 'Reading the question',
  understood: 'Asking the source',
  fetching: 'Asking the source',
  drawing: 'Writing the answer',
};

/** The sheet that the answer will take the place of. */
export function ProgressSheet({ state, progress }: { readonly state: State; readonly progress: Progress }) {
  const seconds = useSignal(0);
  useSignalEffect(() => {
    const ticking = setInterval(() => {
      seconds.value = Math.floor((performance.now() - progress.sinceMs) / TICK_MS);
    }, TICK_MS);
    return () => clearInterval(ticking);
  });
  const { q, stage, understood, doing = STAGES[stage] } = progress;
  return (
    <article class="sheet waiting" tabIndex={-1} aria-busy="true" aria-label={`Being answered: ${q}`}>
      <header class="sheet-head">
        <h2 class="question">{q}</h2>
        <span class="faint">
          {doing}
          {seconds.value >= SLOW_SECONDS && ` · ${seconds.value} s`}
        </span>
      </header>
      <p class="lead">{understood === undefined ? ' ' : `Understood: ${understood}`}</p>
      <div class="ground" aria-hidden="true" />
      <p class="stop">
        <button type="button" onClick={() => state.stop()}>
          Stop
        </button>
        <span class="faint">
          or <kbd>Esc</kbd>
        </span>
      </p>
    </article>
  );
}
