/** Why a measure has no value although documents match. */
import { expect, it } from 'vitest';
import { searchReply, start, window } from './harness.ts';

const BLOCK = { filter: { term: { 'log.level': 'error' } }, metric: { avg: 'nosuch.field' } };

/** Five documents match, and some elsewhere hold the field, or none does. */
async function reasonFor(holding: number) {
  const { source, requestOf } = await start(({ body }) => {
    const value = body.includes('"exists"') ? holding : 5;
    return searchReply({ hits: { total: { value, relation: 'eq' }, hits: [] } });
  });
  return source.whyEmpty?.(requestOf(BLOCK), window, AbortSignal.timeout(20_000));
}

it.each([
  [0, 'no document of logs-test has a value in nosuch.field'],
  [3, 'no document that matches in this window has a value in nosuch.field'],
])('is no filter that is too narrow, nor data that stopped: %i documents hold its field', async (holding, said) => {
  expect(await reasonFor(holding)).toEqual({ kind: 'none', said });
});
