/**
 * Rocket.Chat's markdown, made harmless.
 *
 * Older servers look for mentions in the raw text, code included, so a zero-width space follows every `@` and `#`.
 * Backslash escapes work neither in bold nor in labels nor behind numbers: a word with markup in it becomes code, which
 * also lets it be copied as it is.
 */
import type { Dialect } from '../../lib/markup.ts';

const ZERO_WIDTH_SPACE = '\u200B';
/** A bracket cannot be escaped in a link's label, nor can emphasis. */
const LABEL_LOOKALIKES: Readonly<Record<string, string>> = {
  '[': '(',
  ']': ')',
  '*': '∗',
  _: '＿',
  '~': '∼',
  '`': 'ˋ',
  '<': '‹',
  '|': '¦',
};

/** Words that the parser would turn into a link: addresses, e-mail, telephone, anything like `web01.example.com`. */
const LINK_LIKE = /\S\.\p{L}{2}|:\/\/|\w@[\p{L}\p{N}]|^www\.|\+\(?\d[\d()-]{3}/u;
/** Words that carry markup: emphasis, code, links, spoilers, time stamps, emoji, math. */
const MARKUP = /[*~`\\]|(?:^|[^\p{L}\p{N}])_|_(?:$|[^\p{L}\p{N}])|\]\(|<\S|\|\||:[a-z][\w+-]*:|\$\$/iu;
/** What makes a line a heading, a quote or a list when it stands at its begin. */
const LINE_START = /^(?:#{1,6}\s|>|[-+*]\s|\d+\.\s)/;

/** Names that people and teams have on every server. */
const CALLABLE = /^[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,98}[\p{L}\p{N}_-])?$/u;
/** A server refuses a whole message for these where the bot may not say them. */
const EVERYBODY = /^(?:all|here)$/i;

/** The dialect of one server; web clients show markdown tables from 8.7 on. */
export function rocketChatDialect(hasTables: boolean): Dialect {
  return {
    tables: hasTables ? 'markdown' : 'monospace',
    escape: plain,
    name: (text) => plain(LINE_START.test(text) ? ZERO_WIDTH_SPACE + text : text),
    bold: (markup) => `*${markup}*`,
    code: inlineCode,
    link,
    mention: (name) => (CALLABLE.test(name) && !EVERYBODY.test(name) ? `@${name}` : plain(`@${name}`)),
    // An empty block would be shown as six backticks.
    fence: (text) => `\`\`\`\n${withoutMentions(text) || ' '}\n\`\`\``,
    // A pipe ends a cell and cannot be escaped.
    cell: (text) => plain(text.replaceAll('|', '¦')),
  };
}

/** Takes the sting out of mentions of people and rooms and of links with a label, and drops control characters. */
function withoutMentions(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g, '')
    .replace(/[@#](?!\u200B)|\](?=\()/g, (sign) => sign + ZERO_WIDTH_SPACE);
}

/** Words that carry markup or would become a link are shown as code; line breaks become blanks. */
function plain(text: string): string {
  return text
    .split(/(\s+)/)
    .map((part, index) => {
      if (index % 2 === 1) return part.replace(/[\r\n\t\v\f\u2028\u2029]+/g, ' ');
      return LINK_LIKE.test(part) || MARKUP.test(part) ? inlineCode(part) : withoutMentions(part);
    })
    .join('');
}

/** A backtick cannot stand in inline code, and a backslash at its end would escape the closing one. */
function inlineCode(text: string): string {
  const content = withoutMentions(text.replace(/\s+/g, ' ').replaceAll('`', 'ˋ')).trim();
  return content === '' ? '' : `\`${content.replace(/\\$/, `\\${ZERO_WIDTH_SPACE}`)}\``;
}

function link(title: string, url: string): string {
  const href = safeHref(url);
  if (href === undefined) return plain(title);
  const label = withoutMentions(title.replace(/\s+/g, ' ').trim());
  const shown = label.replace(/[[\]*_~`<|]/g, (sign) => LABEL_LOOKALIKES[sign] ?? sign);
  return `[${shown === '' ? 'link' : shown}](${href})`;
}

/** The address of a link as it may stand in markdown; nothing for what is not http(s). */
function safeHref(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  return href.replace(/[()<>|\\`*[\]]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
