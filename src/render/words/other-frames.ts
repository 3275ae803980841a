/** The first line of answers without series: tables and log lines. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { formatDuration, formatValue } from '../../domain/format-number.ts';
import type { Line } from '../../domain/message.ts';
import { makeUnit } from '../../domain/unit.ts';

const COUNT = makeUnit('count');

/** How much there is: `12 rows`, `312 lines in 30 min`; heatmaps by their count. */
export function otherHeadline(answer: Answer): Line {
  const [frame] = answer.frames;
  const { fromMs, toMs } = answer.question.range;
  switch (frame?.kind) {
    case 'table':
      if (frame.said !== undefined) return [frame.said];
      return [`${frame.rows.length} ${frame.rows.length === 1 ? 'row' : 'rows'}`];
    case 'logs':
      return [`${formatValue(frame.total, COUNT)} lines in ${formatDuration(toMs - fromMs)}`];
    case 'heatmap': {
      let total = 0;
      for (const count of frame.counts) total += count;
      return [`${formatValue(total, COUNT)} in ${formatDuration(toMs - fromMs)}`];
    }
    default:
      return ['no value in the window'];
  }
}
