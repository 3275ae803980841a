/** Messages as HTML: the dialect of the web page. Pure. */
import type { Message } from '../domain/message.ts';
import { escapeHtml } from '../lib/escape-html.ts';
import { createMarkup } from '../lib/markup.ts';

const html = createMarkup({
  escape: escapeHtml,
  name: escapeHtml,
  bold: (markup) => `<b>${markup}</b>`,
  code: (text) => `<code>${escapeHtml(text)}</code>`,
  link: (title, url) =>
    /^https?:/i.test(url) ? `<a href="${escapeHtml(url)}">${escapeHtml(title)}</a>` : escapeHtml(title),
  fence: (text) => `<pre>${escapeHtml(text)}</pre>`,
  mark: (markup) => `<mark>${markup}</mark>`,
  tables: 'monospace',
});

/** A whole message; lines end in `\n`, so it wants a place that keeps line breaks. */
export function messageHtml(message: Message): string {
  return html.text(message);
}
