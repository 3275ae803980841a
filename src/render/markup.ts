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

/** A whole message as plain text. */
export function plainMessage(message: Message): string {
  return plain.text(message);
}
