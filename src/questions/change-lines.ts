/** Changes in a line each: `10:41 **checkout 4.12.0** · production · by dana · failed · [change](…)`. Pure. */
import type { ChangeEvent } from '../domain/alert.ts';
import type { Line, Span } from '../domain/message.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { createTimeTeller, spanWords, type TimeTeller } from '../render/clock-words.ts';
import { isKindSaid } from '../render/words/kind-said.ts';

const TITLE_MAX_CHARS = 120;
const NAME_MAX_CHARS = 60;

/** Says the moments of changes of one window, one after the other. */
export function changeTeller(range: TimeRange, nowMs: number): TimeTeller {
  return createTimeTeller(range, nowMs);
}

/** What it is to people; a deployment needs no word beside its version. */
const KIND_WORDS: Readonly<Record<ChangeEvent['kind'], string>> = {
  deployment: 'deploy',
  release: 'release',
  pipeline: 'pipeline',
  config: 'config change',
  annotation: 'note',
  maintenance: 'maintenance',
};
/** That it went well is what one expects. */
const PHASE_WORDS: Readonly<Record<ChangeEvent['phase'], string>> = {
  started: 'running',
  succeeded: '',
  failed: 'failed',
  cancelled: 'cancelled',
  info: '',
};

/** One change. `remark` stands behind who did it: `3 min before the start`. */
export function changeLine(change: ChangeEvent, teller: TimeTeller, remark?: string): Line {
  const { kind, phase, title, attributes, actor, startsAt, endsAt, links } = change;
  const env = attributes['deployment.environment.name'];
  const took = endsAt && +endsAt > +startsAt ? [`took ${spanWords(+endsAt - +startsAt)}`] : [];
  const words = [PHASE_WORDS[phase], ...took, remark ?? ''].filter((word) => word !== '');
  const [link] = links;
  const word = KIND_WORDS[kind];
  return [
    { bold: `${teller.moment(+startsAt)}${isKindSaid(word, title) ? '' : ` ${word}`}` },
    ' ',
    { name: cut(titleOf(change), TITLE_MAX_CHARS) },
    ...(env === undefined || title.includes(env) ? [] : [' in ', { name: cut(env, NAME_MAX_CHARS) }]),
    ...(actor === undefined ? [] : [' by ', { name: cut(actor.name, NAME_MAX_CHARS) }]),
    ...words.map((word): Span => `, ${word}`),
    ...(link === undefined ? [] : [' · ', { link: { title: 'change', url: link.href } }]),
  ];
}

/** The title, with the service where it does not say which, and of a deploy the version. */
function titleOf({ title, kind, attributes }: ChangeEvent): string {
  const { 'service.name': service, 'service.version': version } = attributes;
  const of = service === undefined || title.includes(service) ? title : `${service}: ${title}`;
  const isDeploy = kind === 'deployment' || kind === 'release';
  return !isDeploy || version === undefined || title.includes(version) ? of : `${of} ${version}`;
}

function cut(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}
