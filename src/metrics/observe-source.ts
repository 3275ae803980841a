/** A source whose calls are counted and timed. */
import type { ErrorCode } from '../domain/errors.ts';
import type { Source } from '../sources/source.ts';
import type { Metrics } from './metrics.ts';
import { timed } from './timed.ts';

type Watched = Pick<Metrics, 'sourceSeconds' | 'sourceFailures' | 'failures'>;

/** What a caller's question lacks says nothing about the source. */
const NO_FAILURES: ReadonlySet<ErrorCode> = new Set(['SOURCE_NO_DATA', 'SOURCE_NOT_FOUND']);

/** Wraps a source of that name and kind. */
export function observeSource(source: Source, name: string, kind: string, metrics: Watched): Source {
  const watch = <Result>(operation: string, work: () => Promise<Result>): Promise<Result> =>
    timed(work, (seconds, code) => {
      metrics.sourceSeconds.observe({ source: name, operation }, seconds);
      if (code === undefined || NO_FAILURES.has(code)) return;
      metrics.sourceFailures.inc({ source: name, code });
      metrics.failures.inc({ code, kind });
    });
  const { values, annotations, whyEmpty, annotate, dashboardLink, firing, library } = source;
  return {
    request: (block, binding) => source.request(block, binding),
    link: (request, window) => source.link(request, window),
    fetch: (request, window, signal) => watch('fetch', () => source.fetch(request, window, signal)),
    check: (signal) => watch('check', () => source.check(signal)),
    ...(values && { values: (pattern, signal) => watch('values', () => values.call(source, pattern, signal)) }),
    ...(annotations && {
      annotations: (window, filter, signal) =>
        watch('annotations', () => annotations.call(source, window, filter, signal)),
    }),
    ...(annotate && { annotate: (mark, signal) => watch('other', () => annotate.call(source, mark, signal)) }),
    ...(dashboardLink && {
      dashboardLink: (link, window, signal) => watch('other', () => dashboardLink.call(source, link, window, signal)),
    }),
    ...(firing && { firing: (told, signal) => watch('other', () => firing.call(source, told, signal)) }),
    ...(library && {
      library: {
        noun: library.noun,
        owns: (url) => library.owns(url),
        search: (words, signal) => watch('other', () => library.search(words, signal)),
        open: (wanted, signal) => watch('other', () => library.open(wanted, signal)),
        import: (wanted, signal) => watch('other', () => library.import(wanted, signal)),
      },
    }),
    ...(whyEmpty && {
      whyEmpty: (request, window, signal) => watch('other', () => whyEmpty.call(source, request, window, signal)),
    }),
  };
}
