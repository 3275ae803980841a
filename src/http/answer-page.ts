/** The page of one answer at `/answers/<id>`: picture, words, numbers, how it was understood, the way on. Plain HTML. */
import { DateTime } from 'luxon';
import type { KeptAnswer } from '../answers/kept-answer.ts';
import type { Answer } from '../domain/answer.ts';
import type { TextTable } from '../domain/message.ts';
import { escapeHtml } from '../lib/escape-html.ts';
import { explanationMessage } from '../questions/explain.ts';
import { answerTable } from '../render/table.ts';
import type { AskResult } from './ask-result.ts';
import { messageHtml } from './message-html.ts';
import { pictureHtml, questionLinks } from './page.ts';

/** More rows than this are in the file. */
const ROWS_MAX = 200;

/** The title and the HTML of a kept answer's page. */
export function answerPage(kept: KeptAnswer, result: AskResult): { readonly title: string; readonly body: string } {
  const { q, askedBy, askedMs, answer } = kept;
  const zone = answer?.question.range.zone ?? kept.explanation.range?.zone ?? 'utc';
  const when = DateTime.fromMillis(askedMs, { zone }).setLocale('en').toFormat('ccc d LLL yyyy, HH:mm:ss ZZZZ');
  const title = answer?.title ?? q;
  const parts = [
    `<h1>${escapeHtml(title)}</h1>`,
    `<p><code>${escapeHtml(q)}</code> · asked ${escapeHtml(when)} by ${escapeHtml(askedBy.userName)} (${escapeHtml(askedBy.platform)})</p>`,
    result.image === null ? '' : pictureHtml(`${result.image}?`, result.alt),
    `<div class="said">${result.html}</div>`,
    answer ? numbersHtml(kept.id, answer) : '',
    `<h2>How it was understood</h2><div class="said">${messageHtml(explanationMessage(kept.explanation))}</div>`,
    answer ? `<p>Asked of <code>${escapeHtml(answer.origin)}</code></p>` : '',
    linksHtml(result.links),
    result.followUps.length === 0 ? '' : `<h2>Ask on</h2><p>${questionLinks(result.followUps, ' · ')}</p>`,
    `<p><a href="/">Ask something else</a> · <a href="/api/answers/${kept.id}">JSON</a></p>`,
  ];
  return { title: `${title} · Glimpse`, body: parts.filter(Boolean).join('\n') };
}

function numbersHtml(id: string, answer: Answer): string {
  if (answer.empty) return '';
  const table = answerTable(answer, ROWS_MAX);
  const file = `<p><a href="/answers/${id}.csv">All values as CSV</a></p>`;
  return `<h2>Numbers</h2>${table ? tableHtml(table) : ''}${file}`;
}

function tableHtml({ columns, rows, more }: TextTable): string {
  const classOf = (index: number) => (columns[index]?.align === 'right' ? ' class="num"' : '');
  const head = columns.map(({ title }, index) => `<th scope="col"${classOf(index)}>${escapeHtml(title)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((cell, index) => `<td${classOf(index)}>${escapeHtml(cell)}</td>`).join('')}</tr>`)
    .join('');
  const rest = more === undefined ? '' : `<p>${escapeHtml(more)}</p>`;
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>${rest}`;
}

function linksHtml(links: AskResult['links']): string {
  const shown = links.filter(({ url }) => /^https?:/i.test(url));
  if (shown.length === 0) return '';
  const items = shown.map(({ title, url }) => `<li><a href="${escapeHtml(url)}">${escapeHtml(title)}</a></li>`);
  return `<h2>The same window elsewhere</h2><ul>${items.join('')}</ul>`;
}
