/** Where an answer's links come from: its own, those of its frames, the trace of what stands out. Pure. */
import type { Answer } from '../../domain/answer.ts';
import { formatValue } from '../../domain/format-number.ts';
import type { Exemplar } from '../../domain/frame.ts';
import type { Link } from '../../domain/link.ts';
import type { Line } from '../../domain/message.ts';
import { createTimeTeller } from '../clock-words.ts';
import { isSeriesFrame } from './facts.ts';

/** More pages of frames than this are clutter. */
const FRAME_LINKS_MAX = 3;
const TRACE_LABELS = ['trace_id', 'traceID', 'traceId', 'TraceId', 'trace.id'];
/** Enough to tell traces apart; the link has the whole. */
const TRACE_CHARS = 6;

/** The links of an answer: its own first, then the worst exemplar's trace, then at most three of its frames; none twice. */
export function linksOf(answer: Answer): readonly Link[] {
  const trace = traceLink(answer);
  const seen = new Set([...answer.links.map(({ url }) => url), ...(trace ? [trace.url] : [])]);
  const more: Link[] = [];
  for (const { links = [] } of [...answer.frames, ...(answer.under ?? [])]) {
    for (const link of links) {
      if (seen.has(link.url) || more.length >= FRAME_LINKS_MAX) continue;
      seen.add(link.url);
      more.push(link);
    }
  }
  return [...answer.links, ...(trace ? [trace] : []), ...more];
}

/** The exemplar that stands out at the bad end of the axis, in the window. */
function worstExemplar({ frames, question }: Answer): Exemplar | undefined {
  const { range, query } = question;
  const inside = frames
    .filter(isSeriesFrame)
    .flatMap(({ exemplars = [] }) => exemplars)
    .filter(({ timeMs, value }) => timeMs >= range.fromMs && timeMs <= range.toMs && Number.isFinite(value));
  const sign = query.worst === 'low' ? -1 : 1;
  return inside.toSorted((a, b) => sign * (b.value - a.value))[0];
}

function traceOf({ labels }: Exemplar): string | undefined {
  return TRACE_LABELS.map((label) => labels[label]).find((id) => id !== undefined && id !== '');
}

/** `slowest trace 4bf92f… 1.2 s at 10:44`. */
function exemplarWords(exemplar: Exemplar, id: string, answer: Answer): string {
  const frame = answer.frames.filter(isSeriesFrame).find(({ exemplars = [] }) => exemplars.includes(exemplar));
  const unit = frame?.series[0]?.unit ?? answer.question.query.unit;
  const isLow = answer.question.query.worst === 'low';
  const word = unit.scale === 'duration' ? (isLow ? 'fastest' : 'slowest') : isLow ? 'lowest' : 'highest';
  const when = createTimeTeller(answer.question.range, answer.nowMs).when(exemplar.timeMs);
  return `${word} trace ${id}${formatValue(exemplar.value, unit)} ${when}`;
}

function traceLink(answer: Answer): Link | undefined {
  const worst = worstExemplar(answer);
  if (!worst?.url || !/^https?:/i.test(worst.url)) return undefined;
  const id = traceOf(worst);
  const short = id === undefined ? '' : `${id.slice(0, TRACE_CHARS)}${id.length > TRACE_CHARS ? '…' : ''} `;
  return { title: exemplarWords(worst, short, answer), url: worst.url };
}

/** The worst exemplar where it has no page: its trace's whole id, to be looked up. */
export function exemplarLine(answer: Answer): Line {
  const worst = worstExemplar(answer);
  const id = worst && traceOf(worst);
  if (!worst || id === undefined || worst.url !== undefined) return [];
  return [exemplarWords(worst, '', answer), ': ', { code: id }];
}
