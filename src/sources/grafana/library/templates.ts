/** Texts of dashboards, with their own way to write variables, as templates of definitions. Pure. */

/** `$name`, `[[name]]`, `[[name:format]]`, `${name}`, `${name:format}`, `${name.text}`. */
const REFERENCE = /\$\{(\w+)(?:\.[^}:]+)?(?::[^}]*)?\}|\[\[(\w+)(?::\w+)?\]\]|\$(\w+)/g;

/**
 * A text in which variables that are parameters are `${name}`; others have their values, those that nobody knows stay
 * as text.
 */
export function templateOf(
  text: string,
  parameters: ReadonlySet<string>,
  values: Readonly<Record<string, readonly string[]>>,
): string {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const name = match[1] ?? match[2] ?? match[3] ?? '';
    result += plain(text.slice(end, match.index));
    end = match.index + match[0].length;
    const value = Object.hasOwn(values, name) ? values[name]?.join(', ') : undefined;
    result += parameters.has(name) ? `\${${name}}` : plain(value ?? match[0]);
  }
  return result + plain(text.slice(end));
}

/** `$${` stands for the two characters `${`. */
function plain(text: string): string {
  return text.replaceAll('${', () => '$${');
}
