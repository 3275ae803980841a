/** How a question was understood, as stable JSON and in words. Fetches nothing. */

import type { Line, Message, Span } from '../domain/message.ts';
import type { Comparison, ExplainedRange, Explanation, Question } from '../domain/question.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { Understood } from './understand.ts';

/** Explains what was understood; what is absent is left out. */
export function explain(understood: Understood): Explanation {
  if (understood.kind === 'none') return {};
  return understood.kind === 'command' ? { command: understood.command.kind } : explainQuestion(understood.question);
}

function explainQuestion(question: Question): Explanation {
  const { query, comparison, ranking, output, askedLooks, notes } = question;
  return {
    query: query.id,
    source: query.sourceName,
    ...(query.parameters.length > 0 && { arguments: question.arguments }),
    range: explainRange(question.range),
    ...(comparison && { comparison: explainComparison(comparison) }),
    ...(ranking && { ranking }),
    output,
    ...(askedLooks && { looks: askedLooks }),
    ...(notes.length > 0 && { notes }),
  };
}

function explainComparison(comparison: Comparison): NonNullable<Explanation['comparison']> {
  return comparison.kind === 'range' ? { range: explainRange(comparison.range) } : { arguments: comparison.arguments };
}

function explainRange({ fromMs, toMs, zone, text }: TimeRange): ExplainedRange {
  return { from: isoUtc(fromMs), to: isoUtc(toMs), zone, text };
}

/** Whole seconds are written without milliseconds. */
function isoUtc(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** An explanation in lines, for `why` and the terminal. */
export function explanationMessage(explanation: Explanation): Message {
  const { query, command, source, range, comparison, ranking, output, looks, notes = [] } = explanation;
  const lines: (Line | undefined)[] = [
    command !== undefined ? ['Command ', { code: command }] : undefined,
    query !== undefined ? ['Query ', { code: query }, ...(source ? [' on ', { code: source }] : [])] : undefined,
    ...Object.entries(explanation.arguments ?? {}).map(([name, values]) => argumentLine(name, values)),
    range && ['Window ', { bold: range.text }, `: ${range.from} to ${range.to}, read in `, { name: range.zone }],
    comparison && comparisonLine(comparison),
    ranking && [`The ${ranking.count} at the ${ranking.order} of all of them`],
    output !== undefined ? [`Shown as ${output}`, ...looksSpans(looks)] : undefined,
    ...notes.map((note) => noteLine(note)),
  ];
  return { blocks: [{ kind: 'text', lines: lines.filter((line) => line !== undefined) }] };
}

/** Beyond so many, values are counted. */
const MAX_LISTED = 10;

function argumentLine(name: string, values: readonly string[]): Line {
  const listed: Span[] = values
    .slice(0, MAX_LISTED)
    .flatMap((value, index): Span[] => [...(index > 0 ? [', '] : []), { code: value }]);
  const more = values.length - MAX_LISTED;
  return [{ name }, ' ', ...(values.length === 0 ? ['none'] : listed), ...(more > 0 ? [` and ${more} more`] : [])];
}

function comparisonLine(comparison: NonNullable<Explanation['comparison']>): Line {
  if ('range' in comparison) {
    const { text, from, to } = comparison.range;
    return ['Compared with ', { bold: text }, `: ${from} to ${to}`];
  }
  const lines = Object.entries(comparison.arguments).map(([name, values]) => argumentLine(name, values));
  return ['Compared with ', ...lines.flatMap((line, index): Line => (index > 0 ? [', ', ...line] : line))];
}

function looksSpans(looks: Explanation['looks']): readonly string[] {
  const said = Object.entries(looks ?? {}).map(([name, value]) => (value === true ? name : `${name} ${value}`));
  return said.length === 0 ? [] : [`, ${said.join(', ')}`];
}

/** Turns the backticks of a note into code. */
function noteLine(note: string): Line {
  return note
    .split('`')
    .map((part, index): Span => (index % 2 === 1 ? { code: part } : part))
    .filter((span) => span !== '');
}
