/** A Graphite that is slow and hostile on request: `slow.…` takes its time, `hostile.…` has names that would like to be markup. */
import type { Received, Reply } from '../doubles/http-backend.ts';

/** Shows in the page when it is run. */
export const HOSTILE_NAME = '<img src=x onerror="document.body.dataset.owned=1">';

/** How long `slow.…` takes: longer than a page waits for its first sight. */
const SLOW_MS = 3_000;

/** Answers as graphite-web does, as far as a raw question asks for it. */
export function labGraphite({ pathname, form }: Received): Reply {
  if (pathname.startsWith('/version')) return { body: '"1.1.10"' };
  if (!pathname.startsWith('/render')) return { body: '[]' };
  const target = form.get('target') ?? '';
  const [from, until] = [Number(form.get('from')), Number(form.get('until'))];
  const step = Math.max(1, Math.round((until - from) / 60));
  const datapoints = Array.from({ length: 60 }, (_, at) => [20 + (at % 7), from + at * step]);
  const names = target.includes('hostile') ? [HOSTILE_NAME, `${HOSTILE_NAME} too`] : ['lab'];
  return {
    body: JSON.stringify(names.map((name) => ({ target: name, tags: { name }, datapoints }))),
    ...(target.includes('slow') && { delayMs: SLOW_MS }),
  };
}
