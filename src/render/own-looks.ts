/** Looks and limits that frames bring with them: whose they are, and an answer of one frame alone. Pure. */
import type { Threshold } from '../domain/annotation.ts';
import type { Answer } from '../domain/answer.ts';
import type { SeriesFrame } from '../domain/frame.ts';
import type { Question } from '../domain/question.ts';
import type { Looks } from '../domain/saved-query.ts';
import { makeUnit } from '../domain/unit.ts';
import { chartFrames, frameTitle, sheetFrames } from './chart/chart-frames.ts';

const settled = new WeakMap<Answer, Answer>();

/**
 * An answer in which looks and limits that its first frame brought (a Grafana panel's) stand where definition and
 * question say nothing. The same answer gives the same result, since what is found out about one is remembered by it.
 */
export function withOwnLooks(answer: Answer): Answer {
  const found = settled.get(answer) ?? settle(answer);
  settled.set(answer, found);
  settled.set(found, found);
  return found;
}

function settle(answer: Answer): Answer {
  const [frame] = sheetFrames(answer).length > 0 ? [] : chartFrames(answer.frames);
  if (!frame || (!frame.looks && !frame.thresholds)) return answer;
  const { question } = answer;
  const { query } = question;
  return {
    ...answer,
    thresholds: answer.thresholds.length > 0 ? answer.thresholds : (frame.thresholds ?? []),
    question: {
      ...question,
      looks: { ...frame.looks, ...question.looks },
      query: { ...query, looks: { ...frame.looks, ...query.looks } },
    },
  };
}

const alone = new WeakMap<Answer, WeakMap<SeriesFrame, Answer>>();

/** An answer that holds one frame of another, with the frame's own title, unit, looks and limits: a panel, a strip. */
export function answerOf(answer: Answer, frame: SeriesFrame): Answer {
  const parts = alone.get(answer) ?? new WeakMap<SeriesFrame, Answer>();
  alone.set(answer, parts);
  const found = parts.get(frame) ?? makeAlone(answer, frame);
  parts.set(frame, found);
  return found;
}

function makeAlone(answer: Answer, frame: SeriesFrame): Answer {
  // what fires has its limit and its members in the whole alone
  const { under: _, comparison, empty: __, rankedFrom: ___, alert: ____, ...rest } = answer;
  const { thresholds = [] } = frame;
  const others = comparison?.frames.filter(({ title }) => title !== undefined && title === frame.title) ?? [];
  return {
    ...rest,
    title: frameTitle(frame),
    frames: [frame],
    question: questionOf(answer, frame, thresholds),
    thresholds,
    annotations: [],
    notes: [],
    links: [],
    ...(comparison && others.length > 0 && { comparison: { ...comparison, frames: others } }),
  };
}

function questionOf({ question }: Answer, frame: SeriesFrame, thresholds: readonly Threshold[]): Question {
  const { ranking: _, comparison, changed: __, ...rest } = question;
  const unit = frame.series[0]?.unit ?? makeUnit('none');
  const isCounted = frame.consolidated === 'sum' || (unit.isWhole && frame.looks?.bars === true);
  const looks: Looks = { ...(isCounted && { bars: true }), ...frame.looks };
  const isLowBad = thresholds.length > 0 && thresholds.every(({ op }) => op.startsWith('<'));
  return {
    ...rest,
    looks,
    ...(comparison && { comparison }),
    query: {
      ...question.query,
      parameters: [],
      unit,
      looks,
      thresholds,
      consolidate: isCounted ? 'sum' : (frame.consolidated ?? 'average'),
      measure: isCounted ? 'sum' : 'mean',
      worst: isLowBad ? 'low' : 'high',
    },
  };
}
