/** Exemplars of Prometheus, which come as a frame of their own beside the series. Pure. */
import type { Exemplar, Frame } from '../../../domain/frame.ts';
import type { DataFrame, Field } from '../data-frame.ts';

/** What a frame of series may hold. */
const EXEMPLARS_MAX = 100;

/** Whether a frame holds exemplars: the server names it so. */
export function isExemplarFrame({ name, fields }: DataFrame): boolean {
  return name === 'exemplar' && fields.some(({ type }) => type === 'time');
}

/** Puts exemplars on the first frame of series, in its unit; the newest where there are too many. */
export function withExemplars(
  frames: readonly Frame[],
  data: readonly DataFrame[],
  window: { fromMs: number; toMs: number },
): Frame[] {
  const [first, ...others] = frames;
  const unit = first?.kind === 'series' ? first.series[0]?.unit : undefined;
  if (first?.kind !== 'series' || !unit) return [...frames];
  const exemplars = data
    .flatMap(read)
    .filter(({ timeMs }) => timeMs >= window.fromMs && timeMs < window.toMs)
    .sort((a, b) => a.timeMs - b.timeMs)
    .slice(-EXEMPLARS_MAX)
    .map((one) => ({ ...one, value: one.value * unit.factor }));
  return exemplars.length === 0 ? [...frames] : [{ ...first, exemplars }, ...others];
}

function read({ fields, length }: DataFrame): Exemplar[] {
  const time = fields.find(({ type }) => type === 'time');
  const value = fields.find(({ type }) => type === 'number');
  const labels = fields.filter(({ type }) => type === 'string');
  if (!time || !value) return [];
  return Array.from({ length }, (_, row) => row).flatMap((row): Exemplar[] => {
    const [timeMs, number] = [time.values[row], value.values[row]];
    if (typeof timeMs !== 'number' || typeof number !== 'number' || !Number.isFinite(number)) return [];
    return [{ timeMs, value: number, labels: labelsAt(labels, row) }];
  });
}

function labelsAt(fields: readonly Field[], row: number): Exemplar['labels'] {
  return Object.fromEntries(
    fields.flatMap(({ name, values }) => (typeof values[row] === 'string' ? [[name, values[row]]] : [])),
  );
}
