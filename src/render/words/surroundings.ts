/** What stands under the numbers: the window with its links, marks in it, remarks. Pure. */
import type { Annotation } from '../../domain/annotation.ts';
import type { Answer } from '../../domain/answer.ts';
import { formatDuration } from '../../domain/format-number.ts';
import type { Frame } from '../../domain/frame.ts';
import type { Line, Span } from '../../domain/message.ts';
import type { Question } from '../../domain/question.ts';
import { askedWords, asOfWords, createTimeTeller, type TimeTeller, windowWords } from '../clock-words.ts';
import { thinWords } from './against.ts';
import { isKindSaid } from './kind-said.ts';
import { linksOf } from './links.ts';
import { joined } from './saying.ts';
import { sentence } from './sentence.ts';

/** More marks than this are counted; the picture has them all. */
const MARKS_MAX = 5;
/** More remarks than this are counted. */
const NOTES_MAX = 6;

/** The window in words; of states of now the moment that they were read. */
export function spanOfAnswer({ frames, question: { range }, nowMs }: Answer): string {
  const moments = frames.map((frame) => (frame.kind === 'table' ? frame.asOfMs : undefined));
  const [moment] = moments;
  const isOne = moment !== undefined && moments.every((one) => one === moment);
  return isOne ? asOfWords(moment, range.zone, nowMs) : windowWords(range, nowMs);
}

/** The window as asked, both its ends with the zone, what it is compared with, the links; made-up data say so first. */
export function windowLine(answer: Answer): Line {
  const { question } = answer;
  const window = spanOfAnswer(answer);
  // how long "last hour" was does not matter for what is of now
  const asked = window.startsWith('as of ') ? '' : askedWords(question.range.text);
  const isChanged = question.changed === 'range';
  const windowSpans: Line =
    asked === ''
      ? [window]
      : isChanged
        ? [{ name: asked, bold: true }, ` · ${window}`]
        : [{ name: asked }, `, ${window}`];
  return joined([
    question.query.isDemo ? ['demo data'] : [],
    changedWords(answer),
    [...windowSpans, ...stepWords(answer.frames, answer)],
    comparedWindow(answer),
    ...linksOf(answer).map((link): Line => [{ link }]),
  ]);
}

/** In a follow-up, the part that changed, unless it is the window, which is bold where it stands. */
function changedWords({ question }: Answer): Line {
  const bold = (name: string): Line => [{ name, bold: true } satisfies Span];
  switch (question.changed) {
    case 'arguments':
      return bold(argumentWords(question));
    case 'output':
      return bold(lookWords(question));
    case 'comparison':
      return question.comparison ? bold(`vs ${question.comparison.label}`) : bold('without comparison');
    default:
      return [];
  }
}

/** More values than this are counted. */
const VALUES_MAX = 5;

function argumentWords({ ranking, arguments: args }: Question): string {
  if (ranking) return `${ranking.order} ${ranking.count}`;
  const values = Object.values(args).flat();
  const more = values.length - VALUES_MAX;
  return `${values.slice(0, VALUES_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The looks that were asked for, as they are said: `as bars, 0..100`. */
function lookWords({ output, askedLooks = {} }: Question): string {
  const { bars, stacked, step, log, min, max, theme } = askedLooks;
  const words = [
    bars && 'as bars',
    stacked && 'stacked',
    step && 'stepped',
    log && 'log scale',
    (min !== undefined || max !== undefined) && `${min ?? ''}..${max ?? ''}`,
    theme,
  ].filter((word) => typeof word === 'string');
  return output === 'chart' && words.length > 0 ? words.join(', ') : `as ${output}`;
}

function comparedWindow(answer: Answer): Line {
  const { question, comparison, nowMs } = answer;
  if (question.comparison?.kind !== 'range') return [];
  const window = `compared with ${windowWords(question.comparison.range, nowMs, { zone: false })}`;
  const [own, other] = [coarsest(answer.frames), coarsest(comparison?.frames ?? [])];
  // peaks of coarser values are lower: the two sides are not alike
  return own === other ? [window] : [window, ...stepWords(comparison?.frames ?? [], answer)];
}

/** Values as far apart as this are no longer what happened, but what was made of it. */
const COARSE_STEP_MS = 300_000;

/** ` (10 min steps)`, where values are far apart and neither a remark nor the numbers say so. */
function stepWords(frames: readonly Frame[], answer: Answer): Line {
  const stepMs = coarsest(frames);
  if (stepMs < COARSE_STEP_MS) return [];
  const step = formatDuration(stepMs);
  const isSaid = [...answer.notes, ...frames.flatMap(({ warnings }) => warnings)].some((note) =>
    plain(note).includes(plain(step)),
  );
  return isSaid ? [] : [` (${step} steps)`];
}

const plain = (words: string) => words.replace(/\s/g, ' ');

function coarsest(frames: readonly Frame[]): number {
  return Math.max(0, ...frames.map((frame) => (frame.kind === 'series' ? (frame.stepMs ?? 0) : 0)));
}

/** Deploys and other marks in the window, in order of time: `10:41 deploy checkout 4.12.0`; the newest five. */
export function marksLine({ annotations, question, nowMs }: Answer): Line {
  const { fromMs, toMs } = question.range;
  const inside = annotations
    .filter(({ timeMs, endMs = timeMs }) => timeMs < toMs && endMs >= fromMs)
    .toSorted((a, b) => a.timeMs - b.timeMs);
  const tell = createTimeTeller(question.range, nowMs);
  const shown = inside.slice(-MARKS_MAX);
  const earlier = inside.length - shown.length;
  return joined([...shown.map((mark) => markWords(mark, tell)), earlier > 0 ? [`… ${earlier} earlier`] : []]);
}

function markWords({ timeMs, endMs, kind, title }: Annotation, tell: TimeTeller): Line {
  const when = endMs === undefined || endMs <= timeMs ? tell.moment(timeMs) : tell.span(timeMs, endMs);
  const isSaid = kind === 'note' || isKindSaid(kind, title);
  return [`${when} ${isSaid ? '' : `${kind} `}`, { name: title }];
}

/** Remarks of the question and of the sources, each its own line, none twice. */
export function noteLines(answer: Answer): Line[] {
  const { notes, frames, under = [], comparison } = answer;
  const warnings = [...frames, ...under, ...(comparison?.frames ?? [])].flatMap((frame) => frame.warnings);
  const all = [...new Set([...notes, ...warnings])].filter((note) => note.trim() !== '');
  const shown = all.slice(0, NOTES_MAX).map(sentence);
  const hidden = all.length - shown.length;
  return [thinWords(answer), ...shown, ...(hidden > 0 ? [[`… ${hidden} more remarks`]] : [])];
}
