/** What plain pages have in common: a style for both themes, no script, nothing from elsewhere. */
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { escapeHtml } from '../lib/escape-html.ts';

const STYLE = `
:root{color-scheme:light dark;--ground:#fff;--ink:#16181d;--ink2:#4b515c;--line:#e6e8ec;--link:#204fc4;--code:#f3f5f8}
@media(prefers-color-scheme:dark){:root{--ground:#1a1d21;--ink:#f2f4f7;--ink2:#c3c8d1;--line:#31353c;--link:#84b3ff;--code:#24282e}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem;background:var(--ground);color:var(--ink);font:1.0625rem/1.5 "IBM Plex Sans",system-ui,sans-serif}
h1{font-size:1.6rem;margin:0 0 .25rem;overflow-wrap:anywhere}h2{font-size:1.15rem;margin:2rem 0 .5rem}
p{margin:.25rem 0 .75rem;color:var(--ink2)}
a{color:var(--link)}
th,td:first-child code{white-space:nowrap}
code{background:var(--code);padding:.1em .35em;border-radius:4px;font-size:.95em;overflow-wrap:anywhere}
img{display:block;width:100%;height:auto;aspect-ratio:auto 9/4;border:1px solid var(--line);border-radius:4px}
table{width:100%;border-collapse:collapse}td,th{text-align:left;vertical-align:top;padding:.45rem .75rem .45rem 0;border-top:1px solid var(--line)}
th{font-weight:600;color:var(--ink2)}
.said{white-space:pre-wrap;overflow-wrap:anywhere;margin:.75rem 0}
.wide{overflow-x:auto}.num{text-align:right;font-variant-numeric:tabular-nums}
pre{overflow-x:auto;margin:.25rem 0;padding:.6rem .75rem;background:var(--code);border-radius:4px;font-size:.95rem}
@media(max-width:40rem){body{padding:1rem}}
`;

/** The one style above and pictures of this server; nothing else is loaded or run. */
const CSP = `default-src 'none'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** Sends a page; `body` is HTML in which everything from outside is escaped. */
export function sendPage(
  reply: FastifyReply,
  { title, body }: { readonly title: string; readonly body: string },
): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': CSP,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    .send(
      `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>\n${body}\n</body></html>`,
    );
}

/** A picture that follows the reader's theme and leads to itself; `src` is a path of this server with a query. */
export function pictureHtml(src: string, alt: string): string {
  const [light, dark] = [escapeHtml(src), escapeHtml(`${src}&theme=dark`)];
  return `<a href="${light}"><picture><source media="(prefers-color-scheme:dark)" srcset="${dark}"><img src="${light}" alt="${escapeHtml(alt)}" width="900" height="400"></picture></a>`;
}

/** Questions as links that ask them here. */
export function questionLinks(questions: readonly string[], separator: string): string {
  const link = (text: string) =>
    `<a href="${escapeHtml(`/?${new URLSearchParams({ q: text })}`)}"><code>${escapeHtml(text)}</code></a>`;
  return questions.map(link).join(separator);
}
