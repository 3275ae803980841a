import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { imageProtocolOf, inlineImage } from '../../../src/cli/inline-image.ts';

const png = await sharp({ create: { width: 12, height: 7, channels: 3, background: '#204fc4' } })
  .png()
  .toBuffer();

it.each([
  [{ TERM: 'xterm-kitty' }, 'kitty'],
  [{ TERM: 'xterm-256color', KITTY_WINDOW_ID: '1' }, 'kitty'],
  [{ TERM: 'xterm-256color', TERM_PROGRAM: 'iTerm.app' }, 'iterm2'],
  [{ TERM: 'foot' }, 'sixel'],
  [{ TERM: 'xterm-256color' }, undefined],
  [{ TERM: 'xterm-kitty', TMUX: '/tmp/tmux' }, undefined],
])('knows from %j that the terminal shows %s', (env, protocol) => {
  expect(imageProtocolOf(env)).toBe(protocol);
});

it('sends kitty the whole PNG in pieces of at most 4096 characters', async () => {
  const noise = await sharp(randomBytes(300 * 60 * 3), {
    raw: { width: 300, height: 60, channels: 3 },
  })
    .png()
    .toBuffer();
  const sequences = (await inlineImage(noise, 'kitty')).split('\x1b\\').slice(0, -1);
  const payloads = sequences.map((sequence) => sequence.split(';')[1] ?? '');
  expect(sequences.length).toBeGreaterThan(1);
  expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(4096);
  expect(Buffer.from(payloads.join(''), 'base64').equals(noise)).toBe(true);
  expect(sequences.at(-1)).toContain('m=0;');
});

it('sends iTerm2 the PNG with its size', async () => {
  const text = await inlineImage(png, 'iterm2');
  expect(text).toContain(`size=${png.byteLength};`);
  expect(Buffer.from(text.slice(text.indexOf(':') + 1, text.indexOf('\x07')), 'base64').equals(png)).toBe(true);
});

it('draws sixels that decode to the same pixels', async () => {
  const text = await inlineImage(png, 'sixel');
  const body = /^\x1bPq"1;1;12;7(.*)\x1b\\\n$/s.exec(text)?.[1] ?? '';
  expect(body.startsWith('#0;2;13;31;77')).toBe(true);
  // one colour: a full band of six rows and one row of the seventh
  expect(body.slice(body.indexOf('#0', 1))).toBe(
    `#0!12${String.fromCharCode(63 + 63)}-#0!12${String.fromCharCode(63 + 1)}`,
  );
});
