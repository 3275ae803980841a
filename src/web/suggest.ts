/** What completes a question while it is typed. */
import { type Signal, signal } from '@preact/signals';
import { type Completion, type CompletionItem, complete } from './api.ts';
import type { State } from './state.ts';

/** A pause that nobody notices, and that spares a request for every key of a word. */
const PAUSE_MS = 70;
/** More are not read. */
const ITEMS_MAX = 14;
const RECENT_MAX = 5;

/** The list under the box. */
export interface Suggestions {
  readonly items: Signal<readonly CompletionItem[]>;
  /** Place of the one that Enter takes; -1 when none. */
  readonly active: Signal<number>;
  /** Looks for what may follow at the cursor. */
  look(q: string, at: number): void;
  move(step: 1 | -1): void;
  /** The question with this one put in, and where the cursor goes. */
  take(item: CompletionItem, q: string): { readonly q: string; readonly at: number };
  close(): void;
}

/** Makes the list of a box. */
export function createSuggestions(state: State): Suggestions {
  const items = signal<readonly CompletionItem[]>([]);
  const active = signal(-1);
  let place = { from: 0, to: 0 };
  let current = new AbortController();

  function begin(): AbortSignal {
    current.abort();
    current = new AbortController();
    return current.signal;
  }

  function show({ from, to, items: found }: Completion): void {
    place = { from, to };
    active.value = -1;
    items.value = found.slice(0, ITEMS_MAX);
    if (found.length > 0) state.said.value = `${items.value.length} suggestions.`;
  }

  async function find(q: string, at: number, signal: AbortSignal): Promise<void> {
    await new Promise((done) => setTimeout(done, PAUSE_MS));
    if (signal.aborted) return;
    const found = await complete(q, at, signal);
    if (!signal.aborted) show(q.trim() === '' ? withRecent(found) : found);
  }

  /** Before the first letter the last questions are the likeliest. */
  function withRecent({ items: found, ...at }: Completion): Completion {
    const recent = state.history.value.slice(0, RECENT_MAX).map(({ q }) => ({ text: q, kind: 'recent' }));
    return { ...at, items: [...recent, ...found] };
  }

  return {
    items,
    active,
    look(q, at) {
      const signal = begin();
      // completion is a help: where it fails, one types on
      find(q, at, signal).catch(() => {
        if (!signal.aborted) items.value = [];
      });
    },
    move(step) {
      const count = items.value.length;
      if (count === 0) return;
      // the box itself is one stop on the way round
      active.value = ((active.value + 1 + step + count + 1) % (count + 1)) - 1;
    },
    take({ text, kind }, q) {
      begin();
      items.value = [];
      active.value = -1;
      if (kind === 'recent') return { q: text, at: text.length };
      const after = q.slice(place.to);
      const before = `${q.slice(0, place.from)}${text}${after.startsWith(' ') ? '' : ' '}`;
      return { q: before + after, at: before.length };
    },
    close() {
      begin();
      items.value = [];
      active.value = -1;
    },
  };
}
