/** The first line of answers without series: tables, heatmaps and log lines. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import type { Line } from '../../domain/message.ts';
import { makeUnit } from '../../domain/unit.ts';
import { heatmapWords } from './heatmap.ts';
import { tableWords } from './tables.ts';

const COUNT = makeUnit('count');

/** How much there is: `3 problems, 1 critical: disk`, `312 lines in 30 min`, `66.9 k in 1 h · p50 about 57 ms …`. */
export function otherHeadline(answer: Answer): Line {
  const [frame] = answer.frames;
  const { fromMs, toMs } = answer.question.range;
  switch (frame?.kind) {
    case 'table':
      return tableWords(frame, answer.title);
    case 'logs':
      return [`${formatValue(frame.total, COUNT)} lines in ${formatDuration(toMs - fromMs)}`];
    case 'heatmap':
      return heatmapWords(frame, answer);
    default:
      return ['no value in the window'];
  }
}
