/** The catalogue: what can be asked, what it means, a live example of each. */
import { useSignal } from '@preact/signals';
import type { QueryEntry } from './contract.ts';
import { messageMarkup } from './html.ts';
import { Picture } from './picture.tsx';
import { Questions } from './questions.tsx';
import type { State } from './state.ts';

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
  const { id, title, description, aliases, source, env, demo, unit, range, owner, help, example, examples } = query;
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
        {help !== undefined && <div class="words" dangerouslySetInnerHTML={messageMarkup(help)} />}
        <dl class="facts">
          {aliases.length > 0 && <Fact name="Also" said={aliases.join(', ')} />}
          <Fact name="Source" said={source} />
          <Fact name="Window" said={`${range} unless another is asked for`} />
          <Fact name="Unit" said={unit === 'none' ? undefined : unit} />
          <Fact name="Owner" said={owner} />
          {query.parameters.map((parameter) => (
            <Fact key={parameter.name} name={parameter.name} said={parameterText(parameter)} />
          ))}
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

function parameterText({ description, multi, default: fallback, example }: QueryEntry['parameters'][number]): string {
  return [
    description,
    multi ? 'one or several' : undefined,
    fallback === undefined ? 'must be said' : `${fallback} unless said`,
    example !== undefined && !example.includes('${') ? `for example ${example}` : undefined,
  ]
    .filter(Boolean)
    .join('; ');
}
