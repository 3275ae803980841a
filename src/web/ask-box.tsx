/** The box that a question is typed into: a combobox after the ARIA practices, a plain form without script. */
import { useComputed } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { CompletionItem } from './api.ts';
import type { State } from './state.ts';
import { createSuggestions, type Suggestions } from './suggest.ts';

/** As long as the longest message of a chat. */
const QUESTION_MAX_CHARS = 4_000;

/** What suggestions are, in a word at their end. */
const KINDS: Readonly<Record<string, string>> = {
  query: 'query',
  value: 'value',
  time: 'time',
  word: 'word',
  recent: 'recent',
};

/** The box; a question typed after an answer may be a follow-up on it. */
export function AskBox({ state, follows }: { readonly state: State; readonly follows?: string | undefined }) {
  const input = useRef<HTMLInputElement>(null);
  const suggestions = useMemo(() => createSuggestions(state), [state]);
  const { items, active } = suggestions;
  const isOpen = useComputed(() => items.value.length > 0);
  const take = (item: CompletionItem) => {
    const { q, at } = suggestions.take(item, state.draft.value);
    state.draft.value = q;
    requestAnimationFrame(() => {
      // who typed on meanwhile keeps the cursor where it is
      if (input.current?.value !== q) return;
      input.current.focus();
      input.current.setSelectionRange(at, at);
      // a long question is seen at its end
      input.current.scrollLeft = input.current.scrollWidth;
    });
    if (item.kind !== 'recent') suggestions.look(q, at);
  };
  const ask = (event: Event) => {
    event.preventDefault();
    const q = state.draft.value.trim();
    suggestions.close();
    if (q !== '') state.ask(q, follows);
  };
  return (
    <search>
      <form class="box" action="/" method="get" onSubmit={ask}>
        <label class="unseen" for="question">
          Question
        </label>
        {follows !== undefined && <input type="hidden" name="follows" value={follows} />}
        <input
          ref={input}
          id="question"
          name="q"
          type="text"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={isOpen.value}
          aria-controls="suggestions"
          aria-activedescendant={active.value >= 0 ? `suggestion-${active.value}` : undefined}
          autocomplete="off"
          autocapitalize="off"
          autocorrect="off"
          spellcheck={false}
          enterkeyhint="go"
          required
          maxLength={QUESTION_MAX_CHARS}
          placeholder={
            follows === undefined ? (state.site.examples[0] ?? 'cpu last 1h') : 'go on: 6h, vs yesterday, as table …'
          }
          value={state.draft.value}
          onInput={({ currentTarget: { value, selectionStart } }) => {
            state.draft.value = value;
            suggestions.look(value, selectionStart ?? value.length);
          }}
          onKeyDown={(event) => onKey(event, suggestions, take)}
          onBlur={() => suggestions.close()}
        />
        <button type="submit">Ask</button>
        <div id="suggestions" role="listbox" aria-label="Suggestions" hidden={!isOpen.value}>
          {items.value.map((item, at) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the focus and the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the box has the focus and names the active one
            <div
              key={`${item.kind} ${item.text}`}
              id={`suggestion-${at}`}
              role="option"
              aria-selected={at === active.value}
              // the box would lose the focus, and close the list before the click
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(item)}
            >
              <span class="option-text">{item.text}</span>
              {item.title !== undefined && <span class="option-title">{item.title}</span>}
              <span class="option-kind">{KINDS[item.kind] ?? item.kind}</span>
            </div>
          ))}
        </div>
      </form>
    </search>
  );
}

function onKey(event: KeyboardEvent, suggestions: Suggestions, take: (item: CompletionItem) => void): void {
  const { items, active } = suggestions;
  const box = event.currentTarget as HTMLInputElement;
  switch (event.key) {
    case 'ArrowDown':
    case 'ArrowUp': {
      event.preventDefault();
      if (items.value.length === 0) suggestions.look(box.value, box.selectionStart ?? box.value.length);
      else suggestions.move(event.key === 'ArrowDown' ? 1 : -1);
      const { value } = active;
      if (value >= 0) document.getElementById(`suggestion-${value}`)?.scrollIntoView({ block: 'nearest' });
      return;
    }
    case 'Enter': {
      const item = items.value[active.value];
      if (!item || event.isComposing) return;
      event.preventDefault();
      take(item);
      return;
    }
    case 'Escape':
      if (items.value.length > 0) event.preventDefault();
      // what is still being looked for does not come up later
      suggestions.close();
      return;
  }
}
