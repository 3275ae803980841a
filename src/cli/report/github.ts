/** Findings as GitHub's annotations: lines that its runner shows at their place in a pull request. Pure. */
import { type Finding, RULES } from './finding.ts';

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** One workflow command each. @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function githubAnnotation({ file, line, column, path, message, rule, level }: Finding): string {
  const place = line > 0 ? [`line=${line}`, `col=${column}`] : [];
  const properties = [`file=${property(file)}`, ...place, `title=${property(RULES[rule])}`];
  return `::${COMMANDS[level]} ${properties.join(',')}::${data(path === '' ? message : `${path}: ${message}`)}`;
}

/** A line break would end the command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
