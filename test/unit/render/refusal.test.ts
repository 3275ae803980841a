import { describe, expect, it } from 'vitest';
import { BotError, type ErrorCode, type ErrorDetails } from '../../../src/domain/errors.ts';
import { plainMessage } from '../../../src/render/markup.ts';
import { refusalMessage, renderFailureNote } from '../../../src/render/words.ts';

const said = (code: ErrorCode, message: string, details: ErrorDetails = {}) =>
  plainMessage(refusalMessage(new BotError(code, message, details)))
    .replaceAll('\u202F', ' ')
    .split('\n');

describe('refusalMessage', () => {
  it('says what tripped, then what works', () => {
    expect(
      said('ASK_UNKNOWN_QUERY', 'No query is called `cpuu`. Near: **cpu**.', { suggestions: ['cpu web01', 'queries'] }),
    ).toEqual(['No query is called `cpuu`. Near: cpu.', 'These work: `cpu web01` · `queries`']);
  });

  it('gives suggestions as code that can be copied', () => {
    const error = new BotError('ASK_BAD_RANGE', 'No.', { suggestions: ['cpu web01 last 1h'] });
    const [block] = refusalMessage(error).blocks;
    expect(block).toMatchObject({
      kind: 'text',
      lines: [[{ name: 'No.' }], ['This works: ', { code: 'cpu web01 last 1h' }]],
    });
  });

  it('does not repeat a suggestion that the sentence holds', () => {
    expect(
      said('ASK_RANGE_TOO_LONG', 'Too long. `cpu last 90d` works.', { suggestions: ['cpu last 90d'] }),
    ).toHaveLength(1);
  });

  it('keeps what was typed harmless', () => {
    const error = new BotError('ASK_UNKNOWN_VALUE', '`x`@all [a](http://evil) is not a host.');
    const [block] = refusalMessage(error).blocks;
    expect(block?.kind === 'text' && block.lines[0]).toEqual([
      { code: 'x' },
      { name: '@all [a](http://evil) is not a host.' },
    ]);
  });

  it.each<[ErrorCode, string, ErrorDetails, string]>([
    ['SOURCE_AUTH', 'Graphite does not accept my login (401).', {}, 'Its operator: see `glimpse check`.'],
    [
      'SOURCE_TIMEOUT',
      'Graphite did not answer within 5 s.',
      { link: 'https://g.example/x' },
      'A shorter window or fewer series may work. · Open it yourself: https://g.example/x',
    ],
    ['SOURCE_OVERLOADED', 'Graphite is overloaded (429).', { retryAfterMs: 30_000 }, 'Try again in 30 s.'],
    ['SOURCE_BACKEND_DOWN', 'Graphite is down.', {}, '`status` shows which sources are up.'],
    [
      'SOURCE_TOO_MUCH',
      'This would read 4812 series; the limit is 500.',
      { suggestions: ['top 10 cpu', 'cpu web*'] },
      'These work: `top 10 cpu` · `cpu web*`',
    ],
    [
      'SOURCE_BAD_QUERY',
      'Graphite knows no function `x`.',
      { query: 'cpu' },
      'The definition must be mended; `help cpu` says whose it is.',
    ],
    ['SOURCE_BAD_QUERY', 'Graphite knows no function `x`.', { query: 'graphite:' }, 'It was sent as you typed it.'],
    [
      'SOURCE_BAD_QUERY',
      'Query A failed.',
      { query: 'grafana web-overview cpu', link: 'https://g.example/d/x' },
      'It must be mended where it is kept. · Open it yourself: https://g.example/d/x',
    ],
    [
      'SOURCE_BAD_QUERY',
      'Query A failed.',
      { query: 'https://g.example/d/x?from=1' },
      'It must be mended where it is kept.',
    ],
    [
      'ASK_UNKNOWN_QUERY',
      'Web is a dashboard.',
      { link: 'https://k.example/d', suggestions: ['kibana search'] },
      'This works: `kibana search` · Open it yourself: https://k.example/d',
    ],
    ['INTERNAL', 'Something went wrong.', { id: 'a1b2' }, 'It is logged as `a1b2`.'],
  ])('gives %s its own way on', (code, message, details, next) => {
    expect(said(code, message, details)).toEqual([message, next]);
  });

  it('links to nothing but http', () => {
    expect(said('SOURCE_BACKEND_DOWN', 'Down.', { link: 'javascript:alert(1)' }).join()).not.toContain('javascript');
  });
});

it('says why a picture is missing and that the numbers are not', () => {
  expect(renderFailureNote(new BotError('RENDER_TIMEOUT', 'x'))).toBe(
    'The picture could not be drawn (timed out); the numbers are complete.',
  );
  expect(renderFailureNote(new BotError('RENDER_FAILED', 'x'))).toContain('(the renderer failed)');
});

it.each([
  [180_000, 'Last good answer 3\u202Fmin ago.'],
  [20_000, 'It answered less than a minute ago.'],
])('says of a source that answered %i ms ago: %s', (lastGoodAgoMs, words) => {
  const error = new BotError('SOURCE_TIMEOUT', 'Graphite did not answer within 5 s.', { lastGoodAgoMs });
  expect(plainMessage(refusalMessage(error))).toContain(words);
});
