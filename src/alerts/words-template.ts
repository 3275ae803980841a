/**
 * Words of the config for what rooms read of alerts: text with places such as `{{labels.cluster | "no cluster"}}`, from a closed set,
 * without any logic. What fills a place comes from outside, so the whole is rendered as text that can neither ping nor link nor format.
 * Pure.
 */
import type { Alert } from '../domain/alert.ts';
import { nearest } from '../lib/nearest.ts';
import { numberWords } from './told-numbers.ts';

/** A text, or a place with what may fill it: the first that is there. */
type Piece = string | { readonly first: readonly Filler[] };
/** Words that stand there, or something of an alert. */
type Filler = { readonly words: string } | { readonly of: string; readonly name?: string };

/** Lines of pieces. */
export type WordsTemplate = readonly (readonly Piece[])[];

/** What of a post has words of its own; what is left out, or would be empty, is as usual. */
export interface AlertTemplate {
  /** In the first line, behind the severity. */
  readonly title?: WordsTemplate | undefined;
  /** The lines beneath it. */
  readonly text?: WordsTemplate | undefined;
  /** What one of several is called. */
  readonly member?: WordsTemplate | undefined;
}

/** Texts longer than this are no template. */
export const TEMPLATE_MAX_CHARS = 500;
const LINES_MAX = 5;
/** Differing values of a group that are told; the rest is counted. */
const VALUES_MAX = 3;
const VALUE_MAX_CHARS = 200;
const LOOSE_ENDS = /^[\s·,:;/|–—-]+|[\s·,:;/|–—-]+$/g;

const SIMPLE: Readonly<Record<string, (alert: Alert) => string | undefined>> = {
  name: ({ labels, title }) => labels.alertname ?? labels.check ?? title,
  title: ({ title }) => title,
  description: ({ description }) => description,
  severity: ({ severity, severityText }) => (severity === 'unknown' ? severityText : severity),
  service: ({ attributes }) => attributes['service.name'],
  host: ({ attributes }) => attributes['host.name'],
  source: ({ source }) => source,
  hook: ({ sourceInstance }) => sourceInstance,
  value: ({ values }) => {
    const found = values.find(({ value }) => value !== null);
    return found?.value === undefined || found.value === null ? undefined : numberWords(found.value, found.unit);
  },
};
const NAMED = ['labels', 'annotations', 'attributes'] as const;

/** Reads a template; `fault` says what is wrong with a text that is none. */
export function readTemplate(text: string): { readonly template: WordsTemplate } | { readonly fault: string } {
  const lines = text.trim().split('\n');
  if (lines.length > LINES_MAX) return { fault: `has more than ${LINES_MAX} lines` };
  const read: Piece[][] = [];
  for (const line of lines) {
    const pieces: Piece[] = [];
    for (const piece of line.trim().split(/(\{\{.*?\}\})/)) {
      const inside = /^\{\{(.*)\}\}$/.exec(piece)?.[1];
      if (inside === undefined) {
        const open = /\{\{|\}\}/.exec(piece);
        if (open) return { fault: `has a \`${open[0]}\` that has no other end; places are written {{labels.host}}` };
        if (piece !== '') pieces.push(piece);
        continue;
      }
      const fillers = alternativesIn(inside).map(fillerOf);
      const wrong = fillers.find((filler) => 'fault' in filler);
      if (wrong) return wrong;
      pieces.push({ first: fillers as Filler[] });
    }
    read.push(pieces);
  }
  return { template: read };
}

/** `a | "b | c"` are two. */
function alternativesIn(inside: string): readonly string[] {
  return inside.match(/(?:"[^"]*"|[^|])+/g) ?? [''];
}

function fillerOf(written: string): Filler | { readonly fault: string } {
  const text = written.trim();
  const words = /^"([^"]*)"$/.exec(text)?.[1];
  if (words !== undefined) return { words };
  if (Object.hasOwn(SIMPLE, text)) return { of: text };
  const [, of = '', name = ''] = /^(\w+)\.([^\s"]+)$/.exec(text) ?? [];
  if (NAMED.some((one) => one === of)) return { of, name };
  const all = [...Object.keys(SIMPLE), ...NAMED.map((one) => `${one}.NAME`)];
  const [near] = nearest(of === '' ? text : of, [...Object.keys(SIMPLE), ...NAMED], 1);
  const meant =
    near === undefined ? `there are ${all.join(', ')}, and "words"` : `did you mean ${placeOf(near, name)}?`;
  return { fault: `has {{${text}}}, which is nothing of an alert; ${meant}` };
}

/** `labels.host`; of what was written without a name `labels.NAME`. */
function placeOf(of: string, name: string): string {
  return NAMED.some((one) => one === of) ? `${of}.${name || 'NAME'}` : of;
}

/** The lines that have anything to say of some alerts: a line all of whose places stay empty says nothing. */
export function filledLines(template: WordsTemplate, alerts: readonly Alert[]): readonly string[] {
  return template.flatMap((pieces) => {
    const filled = pieces.map((piece) => (typeof piece === 'string' ? piece : filling(piece.first, alerts)));
    const places = filled.filter((_, index) => typeof pieces[index] !== 'string');
    const empty = places.filter((value) => value === '').length;
    if (places.length > 0 && empty === places.length) return [];
    const line = filled
      .join('')
      .replace(/[ \t\r\n]+/g, ' ')
      .trim();
    // what stood between an empty place and the next stands between nothing
    return [empty > 0 ? line.replace(LOOSE_ENDS, '') : line].filter((one) => one !== '');
  });
}

function filling(first: readonly Filler[], alerts: readonly Alert[]): string {
  for (const filler of first) {
    if ('words' in filler) return filler.words;
    const values = [...new Set(alerts.flatMap((alert) => readOf(filler, alert)?.trim() || []))];
    const more = values.length > VALUES_MAX ? ` and ${values.length - VALUES_MAX} more` : '';
    const shown = values.slice(0, VALUES_MAX).map((value) => value.slice(0, VALUE_MAX_CHARS));
    if (values.length > 0) return `${shown.join(', ')}${more}`;
  }
  return '';
}

function readOf({ of, name }: Extract<Filler, { of: string }>, alert: Alert): string | undefined {
  if (name === undefined) return SIMPLE[of]?.(alert);
  const texts = alert[of as (typeof NAMED)[number]] as Readonly<Record<string, string>>;
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}
