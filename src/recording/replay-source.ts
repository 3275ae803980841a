/** A source that asks nobody: it binds and links as ever, and answers from recorded data. */

import type { Annotation } from '../domain/annotation.ts';
import type { EmptyReason } from '../domain/answer.ts';
import { BotError } from '../domain/errors.ts';
import type { Frame } from '../domain/frame.ts';
import type { Unit } from '../domain/unit.ts';
import { makeUnit } from '../domain/unit.ts';
import { windowWords } from '../render/clock-words.ts';
import type { Binding, FetchWindow, Source, SourceRequest } from '../sources/source.ts';
import { createSourceSet, type SourceSet } from '../sources/source-set.ts';
import { cutFrame } from './cut-frame.ts';
import { decodeFrame } from './frame-codec.ts';
import { digestOf } from './record-source.ts';
import type { Recording } from './recording.ts';

type Entry = Recording['data'][number];

/** Sources that answer from recorded data. @param file - as failures name it */
export function replayingSources({ all }: SourceSet, recording: Recording, file: string): SourceSet {
  return createSourceSet(all.map((one) => ({ ...one, source: replaySource(one.source, one.name, recording, file) })));
}

/** Wraps a source; nothing of it is asked but what is pure. */
function replaySource(source: Source, name: string, recording: Recording, file: string): Source {
  const bindings = new WeakMap<SourceRequest, Binding>();
  const isOurs = (entry: { readonly source?: string | undefined }) => (entry.source ?? name) === name;
  const find = (request: SourceRequest, window: FetchWindow) => {
    const args = JSON.stringify(bindings.get(request)?.arguments);
    const asked = recording.data.filter(
      (entry) =>
        isOurs(entry) &&
        (entry.request ?? request.label) === request.label &&
        (entry.arguments === undefined || JSON.stringify(entry.arguments) === args),
    );
    const same = asked.filter(({ digest }) => digest === digestOf(request));
    return nearest(same.length > 0 ? same : asked, window);
  };
  return {
    request(block, binding) {
      const request = source.request(block, binding);
      bindings.set(request, binding);
      return request;
    },
    link: (request, window) => source.link(request, window),
    check: async () => ({ problems: [] }),
    async fetch(request, window) {
      const entry = find(request, window);
      if (!entry) throw notRecorded(request, name, recording, file);
      return framesOf(entry, window, bindings.get(request)?.unit ?? makeUnit());
    },
    async whyEmpty(request, window): Promise<EmptyReason> {
      const reason = find(request, window)?.empty;
      return reason ? (reason as EmptyReason) : { kind: 'silent', what: request.label };
    },
    async values(pattern) {
      const found = recording.values.find((entry) => isOurs(entry) && entry.pattern === pattern);
      // as a source that could not list them: words stay as typed
      return found?.values ?? [];
    },
    async annotations({ fromMs, toMs }, { tags }) {
      const entries = recording.marks.filter(
        (entry) =>
          isOurs(entry) && (entry.tags.length === 0 || String([...entry.tags].sort()) === String([...tags].sort())),
      );
      const marks = entries.flatMap((entry) => entry.marks as readonly Annotation[]);
      return marks.filter(({ timeMs, endMs = timeMs }) => endMs >= fromMs && timeMs < toMs);
    },
    async dashboardLink({ dashboard }) {
      return recording.dashboards.find((entry) => entry.dashboard === dashboard)?.url;
    },
  };
}

/** Of several the one that covers most of the window, and of those the shortest: it is the finest. */
function nearest(entries: readonly Entry[], window: FetchWindow): Entry | undefined {
  const scored = entries
    .map((entry) => ({ entry, shared: sharedMs(entry, window), lengthMs: lengthOf(entry) }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared || a.lengthMs - b.lengthMs);
  return scored[0]?.entry;
}

function sharedMs({ from, to }: Entry, { fromMs, toMs }: FetchWindow): number {
  return Math.min(toMs, to ?? toMs) - Math.max(fromMs, from ?? fromMs);
}

function lengthOf({ from, to }: Entry): number {
  return from === undefined || to === undefined ? Number.POSITIVE_INFINITY : to - from;
}

function framesOf(entry: Entry, window: FetchWindow, unit: Unit): Frame[] {
  const { fromMs, toMs, zone } = window;
  const { from = fromMs, to = toMs } = entry;
  const range = { fromMs, toMs, zone, text: '' };
  const recordedUnit = entry.unit === undefined ? undefined : makeUnit(entry.unit);
  const isSame = from === fromMs && to === toMs;
  const lacks = from > fromMs || to < toMs;
  return entry.frames.map((written) => {
    const frame = inUnit(decodeFrame(written, range, unit), recordedUnit, unit);
    const cut = isSame || (entry.from === undefined && entry.to === undefined) ? frame : cutFrame(frame, fromMs, toMs);
    if (!lacks) return cut;
    const part = { fromMs: Math.max(from, fromMs), toMs: Math.min(to, toMs), zone, text: '' };
    const words = `Of this window ${windowWords(part, toMs)} is recorded.`;
    return { ...cut, warnings: [...cut.warnings, words] };
  });
}

/** Where the definition has another unit by now, the same raw values in that one. */
function inUnit(frame: Frame, recorded: Unit | undefined, unit: Unit): Frame {
  if (frame.kind !== 'series' || recorded === undefined || recorded.id === unit.id) return frame;
  const scale = unit.factor / recorded.factor;
  const series = frame.series.map((one) =>
    one.unit.id === recorded.id ? { ...one, unit, values: one.values.map((value) => value * scale) } : one,
  );
  return { ...frame, series };
}

function notRecorded({ label }: SourceRequest, name: string, { data }: Recording, file: string): BotError {
  const there = data.flatMap((entry) => ((entry.source ?? name) === name ? (entry.request ?? []) : []));
  const known = [...new Set(there)].slice(0, 3).map((one) => `\`${one}\``);
  const hint = known.length === 0 ? '' : ` It has ${known.join(', ')}.`;
  const message = `${file} has no data of ${name} for \`${label}\` over this window.${hint} Record it anew with --record.`;
  return new BotError('SOURCE_NOT_RECORDED', message, { source: name });
}
