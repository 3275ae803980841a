/** The preview as one HTML page that needs nothing else: no script, no network, both themes. Pure. */
import { createHash } from 'node:crypto';
import { escapeHtml } from '../../lib/escape-html.ts';
import { type Change, diffLines } from './changes.ts';
import type { Drawn } from './draw.ts';
import { PAGE_STYLE } from './style.ts';

/** A definition with what was drawn of it. */
export interface Card {
  readonly change: Change;
  /** By the definition as it was; absent where nothing is compared, or it is new. */
  readonly before?: readonly Drawn[];
  /** As it is; absent where it is gone. */
  readonly after?: readonly Drawn[];
}

/** What the page says above its cards. */
export interface PageHead {
  readonly title: string;
  /** Whole sentences. */
  readonly lines: readonly string[];
  /** Whether before and after are compared. */
  readonly isComparison: boolean;
}

/** Pictures are in the page, styles are the one here; nothing else is loaded or run. */
const CSP = `default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'`;

/** Makes the page. */
export function previewPage({ title, lines, isComparison }: PageHead, cards: readonly Card[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(CSP)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title><style>${PAGE_STYLE}</style></head><body>
<header><h1>${escapeHtml(title)}</h1>${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</header>
${contentsOf(cards, isComparison)}<main>${cards.map((card, index) => cardHtml(card, index, isComparison)).join('\n')}</main>
</body></html>
`;
}

function contentsOf(cards: readonly Card[], isComparison: boolean): string {
  if (cards.length < 2) return '';
  const items = cards.map(
    ({ change }, index) => `<li><a href="#d${index}">${escapeHtml(change.id)}</a>${stateOf(change, isComparison)}</li>`,
  );
  return `<nav aria-label="Definitions"><ul>${items.join('')}</ul></nav>\n`;
}

function stateOf({ before, after }: Change, isComparison: boolean): string {
  if (!isComparison) return '';
  if (!before) return ' <span class="state new">new</span>';
  return after ? ' <span class="state">changed</span>' : ' <span class="state gone">gone</span>';
}

function cardHtml(card: Card, index: number, isComparison: boolean): string {
  const { change, before, after } = card;
  const place = change.after ?? change.before;
  const state = stateOf(change, isComparison);
  const pairs = pairsOf(before ?? [], after ?? []);
  const drawn = pairs.map((pair) =>
    pairHtml(pair, isComparison && change.before !== undefined && change.after !== undefined),
  );
  return `<section id="d${index}" aria-labelledby="h${index}"><h2 id="h${index}">${escapeHtml(change.id)}${state}</h2>
<p class="place">${escapeHtml(place?.origin ?? '')} · pack ${escapeHtml(change.pack)}</p>
${yamlHtml(change, isComparison)}
${drawn.join('\n')}</section>`;
}

function yamlHtml({ before, after }: Change, isComparison: boolean): string {
  const lines = isComparison
    ? diffLines(before?.text ?? '', after?.text ?? '')
    : diffLines(after?.text ?? '', after?.text ?? '');
  const words = { '+': 'ins', '-': 'del', ' ': 'span' } as const;
  const rows = lines.map(
    ({ sign, text }) => `<${words[sign]}>${isComparison ? `${sign} ` : ''}${escapeHtml(text)}\n</${words[sign]}>`,
  );
  const open = isComparison ? ' open' : '';
  return `<details${open}><summary>${isComparison ? 'What changed' : 'Definition'}</summary><pre tabindex="0">${rows.join('')}</pre></details>`;
}

interface Pair {
  readonly q: string;
  readonly before?: Drawn;
  readonly after?: Drawn;
}

function pairsOf(before: readonly Drawn[], after: readonly Drawn[]): readonly Pair[] {
  const pairs = after.map((one): Pair => {
    const other =
      before.find(({ q }) => q === one.q) ?? (before.length === 1 && after.length === 1 ? before[0] : undefined);
    return { q: one.q, after: one, ...(other && { before: other }) };
  });
  const paired = new Set(pairs.map((pair) => pair.before));
  return [...pairs, ...before.filter((one) => !paired.has(one)).map((one): Pair => ({ q: one.q, before: one }))];
}

function pairHtml({ q, before, after }: Pair, hasTwoSides: boolean): string {
  const sides = hasTwoSides
    ? [figureHtml(before, 'Before', q), figureHtml(after, 'After', q)]
    : [figureHtml(after ?? before, undefined, q)];
  return `<h3><code>${escapeHtml(q)}</code></h3><div class="${hasTwoSides ? 'two' : 'one'}">${sides.join('')}</div>`;
}

function figureHtml(drawn: Drawn | undefined, label: string | undefined, q: string): string {
  const heading = label === undefined ? '' : `<h4>${label}</h4>`;
  if (!drawn) return `<figure>${heading}<p class="failure">It was not drawn for this question.</p></figure>`;
  const { pictures, html, failure, alt, from } = drawn;
  const asked = drawn.q === q ? '' : ` · asked <code>${escapeHtml(drawn.q)}</code>`;
  const picture = pictures
    ? `<picture><source media="(prefers-color-scheme: dark)" srcset="${dataUri(pictures.dark)}"><img alt="${escapeHtml(alt)}" src="${dataUri(pictures.light)}"></picture>`
    : '';
  const words =
    failure === undefined ? `<div class="said">${html}</div>` : `<p class="failure">${escapeHtml(failure)}</p>`;
  return `<figure>${heading}${picture}<figcaption>${words}<p class="from">${escapeHtml(from)}${asked}</p></figcaption></figure>`;
}

function dataUri(webp: Uint8Array): string {
  return `data:image/webp;base64,${Buffer.from(webp).toString('base64')}`;
}
