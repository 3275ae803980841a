/** What the lists of tools say in words. Pure. */

/** Saved queries, a line each. */
export function queryLines({ queries }: { readonly queries: readonly QueryFound[] }): string {
  if (queries.length === 0) return 'No query fits.';
  return queries
    .map(({ id, parameters, description, title, example, source, demo }) => {
      const blanks = parameters.map(({ name }) => ` ${name.toUpperCase()}`).join('');
      return `${id}${blanks} (${source}${demo ? ', demo data' : ''}): ${description ?? title} E.g. ${example}`;
    })
    .join('\n');
}

interface QueryFound {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly source: string;
  readonly demo: boolean;
  readonly example: string;
  readonly help: string;
  readonly parameters: readonly { readonly name: string }[];
  readonly [key: string]: unknown;
}

/** Values, a line for each parameter. */
export function valueLines({ parameters }: { readonly parameters: readonly ParameterFound[] }): string {
  if (parameters.length === 0) return 'It takes no such parameter.';
  return parameters
    .map(({ name, source, values, total, known }) => {
      const more = total - values.length;
      if (!known) return `${name} (${source}): the list cannot be had now`;
      return `${name} (${source}), ${total}: ${values.join(', ')}${more > 0 ? ` … ${more} more` : ''}`;
    })
    .join('\n');
}

interface ParameterFound {
  readonly name: string;
  readonly source: string;
  readonly values: readonly string[];
  readonly total: number;
  readonly known: boolean;
}

/** Groups of alerts as their posts say them. */
export function alertLines({
  alerts,
  next,
}: {
  readonly alerts: readonly AlertFound[];
  readonly next: string | null;
}): string {
  if (alerts.length === 0) return 'Nothing.';
  const more = next === null ? [] : [`More: before=${next}`];
  return [...alerts.map(({ text }) => text), ...more].join('\n\n');
}

interface AlertFound {
  readonly text: string;
  readonly html: string;
  readonly members: readonly unknown[];
  readonly [key: string]: unknown;
}

/** Changes, a line each; what could not be looked through is said. */
export function changeLines({ changes, missing }: ChangesFound): string {
  const lacks = missing.map((what) => `Not available: ${what}`);
  if (changes.length === 0) return ['Nothing was changed.', ...lacks].join('\n');
  const lines = changes.map(({ startsAt, kind, phase, title, actor }) => {
    const who = actor === undefined ? '' : ` by ${actor.name}`;
    return `${startsAt} ${kind} ${phase}: ${title}${who}`;
  });
  return [...lines, ...lacks].join('\n');
}

interface ChangesFound {
  readonly changes: readonly ChangeFound[];
  readonly missing: readonly string[];
}

interface ChangeFound {
  readonly startsAt: string;
  readonly kind: string;
  readonly phase: string;
  readonly title: string;
  readonly actor?: { readonly name: string };
}
