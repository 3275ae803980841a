/** What a back end's error page says, as a harmless line of text. Pure; linear in the page, which may be 64 KiB of anything. */

/** Of a back end's own words no more than this reaches a person. */
const SAID_MAX_CHARS = 200;

/** The text of a page: elements as line breaks, entities decoded, no styles or scripts. */
export function textOfPage(body: string): string {
  return decodeEntities(['style', 'script'].reduce(withoutElement, body).replace(/<[^<>]*>/g, '\n'));
}

/** Whether a body is a page for browsers. */
export function isPage(body: string): boolean {
  return /<(?:!doctype|html|body)/i.test(body);
}

/** One line, cut to {@link SAID_MAX_CHARS}; no paths, addresses, mentions or markup. */
export function harmless(text: string): string {
  const plain = text
    .replace(/\s+/g, ' ')
    .replace(/\bhttps?:\/\/\S+/gi, '…')
    .replace(/(?:\/[\w.-]+){2,}/g, '…')
    .replace(/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b/g, '…')
    .replace(/[\x00-\x1f\x7f`@<>[\]|\\*~]/g, '')
    .trim();
  return plain.length > SAID_MAX_CHARS ? `${plain.slice(0, SAID_MAX_CHARS - 1)}…` : plain;
}

/** Closes a sentence that somebody else wrote. */
export function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function withoutElement(page: string, name: string): string {
  let rest = page;
  for (;;) {
    const start = rest.indexOf(`<${name}`);
    const end = start === -1 ? -1 : rest.indexOf(`</${name}>`, start);
    if (end === -1) return rest;
    rest = rest.slice(0, start) + rest.slice(end + name.length + 3);
  }
}

function decodeEntities(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&', apos: "'", '#39': "'" };
  return text.replace(/&(lt|gt|quot|amp|apos|#39|#x27|#34);/g, (all, name: string) => {
    if (name === '#x27') return "'";
    return name === '#34' ? '"' : (named[name] ?? all);
  });
}
