/** The page at `/`: what can be asked here, with pictures to try. Plain HTML, no script. */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { MESSAGE_MAX_CHARS } from '../chat/chat.ts';
import type { Catalog } from '../domain/catalog.ts';
import { toBotError } from '../domain/errors.ts';
import { escapeHtml } from '../lib/escape-html.ts';
import { type AskDeps, ask, type Reply } from '../questions/ask.ts';
import { wordsOf } from '../render/answer-parts.ts';
import { askResult } from './ask-result.ts';
import { callerContext } from './ask-routes.ts';
import { messageHtml } from './message-html.ts';
import { signalOf } from './request-signal.ts';

const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--ink:#16181d;--ink2:#4b515c;--line:#e6e8ec;--link:#204fc4;--code:#f3f5f8}
@media(prefers-color-scheme:dark){:root{--ground:#1a1d21;--ink:#f2f4f7;--ink2:#c3c8d1;--line:#31353c;--link:#84b3ff;--code:#24282e}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem;background:var(--ground);color:var(--ink);font:1.0625rem/1.5 "IBM Plex Sans",system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
p{margin:.25rem 0 .75rem;color:var(--ink2)}
a{color:var(--link)}
th,td:first-child code{white-space:nowrap}
code{background:var(--code);padding:.1em .35em;border-radius:4px;font-size:.95em;overflow-wrap:anywhere}
img{display:block;width:100%;height:auto;aspect-ratio:auto 9/4;border:1px solid var(--line);border-radius:4px}
table{width:100%;border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.45rem .75rem .45rem 0;border-top:1px solid var(--line)}
th{font-weight:600;color:var(--ink2)}
input{font:inherit;flex:1;min-width:12rem;padding:.45rem .6rem;color:inherit;background:var(--ground);border:1px solid #767e8b;border-radius:4px}
button{font:inherit;padding:.45rem 1rem;border:0;border-radius:4px;background:#204fc4;color:#fff}
form{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0}
.said{white-space:pre-wrap;overflow-wrap:anywhere;margin:.75rem 0}
pre{overflow-x:auto;margin:.25rem 0;padding:.6rem .75rem;background:var(--code);border-radius:4px;font-size:.95rem}
@media(max-width:40rem){body{padding:1rem}thead{position:absolute;clip-path:inset(50%)}tr{display:block;padding:.5rem 0;border-top:1px solid var(--line)}td{display:block;border:0;padding:.1rem 0}}
`;

/** The one style above and pictures of this server; nothing else is loaded or run. */
const CSP = `default-src 'none'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** What the page shows; read anew for each request. */
export interface FrontPageDeps {
  readonly ask: AskDeps;
  /** Questions that work here, best first. */
  examples(signal: AbortSignal): Promise<readonly string[]>;
}

/** An answer or a refusal, as the page shows it. */
interface Shown {
  readonly status: number;
  /** What is said, as HTML; empty for nothing. */
  readonly html: string;
  readonly image?: string;
  readonly alt: string;
  /** Questions that would work instead. */
  readonly suggestions: readonly string[];
}

/** Registers `/`, which answers `/?q=…` in words and with its picture, for people without a chat at hand. */
export function frontPage(app: FastifyInstance, deps: FrontPageDeps): void {
  app.get<{ Querystring: { q?: unknown } }>('/', async ({ query: { q } }, reply) => {
    const examples = await deps.examples(signalOf(reply));
    const question = typeof q === 'string' ? q.slice(0, MESSAGE_MAX_CHARS).trim() : '';
    const shown = question === '' ? firstOf(examples) : await answerTo(question, deps.ask, reply);
    return reply
      .code(shown?.status ?? 200)
      .type('text/html; charset=utf-8')
      .headers({
        'content-security-policy': CSP,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      .send(pageOf(deps.ask.catalog(), examples, question, shown));
  });
}

/** Before anything is asked, the first example shows what an answer looks like. */
function firstOf([first]: readonly string[]): Shown | undefined {
  if (first === undefined) return undefined;
  const image = `/render?${new URLSearchParams({ q: first })}`;
  return { status: 200, html: '', image, alt: `Answer to: ${first}`, suggestions: [] };
}

async function answerTo(question: string, deps: AskDeps, reply: FastifyReply): Promise<Shown> {
  try {
    const answered = await ask(question, callerContext(undefined), deps, signalOf(reply));
    const { alt, image } = askResult(answered);
    return { status: 200, html: saidIn(answered), alt, ...(image !== null && { image }), suggestions: [] };
  } catch (thrown) {
    const error = toBotError(thrown);
    const { status, message, details } = error;
    return { status, html: escapeHtml(message), alt: '', suggestions: details.suggestions ?? [] };
  }
}

function saidIn(reply: Reply): string {
  if (reply.kind === 'none') return '';
  return messageHtml(reply.kind === 'answer' ? wordsOf(reply.answer).message : reply.message);
}

function shownHtml({ html, image, alt, suggestions }: Shown): string {
  const words = html === '' ? '' : `<div class="said">${html}</div>`;
  const others = suggestions.length === 0 ? '' : `<p>These work: ${linksOf(suggestions, ' · ')}</p>`;
  if (image === undefined) return words + others;
  const [light, dark] = [escapeHtml(image), escapeHtml(`${image}&theme=dark`)];
  return `${words}<a href="${light}"><picture><source media="(prefers-color-scheme:dark)" srcset="${dark}"><img src="${light}" alt="${escapeHtml(alt)}" width="900" height="400"></picture></a>`;
}

function linksOf(questions: readonly string[], separator: string): string {
  const link = (text: string) =>
    `<a href="${escapeHtml(`/?${new URLSearchParams({ q: text })}`)}"><code>${escapeHtml(text)}</code></a>`;
  return questions.map(link).join(separator);
}

function pageOf(catalog: Catalog, examples: readonly string[], question: string, shown: Shown | undefined): string {
  const [first] = examples;
  const tries = linksOf(examples, ' · ');
  const rows = catalog.queries.map(
    ({ id, description, title, examples: own, sourceName, isDemo }) =>
      `<tr><td><code>${escapeHtml(id)}</code></td><td>${escapeHtml(description ?? title)}</td><td>${linksOf(own.slice(0, 2), '<br>')}</td><td>${isDemo ? 'demo data' : escapeHtml(sourceName)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Glimpse</title><style>${STYLE}</style></head><body>
<h1>Glimpse</h1><p>Ask for a metric in words; get the chart, the numbers and a link that keeps its window.</p>
<form action="/" method="get"><input name="q" value="${escapeHtml(question)}" required maxlength="4000" aria-label="Question" placeholder="${escapeHtml(first ?? 'cpu last 1h')}"><button>Ask</button></form>
${shown ? shownHtml(shown) : ''}<p>Try: ${tries}</p>
<h2>What can be asked</h2><table><thead><tr><th scope="col">Word</th><th scope="col">Meaning</th><th scope="col">Examples</th><th scope="col">Source</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<h2>For programs</h2><p><code>POST /api/ask</code> with <code>{"q": "…"}</code> · <a href="/api/queries"><code>GET /api/queries</code></a> · <code>GET /render?q=…</code> · <a href="/readyz"><code>/readyz</code></a></p>
</body></html>`;
}
