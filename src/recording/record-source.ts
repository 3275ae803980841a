/** A source that answers as ever, and writes down what it answered. */
import { createHash } from 'node:crypto';
import type { EmptyReason } from '../domain/answer.ts';
import type { Arguments } from '../domain/question.ts';
import type { Binding, Source, SourceRequest } from '../sources/source.ts';
import { createSourceSet, type SourceSet } from '../sources/source-set.ts';
import { encodeFrame } from './frame-codec.ts';
import type { WrittenRecording } from './recording.ts';

type Mutable<Part> = Part extends readonly (infer Item)[] ? Item[] : never;

/** What was written down so far. */
export interface Notebook {
  readonly data: Mutable<NonNullable<WrittenRecording['data']>>;
  readonly marks: Mutable<NonNullable<WrittenRecording['marks']>>;
  readonly values: Mutable<NonNullable<WrittenRecording['values']>>;
  readonly dashboards: Mutable<NonNullable<WrittenRecording['dashboards']>>;
}

/** An empty one. */
export function createNotebook(): Notebook {
  return { data: [], marks: [], values: [], dashboards: [] };
}

/** Sources that write down what they answer. */
export function recordingSources({ all }: SourceSet, notebook: Notebook): SourceSet {
  return createSourceSet(all.map((one) => ({ ...one, source: recordSource(one.source, one.name, notebook) })));
}

/** Wraps a source. Failures are not written down: nobody wants them again. */
function recordSource(source: Source, name: string, notebook: Notebook): Source {
  const bindings = new WeakMap<SourceRequest, Binding>();
  const { values, annotations, whyEmpty, dashboardLink } = source;
  return {
    ...source,
    request(block, binding) {
      const request = source.request(block, binding);
      bindings.set(request, binding);
      return request;
    },
    async fetch(request, window, signal) {
      const frames = await source.fetch(request, window, signal);
      const binding = bindings.get(request);
      notebook.data.push({
        source: name,
        request: request.label,
        ...(binding && { arguments: writableArguments(binding.arguments), unit: binding.unit.id }),
        digest: digestOf(request),
        ...spanOf(window),
        frames: frames.map(encodeFrame),
      });
      return frames;
    },
    ...(values && {
      async values(pattern, signal) {
        const found = await values.call(source, pattern, signal);
        if (!notebook.values.some((one) => one.source === name && one.pattern === pattern))
          notebook.values.push({ source: name, pattern, values: [...found] });
        return found;
      },
    }),
    ...(annotations && {
      async annotations(window, filter, signal) {
        const marks = await annotations.call(source, window, filter, signal);
        const written = marks.map((mark) => ({ ...mark, tags: [...mark.tags] }));
        notebook.marks.push({ source: name, tags: [...filter.tags], ...spanOf(window), marks: written });
        return marks;
      },
    }),
    ...(whyEmpty && {
      async whyEmpty(request, window, signal) {
        const reason = await whyEmpty.call(source, request, window, signal);
        const entry = notebook.data.find((one) => one.source === name && one.digest === digestOf(request));
        if (entry) entry.empty = writable(reason);
        return reason;
      },
    }),
    ...(dashboardLink && {
      async dashboardLink(link, window, signal) {
        const url = await dashboardLink.call(source, link, window, signal);
        if (url !== undefined) notebook.dashboards.push({ dashboard: link.dashboard, url });
        return url;
      },
    }),
  };
}

function writableArguments(args: Arguments): Record<string, string[]> {
  return Object.fromEntries(Object.entries(args).map(([name, values]) => [name, [...values]]));
}

/** Tells requests with the same words apart. Requests are plain data. */
export function digestOf(request: SourceRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 12);
}

function writable(reason: EmptyReason): NonNullable<Notebook['data'][number]['empty']> {
  return reason.kind === 'never_existed' ? { ...reason, near: [...reason.near] } : { ...reason };
}

function spanOf({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}
