/** A tree of metrics as whisper files would hold them: what the small Graphite server serves. Pure. */

/** One resolution of a metric and how far back it is kept. */
export interface Archive {
  readonly stepS: number;
  readonly keptS: number;
}

/** Buckets that a reader asks for: `count` of them from `startS`, `stepS` apart. */
export interface Buckets {
  /** Epoch seconds, a multiple of `stepS`. */
  readonly startS: number;
  readonly stepS: number;
  readonly count: number;
  /** Epoch seconds: nothing after this moment is known. */
  readonly nowS: number;
}

/** A leaf: values over time at one or more resolutions. */
export interface Metric {
  /** Finest first. */
  readonly archives: readonly Archive[];
  /** One value per bucket; NaN where nothing is known. */
  read(buckets: Buckets): Float64Array;
}

/** A node; both a metric and a branch when it has both. */
export interface MetricNode {
  readonly children: ReadonlyMap<string, MetricNode>;
  readonly metric?: Metric;
}

/** A mark on the time axis, as Graphite's events API tells it. */
export interface GraphiteEvent {
  readonly id: number;
  readonly what: string;
  /** Epoch seconds. */
  readonly whenS: number;
  /** Epoch seconds where it ended; graphite-web has no such field, readers that know it draw a span. */
  readonly untilS?: number;
  readonly tags: readonly string[];
  readonly data: string;
}

/** Everything that is served: metrics by name, events by time. */
export interface MetricTree {
  readonly root: MetricNode;
  /** Events from `fromS` to `untilS`, both ends included, in order of time. */
  events(fromS: number, untilS: number): readonly GraphiteEvent[];
}

/** A node that can still grow. */
export interface GrowingNode extends MetricNode {
  readonly children: Map<string, GrowingNode>;
  metric?: Metric;
}

/** Makes a node without anything below it. */
export function makeNode(): GrowingNode {
  return { children: new Map() };
}

/** Puts a metric at a dotted path, making the branches on the way; what was there is replaced. */
export function addMetric(root: GrowingNode, path: string, metric: Metric): void {
  let node = root;
  for (const name of path.split('.')) {
    const next = node.children.get(name) ?? makeNode();
    node.children.set(name, next);
    node = next;
  }
  node.metric = metric;
}

/**
 * Finds the buckets of a window as whisper does: of the finest archive that reaches back to `fromS` as seen from now,
 * the first after `fromS`, the last the one that `untilS` is in; cut at now and at the retention.
 *
 * @returns `undefined` when the window lies wholly outside what is kept
 */
export function bucketsOf(metric: Metric, fromS: number, untilS: number, nowS: number): Buckets | undefined {
  const coarsest = metric.archives.at(-1);
  if (coarsest === undefined) return undefined;
  const oldestS = nowS - coarsest.keptS;
  if (fromS > nowS || untilS < oldestS) return undefined;
  const [startAtS, endAtS] = [Math.max(fromS, oldestS), Math.min(untilS, nowS)];
  const { stepS } = metric.archives.find(({ keptS }) => keptS >= nowS - startAtS) ?? coarsest;
  const startS = startAtS - (startAtS % stepS) + stepS;
  const endS = Math.max(endAtS - (endAtS % stepS) + stepS, startS + stepS);
  return { startS, stepS, count: (endS - startS) / stepS, nowS };
}
