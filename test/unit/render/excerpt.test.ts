import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { messageHtml } from '../../../src/http/message-html.ts';
import { displayWidth } from '../../../src/lib/display-width.ts';
import { plainMessage, terminalMessage } from '../../../src/render/markup.ts';
import { cutMarked, excerptOf, stacked } from '../../../src/render/words/excerpt.ts';

const marked = (message: string, word: string, columns = 60) => {
  const from = message.indexOf(word);
  const { text, marks } = cutMarked(excerptOf(message, [[from, from + word.length]], columns), columns);
  return { text, shown: marks.map((place) => text.slice(...place)) };
};

describe('what is shown of a message', () => {
  it('is its first line, and how many more there are', () => {
    expect(excerptOf('  one\n  at a\n  at b\n', [], 60)).toEqual({ text: 'one (+2 lines)', marks: [] });
    expect(excerptOf('\r\none\r\ntwo', [], 60).text).toBe('one (+1 line)');
    expect(excerptOf('', [], 60)).toEqual({ text: '', marks: [] });
  });

  it('keeps what was looked for where it stands, with its place', () => {
    expect(marked('payment refused: no card', 'refused')).toEqual({
      text: 'payment refused: no card',
      shown: ['refused'],
    });
    expect(marked('  a\tb refused', 'refused').text).toBe('a b refused');
    expect(marked('  a\tb refused', 'refused').shown).toEqual(['refused']);
  });

  it('is cut around what was looked for when that is far inside', () => {
    const long = `${'word '.repeat(100)}payment refused ${'more '.repeat(100)}`;
    const { text, shown } = marked(long, 'payment refused');
    expect(text).toMatch(/^…(?:word )+payment refused (?:more )+.*…$/);
    expect(shown).toEqual(['payment refused']);
    expect(displayWidth(text)).toBeLessThanOrEqual(60);
  });

  it('shows the line of a stack that was looked for, behind the beginning', () => {
    const stack = `java.lang.IllegalStateException: broken\n${'\tat x.Y.z(Y.java:1)\n'.repeat(40)}Caused by: card refused here`;
    expect(marked(stack, 'refused', 120)).toEqual({
      text: 'java.lang.IllegalStateException: broken … Caused by: card refused here (+41 lines)',
      shown: ['refused'],
    });
  });

  it('leaves out marks that were cut away, and shortens one at the cut', () => {
    const cut = cutMarked(
      {
        text: 'abcdefghij',
        marks: [
          [0, 2],
          [3, 8],
          [9, 10],
        ],
      },
      6,
    );
    expect(cut).toEqual({
      text: 'abcde…',
      marks: [
        [0, 2],
        [3, 5],
      ],
    });
    expect(
      stacked([
        { text: 'ab', marks: [[1, 2]] },
        { text: 'cd', marks: [[0, 1]] },
      ]),
    ).toEqual({
      text: 'ab\ncd',
      marks: [
        [1, 2],
        [3, 4],
      ],
    });
  });

  test.prop([
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.nat(400),
    fc.nat(40),
    fc.integer({ min: 40, max: 120 }),
  ])('is one line that fits, its marks within it, whatever the message', (message, from, length, columns) => {
    const place = [Math.min(from, message.length), Math.min(from + length, message.length)] as const;
    const { text, marks } = cutMarked(excerptOf(message, [place], columns), columns);
    expect(displayWidth(text)).toBeLessThanOrEqual(columns);
    expect(/[\n\r\u2028]/.test(text)).toBe(false);
    expect(marks.every(([start, end]) => start >= 0 && start < end && end <= text.length)).toBe(true);
  });
});

describe('marks in a message', () => {
  const block = {
    kind: 'code',
    text: 'a <b> c\nrefused & gone',
    marks: [
      [2, 5],
      [8, 15],
    ],
  } as const;

  it('are marks in HTML, bold in a terminal that can, and nothing in plain text', () => {
    const message = { blocks: [block] };
    expect(messageHtml(message)).toBe(
      '<pre tabindex="0">a <mark>&#60;b&#62;</mark> c\n<mark>refused</mark> &#38; gone</pre>',
    );
    expect(terminalMessage(message, true)).toBe('a \x1b[1m<b>\x1b[22m c\n\x1b[1mrefused\x1b[22m & gone');
    expect(terminalMessage(message, false)).toBe(block.text);
    expect(plainMessage(message)).toBe(block.text);
  });

  it('cannot be forged by a text', () => {
    const forged = { kind: 'code', text: 'x \ue0f3y\ue0f4 \x1b[1mz', marks: [[0, 1]] } as const;
    expect(messageHtml({ blocks: [forged] })).toBe('<pre tabindex="0"><mark>x</mark> \ufffdy\ufffd  [1mz</pre>');
  });
});
