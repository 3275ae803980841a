/** A definition's own texts with a question's arguments in them: titles and links. Pure. */
import type { Link } from '../domain/answer.ts';
import type { Question } from '../domain/question.ts';
import { expandTemplate, parseTemplate } from '../queries/expand.ts';
import type { FetchWindow, SourceRequest } from '../sources/source.ts';
import type { ConfiguredSource } from '../sources/source-set.ts';
import { nounOf, pluralOf } from './words.ts';

/** More names than this in a title are counted. */
const TITLE_MAX_NAMES = 3;

/** The definition's title with its arguments: `CPU of web01`, `CPU of web*`, `CPU of web01, web02 and 3 more`. */
export function titleOf(question: Question): string {
  const title = expandTemplate(parseTemplate(question.query.title), (name) => namesIn(question, name), identity);
  return title.replace(/\s+/g, ' ').trim();
}

function namesIn({ arguments: args, asWritten, ranking }: Question, name: string): string {
  const values = asWritten?.[name] ?? args[name] ?? [];
  // a source that takes a star for everything, and nobody who wrote one
  if (!asWritten?.[name] && values.length === 1 && values[0] === '*') return `all ${pluralOf(nounOf(name))}`;
  if (ranking && values.length > 1) return `${values.length} ${name}s`;
  return namesText(values);
}

/** `web01, web02 and 3 more`. */
export function namesText(values: readonly string[]): string {
  if (values.length <= TITLE_MAX_NAMES) return values.join(', ');
  return `${values.slice(0, TITLE_MAX_NAMES - 1).join(', ')} and ${values.length - TITLE_MAX_NAMES + 1} more`;
}

/** The source's frozen drill-down first, then the definition's own links, one for each when it names one value. */
export function linksOf(
  question: Question,
  { source, title, linkTitle = title }: ConfiguredSource,
  request: SourceRequest,
  window: FetchWindow,
): Link[] {
  const drillDown = source.link(request, window);
  const first = (name: string) => question.arguments[name]?.[0] ?? '';
  const own = question.query.links.map(({ title: text, url }) => ({
    title: text,
    url: expandTemplate(parseTemplate(url), first, encodeURIComponent),
  }));
  const runbook = question.query.runbookUrl;
  return [
    ...(drillDown ? [{ title: linkTitle, url: drillDown }] : []),
    ...own,
    ...(runbook && !own.some(({ url }) => url === runbook) ? [{ title: 'Runbook', url: runbook }] : []),
  ];
}

function identity(text: string): string {
  return text;
}
