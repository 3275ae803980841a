/** Counts questions. */
import type { OnAsked } from '../questions/asked.ts';
import type { Metrics } from './metrics.ts';

/** What counts each question that is over. */
export function countAsked({ questions, queryQuestions, stageSeconds, failures }: Metrics): OnAsked {
  return ({ surface, outcome, query, code, understandMs, fetchMs }) => {
    questions.inc({ surface, outcome });
    if (query !== undefined) queryQuestions.inc({ query, outcome });
    if (code !== undefined) failures.inc({ code, kind: 'question' });
    if (understandMs !== undefined) stageSeconds.observe({ stage: 'understand' }, understandMs / 1000);
    // words that need no data are not fetched
    if (query !== undefined && fetchMs !== undefined) stageSeconds.observe({ stage: 'fetch' }, fetchMs / 1000);
  };
}
