import { expect, it } from 'vitest';
import { messageMarkup } from '../../../src/web/html.ts';

it.each([
  '<p><b>CPU</b> <code>web01</code> <bdi>\u05D0</bdi></p>',
  '<div class="scroll" tabindex="0"><table><thead><tr><th scope="col" class="number">a</th></tr></thead></table></div>',
  `<p><a href="https://graphite.example/?target=${'x'.repeat(9_000)}">Graphite</a></p>`,
])('lets through what the server writes: %.40s', (html) => {
  expect(messageMarkup(html).__html).toBe(html);
});

it.each([
  '<script>',
  '<p onclick="x">',
  '<b><img src=x>',
  '<a href="javascript:x">',
  '<a href="https://x" onclick="y">',
  '<',
  '<<b>',
])('makes text of everything where one thing is not: %s', (part) => {
  const html = `<p>good</p>${part}`;
  expect(messageMarkup(html).__html).toBe(html.replaceAll('<', '&lt;'));
});
