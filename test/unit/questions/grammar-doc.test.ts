/** Everything that docs/grammar.md shows is asked, and comes out as the page says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/questions/explain.ts';
import { parseTimeRange } from '../../../src/questions/parse-time-range.ts';
import { ask, followUp, NOW_MS, questionOf, refusalOf, ZONE } from './world.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/grammar.md'), 'utf8');

/** The rows of all tables with this head, as the texts of their cells. */
function rowsUnder(head: string): readonly (readonly string[])[] {
  return page.split('\n\n').flatMap((block) => {
    const [first, , ...rows] = block.split('\n');
    return first === head
      ? rows.map((row) =>
          row
            .split('|')
            .slice(1, -1)
            .map((cell) => cell.trim()),
        )
      : [];
  });
}

const code = (cell = '') => /^`([^`]+)`/.exec(cell)?.[1] ?? '';

describe('docs/grammar.md', () => {
  it.each(rowsUnder('| Said | Understood as |'))('%s is understood as %s', async (said, full) => {
    expect((await questionOf(code(said))).text).toBe(code(full));
  });

  it.each(rowsUnder('| After | Said | Understood as |'))(
    'after %s, %s is understood as %s',
    async (first, said, full) => {
      expect((await followUp(code(first), code(said))).text).toBe(code(full));
    },
  );

  it.each(rowsUnder('| Said | From | To |'))('%s is from %s to %s', (said, from, to) => {
    const { fromMs, toMs } = parseTimeRange(code(said), NOW_MS, ZONE);
    const shown = (ms: number) => DateTime.fromMillis(ms, { zone: ZONE }).toFormat('yyyy-MM-dd HH:mm');
    expect([shown(fromMs), shown(toMs)]).toEqual([from, to]);
  });

  it.each(rowsUnder('| Said | Gives |'))('%s is a command', async (said) => {
    expect((await ask(code(said))).kind).toBe('command');
  });

  it.each(rowsUnder('| Said | Code |'))('%s is refused with %s', async (said, refusal) => {
    expect((await refusalOf(code(said))).code).toBe(code(refusal));
  });

  it.each([...page.matchAll(/^`([^`]+)`\n\n```json\n([\s\S]+?)```/gm)].map((match) => match.slice(1)))(
    'explains `%s` as the page shows',
    async (said, json) => {
      expect(explain(await ask(said as string))).toEqual(JSON.parse(json as string));
    },
  );

  it('has all its tables found', () => {
    const heads = [
      '| Said | Understood as |',
      '| After | Said | Understood as |',
      '| Said | From | To |',
      '| Said | Code |',
    ];
    expect(heads.map((head) => rowsUnder(head).length)).toEqual([40, 13, 50, 11]);
  });
});
