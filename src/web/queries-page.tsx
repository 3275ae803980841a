/** The catalogue: what can be asked, what it means, a live example of each. */
import { useSignal } from '@preact/signals';
import type { QueryEntry } from './contract.ts';
import { Picture } from './picture.tsx';
import { Questions } from './questions.tsx';
import type { State } from './state.ts';
import { Words } from './words.tsx';

/** The page. */
export function QueriesPage({ state, queries }: { readonly state: State; readonly queries: readonly QueryEntry[] }) {
  const filter = useSignal('');
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = queries.filter((query) => words.every((word) => textOf(query).includes(word)));
  const packs = [...new Set(shown.map(({ pack }) => pack))];
  return (
    <div class="catalogue">
      <header class="page-head">
        <h1 tabIndex={-1}>What can be asked</h1>
        <p>
          Each word below is a saved query: what it means, where its data live, how it is drawn. Time words, comparisons
          and rankings go with every one of them.
        </p>
      </header>
      {state.isHydrated.value && (
        <search class="filter">
          <label for="filter">Find</label>
          <input
            id="filter"
            type="search"
            autocomplete="off"
            placeholder="cpu, errors, host …"
            value={filter.value}
            onInput={(event) => {
              filter.value = event.currentTarget.value;
            }}
          />
          <output for="filter">
            {shown.length} of {queries.length}
          </output>
        </search>
      )}
      {packs.map((pack) => (
        <section key={pack} aria-labelledby={`pack-${pack}`}>
          <h2 id={`pack-${pack}`}>{pack}</h2>
          {shown
            .filter((query) => query.pack === pack)
            .map((query) => (
              <Entry key={query.id} state={state} query={query} />
            ))}
        </section>
      ))}
      {shown.length === 0 && <p>No query has these words.</p>}
    </div>
  );
}

function textOf({ id, title, description = '', aliases, tags, source, pack }: QueryEntry): string {
  return [id, title, description, ...aliases, ...tags, source, pack].join(' ').toLowerCase();
}

function Entry({ state, query }: { readonly state: State; readonly query: QueryEntry }) {
  const { id, title, description, source, env, demo, unit, owner, help, example, examples } = query;
  const isOpen = useSignal(false);
  return (
    <details
      class="entry"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>
        <span class="entry-name">{id}</span>
        <span class="entry-what">{description ?? title}</span>
        <span class="entry-where">{demo ? 'demo data' : [source, env].filter(Boolean).join(', ')}</span>
      </summary>
      <div class="entry-body">
        <Words html={help} />
        <dl class="facts">
          <Fact name="Unit" said={unit === 'none' ? undefined : unit} />
          <Fact name="Owner" said={owner} />
        </dl>
        <Questions title="Ask" questions={[...new Set([example, ...examples].filter((one) => one !== undefined))]} />
        {example !== undefined && isOpen.value && (
          <Picture
            state={state}
            src={`/render?${new URLSearchParams({ q: example })}`}
            alt={`Live example: ${example}`}
            isLazy
          />
        )}
      </div>
    </details>
  );
}

function Fact({ name, said }: { readonly name: string; readonly said: string | undefined }) {
  if (said === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{said}</dd>
    </div>
  );
}
