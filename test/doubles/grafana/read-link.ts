/** Reads links to Grafana as its pages do: what a link says is what the page would show. */

/** What the page would show. */
export interface PageState {
  readonly path: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly orgId: string | null;
  readonly timezone: string | null;
  readonly panelId?: number;
  readonly variables: Readonly<Record<string, readonly string[]>>;
}

/** A dashboard's page. @throws Error where the page would not understand the link */
export function readDashboardLink(link: string): PageState {
  const { pathname, searchParams } = new URL(link);
  const variables: Record<string, string[]> = {};
  for (const [name, value] of searchParams) {
    if (!name.startsWith('var-')) continue;
    const own = name.slice('var-'.length);
    variables[own] = [...(variables[own] ?? []), value];
  }
  const panel = searchParams.get('viewPanel');
  const panelId = panel === null ? undefined : panelIdOf(panel);
  return {
    path: pathname,
    fromMs: timeOf(searchParams.get('from')),
    toMs: timeOf(searchParams.get('to')),
    orgId: searchParams.get('orgId'),
    timezone: searchParams.get('timezone'),
    ...(panelId !== undefined && { panelId }),
    variables,
  };
}

/** A time is understood by its length; anything else goes through `parseInt`. */
function timeOf(text: string | null): number {
  if (text === null) throw new Error('no time');
  if (text.includes('now')) throw new Error(`the time ${text} moves`);
  if ([8, 15, 19, 24].includes(text.length)) throw new Error(`the time ${text} is read as a date`);
  return Number.parseInt(text, 10);
}

/** Old versions take a number only, new ones a key first and then a number. */
function panelIdOf(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${text} is no panel to every version`);
  return Number(text);
}
