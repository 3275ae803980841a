/** Messages as plain text: terminals, HTTP, logs. Other dialects are their platforms' own. Pure. */
import type { Message } from '../domain/message.ts';
import { createMarkup, type Dialect } from '../lib/markup.ts';

/** No markup at all: links show their address, tables are aligned. */
const plainDialect: Dialect = {
  escape: (text) => text,
  name: (text) => text,
  bold: (text) => text,
  code: (text) => `\`${text}\``,
  link: (title, url) => `${title}: ${url}`,
  fence: (text) => text,
  tables: 'monospace',
};

const plain = createMarkup(plainDialect);

const bright = createMarkup({ ...plainDialect, mark: (markup) => `\x1b[1m${markup}\x1b[22m` });

/** A whole message for a terminal: as plain text, with what was looked for in log lines in bold where it can show that. */
export function terminalMessage(message: Message, canBold: boolean): string {
  return (canBold ? bright : plain).text(message);
}

/** A whole message as plain text. */
export function plainMessage(message: Message): string {
  return plain.text(message);
}
