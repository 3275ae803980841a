/**
 * The paths that a `.dockerignore` lets through, which must be written as this project's: `*`, then `!name` for each.
 *
 * @throws Error at any other line, which would be understood wrongly
 */
export function allowedPaths(text: string): readonly string[] {
  const [first, ...rest] = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  if (first !== '*') throw new Error(`.dockerignore must begin with *, not ${first}`);
  return rest.map((line) => {
    const [, path] = /^!([\w.-]+)$/.exec(line) ?? [];
    if (path === undefined) throw new Error(`.dockerignore: ${line} is no !name`);
    return path;
  });
}
