/** Exemplars of the demo fleet: slow requests whose traces its log lines name too. */
import { durationNs, traceId } from './log-document.ts';
import type { LogLines } from './log-lines.ts';
import { labelsTest } from './promql-evaluate.ts';
import type { Node } from './promql-parser.ts';

/** Exemplars of one kind of line on one host. */
const EACH_MAX = 12;
const HISTOGRAM = 'http_request_duration_seconds_bucket';

/** Exemplars of one series, as the API tells them. */
interface SeriesExemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: string;
    /** Seconds. */
    readonly timestamp: number;
  }[];
}

/** The exemplars of an expression's histograms in a window, ms: those of the slowest requests, some of each kind. */
export function exemplarsOf(node: Node, lines: LogLines, fromMs: number, toMs: number): SeriesExemplars[] {
  const tests = selectorsIn(node)
    .filter(({ matchers }) => matchers.some(({ label, value }) => label === '__name__' && value === HISTOGRAM))
    // an exemplar stands for all buckets that it is in
    .map(({ matchers }) => labelsTest(matchers.filter(({ label }) => label !== 'le')));
  if (tests.length === 0) return [];
  const slow = lines.cells.filter(({ template }) => template.ranks[0] >= 0.99);
  return slow.flatMap((cell): SeriesExemplars[] => {
    const seriesLabels = {
      __name__: HISTOGRAM,
      job: 'app',
      instance: `${cell.host}:8080`,
      service: cell.service.name,
      le: '+Inf',
    };
    if (!tests.some((isMeant) => isMeant(seriesLabels))) return [];
    const exemplars = [...lines.sample(cell, fromMs, toMs, EACH_MAX)].map((ref) => ({
      labels: { trace_id: traceId(ref) },
      value: String(durationNs(ref) / 1e9),
      timestamp: ref.timeMs / 1_000,
    }));
    return exemplars.length === 0 ? [] : [{ seriesLabels, exemplars }];
  });
}

type Selector = Extract<Node, { kind: 'selector' }>;

function selectorsIn(node: Node): Selector[] {
  switch (node.kind) {
    case 'selector':
      return [node];
    case 'call':
      return node.args.flatMap(selectorsIn);
    case 'aggregate':
    case 'subquery':
      return selectorsIn(node.of);
    case 'binary':
      return [node.left, node.right].flatMap(selectorsIn);
    default:
      return [];
  }
}
