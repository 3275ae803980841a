/** Messages as HTML: the dialect of the web pages. Pure. */
import { type Block, harmless, type Message, type TextTable } from '../domain/message.ts';
import { escapeHtml } from '../lib/escape-html.ts';
import { createMarkup } from '../lib/markup.ts';

/** Names in such letters would turn round what stands beside them. */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFF\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

const html = createMarkup({
  escape: escapeHtml,
  name: (text) => (RIGHT_TO_LEFT.test(text) ? `<bdi>${escapeHtml(text)}</bdi>` : escapeHtml(text)),
  bold: (markup) => `<b>${markup}</b>`,
  code: (text) => `<code>${escapeHtml(text)}</code>`,
  link: (title, url) =>
    /^https?:/i.test(url) ? `<a href="${escapeHtml(url)}">${escapeHtml(title)}</a>` : escapeHtml(title),
  // what scrolls must be reached by the keyboard
  fence: (text) => `<pre tabindex="0">${escapeHtml(text)}</pre>`,
  mark: (markup) => `<mark>${markup}</mark>`,
  tables: 'monospace',
});

/**
 * A whole message as HTML that is safe to show: `p`, `table`, `pre`, `b`, `bdi`, `code`, `mark`, and links to http and https; the
 * console lets nothing else through.
 */
export function messageHtml({ blocks }: Message): string {
  return blocks.map(blockHtml).join('');
}

function blockHtml(block: Block): string {
  if (block.kind === 'table') return tableHtml(block.table);
  if (block.kind === 'code') return html.text({ blocks: [block] });
  return block.lines
    .map((line) => html.line(line))
    .map((line) => (line.trim() === '' ? '' : `<p>${line}</p>`))
    .join('');
}

function tableHtml({ columns, rows, more }: TextTable): string {
  const cls = (column: number) => (columns[column]?.align === 'right' ? ' class="number"' : '');
  const cell = (text: string) => escapeHtml(harmless(text));
  const head = columns.map(({ title }, column) => `<th scope="col"${cls(column)}>${cell(title)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((text, column) => `<td${cls(column)}>${cell(text)}</td>`).join('')}</tr>`)
    .join('');
  const rest = more === undefined ? '' : `<p>${cell(more)}</p>`;
  return `<div class="scroll" tabindex="0"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>${rest}`;
}
