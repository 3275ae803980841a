/**
 * The log of the demo fleet without a log: how many lines of each kind an hour has, when each of them was written, both in
 * closed form, so that a count over a month and the lines of a minute come from the same numbers.
 */
import { createBoundedMap } from '../lib/bounded-map.ts';
import {
  FLEET_SERVICES,
  incidentShares,
  requestShares,
  type ServiceSignals,
  serviceSignals,
} from './fleet-services.ts';
import { hash01, seedOf } from './fleet-story.ts';
import { createHourIntegrals, HOUR_S, type HourIntegrals } from './hour-integrals.ts';
import { type Flow, LOG_TEMPLATES, type LogTemplate } from './log-templates.ts';

/** Lines of one kind on one host: what all of them have in common. */
export interface LogCell {
  /** Place among all cells; orders lines of the same millisecond. */
  readonly index: number;
  readonly template: LogTemplate;
  readonly host: string;
  /** Of the host among those of the service. */
  readonly place: number;
  readonly service: ServiceSignals;
  /** Cells of one service and flow, which share its lines. */
  readonly group: string;
}

/** One line that was not written out yet. */
export interface LogLineRef {
  readonly cell: LogCell;
  /** ms since the Unix epoch. */
  readonly timeMs: number;
  /** Its own number: everything random in it follows from it. */
  readonly seed: number;
}

/** All lines of the fleet. */
export interface LogLines {
  readonly cells: readonly LogCell[];
  /** How many lines of a cell were written in `[fromMs, toMs)`. */
  count(cell: LogCell, fromMs: number, toMs: number): number;
  /** Those lines, oldest first. */
  lines(cell: LogCell, fromMs: number, toMs: number): Iterable<LogLineRef>;
  /** About `max` of those lines, evenly spread; all of them where they are no more. */
  sample(cell: LogCell, fromMs: number, toMs: number, max: number): Iterable<LogLineRef>;
}

const HOUR_MS = HOUR_S * 1_000;
const COLUMNS: readonly Flow[] = ['requests', 'calm', 'incident'];
/** Counts of all cells that are kept, in hours: a month and some. */
const HOURS_KEPT = 800;

/** Makes the lines; nothing is computed before it is asked for. */
export function createLogLines(): LogLines {
  const cells = makeCells();
  const flows = new Map(FLEET_SERVICES.map((name) => [name, flowsOf(serviceSignals(name))]));
  const flowOf = ({ service }: LogCell) => flows.get(service.name) as HourIntegrals;
  const hours = createBoundedMap<number, Int32Array>(HOURS_KEPT);

  function countsOf(hour: number): Int32Array {
    let counts = hours.get(hour);
    if (counts === undefined) {
      counts = countHour(cells, hour, (cell, column) => flowOf(cell).total(column, hour));
      hours.set(hour, counts);
    }
    return counts;
  }

  /** Lines of an hour that were written before `ms` of it: the line `k` stands somewhere in its own share of the flow. */
  function countBefore(cell: LogCell, hour: number, ms: number): number {
    const all = countsOf(hour)[cell.index] as number;
    if (all === 0 || ms <= 0) return 0;
    if (ms >= HOUR_MS) return all;
    const column = COLUMNS.indexOf(cell.template.flow);
    const flow = flowOf(cell);
    const place = (all * flow.upTo(column, hour, ms / 1_000)) / flow.total(column, hour);
    const whole = Math.floor(place);
    return whole + (shiftOf(seedIn(cell, hour), whole) < place - whole ? 1 : 0);
  }

  function lineAt(cell: LogCell, hour: number, index: number): LogLineRef {
    const column = COLUMNS.indexOf(cell.template.flow);
    const flow = flowOf(cell);
    const seed = seedIn(cell, hour);
    const all = countsOf(hour)[cell.index] as number;
    const amount = ((index + shiftOf(seed, index)) / all) * flow.total(column, hour);
    const timeMs = hour * HOUR_MS + Math.floor(flow.reachedAt(column, hour, amount) * 1_000);
    return { cell, timeMs, seed: (seed + Math.imul(index, 0x9e3779b1)) | 0 };
  }

  function* lines(cell: LogCell, fromMs: number, toMs: number, stride = 1): Iterable<LogLineRef> {
    for (const [hour, startMs, endMs] of hoursIn(fromMs, toMs)) {
      const end = countBefore(cell, hour, endMs);
      for (let index = countBefore(cell, hour, startMs); index < end; index += stride) yield lineAt(cell, hour, index);
    }
  }

  function count(cell: LogCell, fromMs: number, toMs: number): number {
    let sum = 0;
    for (const [hour, startMs, endMs] of hoursIn(fromMs, toMs)) {
      sum += countBefore(cell, hour, endMs) - countBefore(cell, hour, startMs);
    }
    return sum;
  }

  return {
    cells,
    count,
    lines,
    sample: (cell, fromMs, toMs, max) => lines(cell, fromMs, toMs, Math.ceil(count(cell, fromMs, toMs) / max) || 1),
  };
}

function makeCells(): LogCell[] {
  const services = new Map(FLEET_SERVICES.map((name) => [name, serviceSignals(name)]));
  return LOG_TEMPLATES.flatMap((template) => {
    const service = services.get(template.service) as ServiceSignals;
    const group = `${template.service} ${template.flow}`;
    return service.hosts.map((host, place) => ({ template, host, place, service, group }));
  }).map((cell, index) => ({ ...cell, index }));
}

function flowsOf({ requests, calmShare, incidentShare }: ServiceSignals): HourIntegrals {
  return createHourIntegrals(COLUMNS.length, (startS, spanS, into) => {
    const rate = requests(startS, spanS);
    into[0] = rate;
    into[1] = rate * calmShare(startS, spanS);
    into[2] = rate * incidentShare(startS, spanS);
  });
}

/** Whole lines of each cell: fractions go from cell to cell, so that all of a flow together are off by less than one. */
function countHour(
  cells: readonly LogCell[],
  hour: number,
  totalOf: (cell: LogCell, column: number) => number,
): Int32Array {
  const counts = new Int32Array(cells.length);
  let [group, sum, total, shares]: [string, number, number, readonly number[]] = ['', 0, 0, []];
  for (const cell of cells) {
    const { template, service, group: own, place, index } = cell;
    if (own !== group) {
      [group, sum] = [own, hash01(seedOf(own), hour)];
      total = totalOf(cell, COLUMNS.indexOf(template.flow));
      shares = template.flow === 'incident' ? incidentShares(service.hosts, hour) : requestShares(service.hosts);
    }
    const before = Math.floor(sum);
    sum += total * template.share * (shares[place] as number);
    counts[index] = Math.floor(sum) - before;
  }
  return counts;
}

function seedIn({ index }: LogCell, hour: number): number {
  return Math.floor(hash01(index * 7_919 + 11, hour) * 0x1_0000_0000) | 0;
}

/** Where in its own share of the flow a line stands, 0 to 1: lines do not come as a clock ticks. */
function shiftOf(seed: number, index: number): number {
  return hash01(seed, index);
}

/** The hours of a window, each with the part of it that is meant, ms from its start. */
function* hoursIn(fromMs: number, toMs: number): Iterable<readonly [hour: number, startMs: number, endMs: number]> {
  for (let hour = Math.floor(fromMs / HOUR_MS); hour * HOUR_MS < toMs; hour += 1) {
    yield [hour, Math.max(0, fromMs - hour * HOUR_MS), Math.min(HOUR_MS, toMs - hour * HOUR_MS)];
  }
}
