/** Whatever a back end sends, its words stay one harmless line. */
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { failureOf } from '../../src/sources/graphite/failures.ts';
import { escapeHtml, tracebackPage } from '../doubles/graphite-web.ts';

function messageOf(status: number, contentType: string, text: string): string {
  return failureOf('Graphite', { status, contentType, headers: new Headers(), text }, 0).message;
}

const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '@all',
    '<b>',
    '</b>',
    '`',
    '**',
    '/usr/lib/python3/x.py',
    'https://evil.example/x',
    '\n',
    '&lt;script&gt;',
  ),
  fc.constantFrom(
    'Traceback (most recent call last):\n',
    'TypeError: ',
    'Invalid parameters (',
    '); targets: ',
    '{"error":"',
    '"}',
  ),
);
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
const page = fc.oneof(
  text,
  text.map((fault) => String(tracebackPage(`TypeError: ${fault}`).body)),
  text.map((fault) => `Invalid parameters (${escapeHtml(fault)}); targets: &quot;x&quot;`),
  text.map((error) => JSON.stringify({ error })),
);
const status = fc.constantFrom(200, 302, 400, 401, 403, 404, 413, 429, 500, 502, 503);

propertyTest.prop([status, fc.constantFrom('text/html', 'text/plain', 'application/json'), page], { numRuns: 2_000 })(
  'shows no markup, mention, path, address or second line',
  (code, contentType, body) => {
    const message = messageOf(code, contentType, body);
    expect(message).not.toMatch(/[\x00-\x1f\x7f`@<>*|[\]]|\/usr\/lib|evil|:\/\//);
    expect(message.length).toBeLessThan(300);
    expect(message).toMatch(/^Graphite[ '].*[.!?]$/);
  },
);

it.each([
  '<style'.repeat(10_000),
  '<'.repeat(64_000),
  'aliasSub('.repeat(7_000),
  '/a'.repeat(32_000),
  'Invalid parameters ('.repeat(3_000),
  '&lt'.repeat(20_000),
  'Traceback (most recent call last):\n'.repeat(1_800),
])(
  'is not slowed down by a hostile page %#',
  (body) => {
    expect(messageOf(400, 'text/plain', body).length).toBeLessThan(300);
  },
  5_000,
);
