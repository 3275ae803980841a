/** Whether the title of a change says by itself what it is. Pure. */

/** `Deployed web 1.4.2` and `Release 1.4.2` need no word before them; `deploy-api 1.4.2` is a name. */
const DEPLOYS = /^\s*(?:deploy(?:s|ed|ing|ments?)?|releas(?:es?|ed|ing))(?![\w-])/i;

/** Whether a title begins with the word for its kind (`deploy`, `pipeline`), or one that means the same. */
export function isKindSaid(word: string, title: string): boolean {
  if (word === 'deploy' || word === 'release') return DEPLOYS.test(title);
  const text = title.trimStart().toLowerCase();
  return text.startsWith(word) && !/^[\w-]/.test(text.slice(word.length));
}
