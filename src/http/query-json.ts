/** The catalogue of saved queries as JSON: what each means, takes, and one question that works now. */
import type { SavedQuery } from '../domain/saved-query.ts';
import { exampleOf } from '../questions/examples.ts';
import { queryHelpMessage } from '../questions/help.ts';
import { listValues } from '../questions/known-values.ts';
import type { UnderstandDeps } from '../questions/understand.ts';
import { messageHtml } from './message-html.ts';

/** Describes every query; lists that cannot be had in time leave the definitions' own examples. */
export async function queriesJson(deps: Pick<UnderstandDeps, 'catalog' | 'valuesOf'>, signal: AbortSignal) {
  const { queries } = deps.catalog;
  const known = await listValues(queries, deps.valuesOf, signal);
  return Promise.all(
    queries.map(async (query) => ({
      ...queryJson(query),
      example: exampleOf(query, known) ?? query.examples[0] ?? query.id,
      help: messageHtml(await queryHelpMessage(query, deps, signal)),
    })),
  );
}

function queryJson(query: SavedQuery) {
  const { id, title, description, aliases, examples, tags, owner, pack, sourceName, kind, env, isDemo } = query;
  const parameters = query.parameters.map(
    ({ name, type, example, description: meaning, isMulti, default: fallback }) => ({
      name,
      type,
      multi: isMulti,
      ...(fallback !== undefined && { default: fallback }),
      ...(example !== undefined && { example }),
      ...(meaning !== undefined && { description: meaning }),
    }),
  );
  return {
    id,
    title,
    ...(description !== undefined && { description }),
    aliases,
    examples,
    tags,
    ...(owner !== undefined && { owner }),
    pack,
    source: sourceName,
    kind,
    ...(env !== undefined && { env }),
    demo: isDemo,
    unit: query.unit.id,
    range: query.rangeText,
    parameters,
  };
}
