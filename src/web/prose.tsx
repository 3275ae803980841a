/** Sentences of the server: what stands between backticks is something to type or a name, shown as such. */

/** The sentence, in the place of a text. */
export function Prose({ text }: { readonly text: string }) {
  const parts = text.split(/`([^`\n]+)`/);
  return <>{parts.map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>;
}
