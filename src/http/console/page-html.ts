/** The HTML around what the console draws. */

import { escapeHtml } from '../../lib/escape-html.ts';
import type { ConsoleServer, Page } from '../../web/contract.ts';
import type { BuiltConsole } from './built.ts';

/** The console's own files and pictures of this server; nothing of anybody else, no script in a page, no text as markup. */
export const CONSOLE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types glimpse',
  ].join('; '),
  'x-content-type-options': 'nosniff',
  // pages elsewhere learn nothing; without it our own forms would have no origin
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
  // signed in or not, light or dark: another page
  vary: 'cookie, accept',
} as const;

/** Gives a whole page; `retryAt` is where a browser without script asks again, and waits. */
export function pageHtml(built: BuiltConsole, page: Page, retryAt?: string): string {
  const { html, data, title }: ReturnType<ConsoleServer['render']> = built.render(page);
  const retry =
    retryAt === undefined
      ? ''
      : `<noscript><meta http-equiv="refresh" content="0;url=${escapeHtml(retryAt)}"></noscript>`;
  return `<!doctype html>
<html lang="en" data-theme="${page.theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
${retry}<link rel="icon" href="${built.icon}" type="image/svg+xml">
${built.fonts.map((font) => `<link rel="preload" href="${font}" as="font" type="font/woff2" crossorigin>`).join('\n')}
${built.styles.map((style) => `<link rel="stylesheet" href="${style}">`).join('\n')}
<script type="module" src="${built.script}"></script>
</head>
<body>
<div id="app">${html}</div>
<script type="application/json" id="data">${data}</script>
</body>
</html>
`;
}
