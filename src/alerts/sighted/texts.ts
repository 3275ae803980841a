/** The texts of a post: without the markup of chats, in lines that no pattern is slow on. Pure. */
import type { SightedAttachment, Sighting } from '../../domain/sighting.ts';
import { hrefOf } from '../reading/links.ts';
import { oneLine } from '../reading/loose.ts';

/** A line of an alert is short; what is longer is cut. */
const LINE_MAX_CHARS = 2_000;
const LINES_MAX = 1_000;
const LINKS_MAX = 50;

/** The whole of an attachment, in the order in which it is shown. */
function textsOf({ pretext, title, text, fields }: SightedAttachment): readonly string[] {
  const said = fields.map(({ title: name, value }) => `${name}: ${value}`);
  return [pretext, title, text, ...said].flatMap((one) => one ?? []);
}

/** All that a post says, in lines. */
export function wholeText({ text, attachments }: Sighting): string {
  return [text, ...attachments.flatMap(textsOf)].filter((one) => one !== '').join('\n');
}

/** The lines of a text, without those that are blank; bounded, and then to the end of a paragraph. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/, LINES_MAX + 1);
  const end = lines.length > LINES_MAX ? lines.lastIndexOf('', LINES_MAX) : -1;
  return lines
    .slice(0, end > 0 ? end : LINES_MAX)
    .map((line) => line.slice(0, LINE_MAX_CHARS).trim())
    .filter((line) => line !== '');
}

/** A line without emphasis, code marks and the addresses of its links: `*DOWN* <https://a|web01>` is `DOWN web01`. */
export function plainLine(line: string): string {
  return oneLine(
    line
      .replace(/<https?:\/\/[^\s<>|]{1,2000}\|([^<>|]{0,500})>/g, '$1')
      .replace(/\[([^[\]]{0,500})\]\(https?:\/\/[^\s()]{1,2000}\)/g, '$1')
      .replace(/(?<=^|[\s([:•-])[*_~`]{1,3}(?=\S)|(?<=\S)[*_~`]{1,3}(?=\s|$|[.,:;|!)\]])/g, ''),
  );
}

/** The named groups of each line that has a form. */
export function groupsIn(form: RegExp, lines: readonly string[]): readonly Readonly<Partial<Record<string, string>>>[] {
  return lines.flatMap((line) => {
    const groups = form.exec(line)?.groups;
    return groups ? [groups] : [];
  });
}

/** The addresses in a text, each once; bounded. */
export function hrefsIn(text: string): readonly string[] {
  const found = text.match(/https?:\/\/[^\s<>|"'`]{1,4000}/g) ?? [];
  const hrefs = found.slice(0, LINKS_MAX).flatMap((one) => hrefOf(one.replace(/[).,;]+$/, '')) ?? []);
  return [...new Set(hrefs)];
}

/** The value of the first field with one of these names, in any case. */
export function fieldOf({ fields }: SightedAttachment, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = fields.find(({ title }) => plainLine(title).replace(/:$/, '').toLowerCase() === name);
    if (found) return plainLine(found.value) || undefined;
  }
  return undefined;
}

/** Colours that mean that all is well again. */
const FINE = /^(?:good|green|ok|#(?:36a64f|2eb886|009900|00cc00|32cd32))$/i;
const BAD =
  /^(?:danger|warning|red|orange|yellow|#(?:d63232|a30200|daa038|ff0000|ee0000|cc0000|e45959|e97659|ffa059|ffc859))$/i;

/** What the colour of an attachment says; nothing where it says nothing. */
export function colourOf({ color = '' }: SightedAttachment): 'fine' | 'bad' | undefined {
  if (FINE.test(color.trim())) return 'fine';
  return BAD.test(color.trim()) ? 'bad' : undefined;
}
