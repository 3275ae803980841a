/** From values of items to frames: numbers as series, texts and values with words of their own as a table. */
import type { Cell, Frame, SeriesFrame, TableFrame } from '../../domain/frame.ts';
import { makeSortedSeries, type Series } from '../../domain/series.ts';
import type { FetchWindow } from '../source.ts';
import type { ZabbixRequest } from './bind.ts';
import { bucketed, coarserStep, rhythmOf, type Samples, withGaps } from './buckets.ts';
import { TITLE } from './failures.ts';
import { type ItemSamples, type Reading, readSamples, readValues } from './history.ts';
import { findItems, type Item, isMeant, isNumeric, type Lookup, periodMs, VALUE_TYPE } from './items.ts';
import { unitOf, valueWords } from './words.ts';

const HOUR_MS = 3_600_000;
/** Texts that one answer reads; a chat shows some of them and attaches the rest. */
const TEXTS_MAX = 500;
/** In a sentence about what is missing. */
const NAMED_MAX = 5;

/** What is told to those who make links: which items a request turned out to mean. */
export type Remember = (items: readonly Item[]) => void;

/** Reads a request for items. @throws BotError `SOURCE_…` */
export async function fetchItems(
  request: ZabbixRequest,
  window: FetchWindow,
  { client, nowMs, signal }: Lookup & { readonly nowMs: number },
  remember: Remember,
): Promise<Frame[]> {
  const lookup = { client, signal };
  const found = await findItems(request, lookup);
  remember(found);
  const drawn = found.filter((item) => isNumeric(item) && (request.isDrawn || item.mappings.length === 0));
  const told = found.filter((item) => !drawn.includes(item) && isText(item));
  const reading: Reading = { ...lookup, window, consolidate: request.consolidate, nowMs };
  const frames: Frame[] = [];
  if (drawn.length > 0 || told.length === 0)
    frames.push(seriesFrame(await readSamples(drawn, reading), request, window));
  if (told.length > 0) frames.push(await changesFrame(told, request, window, lookup));
  const [first, ...rest] = frames as [Frame, ...Frame[]];
  return [{ ...first, warnings: [...missing(found, request), ...unreadable(found), ...first.warnings] }, ...rest];
}

function isText(item: Item): boolean {
  return (
    isNumeric(item) || [VALUE_TYPE.character, VALUE_TYPE.log, VALUE_TYPE.text].some((type) => type === item.value_type)
  );
}

function unreadable(found: readonly Item[]): string[] {
  const binary = found.filter((item) => !isText(item)).map(({ name }) => name);
  return binary.length === 0 ? [] : [`${binary.slice(0, NAMED_MAX).join(', ')}: binary values are not shown.`];
}

function missing(found: readonly Item[], { hostNames, items }: ZabbixRequest): string[] {
  if (found.length === 0) return [];
  const hosts = hostNames.filter((pattern) => !found.some(({ host }) => pattern.fits(host)));
  const names = items.filter((pattern) => !found.some((item) => isMeant(item, pattern)));
  return [hosts, names].flatMap((patterns) => {
    if (patterns.length === 0) return [];
    const more = patterns.length > NAMED_MAX ? ` and ${patterns.length - NAMED_MAX} more` : '';
    const named = patterns.slice(0, NAMED_MAX).map(({ text }) => text);
    return [`${TITLE} has nothing for ${named.join(', ')}${more}.`];
  });
}

function rangeOf({ fromMs, toMs, zone }: FetchWindow): Frame['range'] {
  return { fromMs, toMs, zone, text: '' };
}

function seriesFrame(read: readonly ItemSamples[], request: ZabbixRequest, window: FetchWindow): SeriesFrame {
  const names = namesOf(read.map(({ item }) => item));
  const made = read.map((one, index) => makeOne(one, names[index] as string, request, window));
  const series = made.map((one) => one.series);
  const steps = new Set(series.map(({ stepMs }) => stepMs));
  const [stepMs] = steps;
  const isTogether = made.length > 0 && made.every((one) => one.isTogether);
  const raw = new Set(made.map(({ rawStepMs }) => rawStepMs));
  const [rawStepMs] = raw;
  const how = request.consolidate === 'last' && read.some(({ isHourly }) => isHourly) ? 'average' : request.consolidate;
  return {
    kind: 'series',
    series,
    range: rangeOf(window),
    ...(steps.size === 1 && stepMs !== undefined && { stepMs }),
    ...(isTogether && steps.size === 1 && { consolidated: how }),
    ...(isTogether && raw.size === 1 && rawStepMs !== undefined && { rawStepMs }),
    warnings: mixedWords(made.map((one) => one.isTogether)),
  };
}

function mixedWords(together: readonly boolean[]): string[] {
  const some = together.includes(true) && together.includes(false);
  return some ? ['Some of these are values as they were stored, others one for each hour.'] : [];
}

interface Made {
  readonly series: Series;
  /** Whether each value stands for several. */
  readonly isTogether: boolean;
  readonly rawStepMs?: number;
}

function makeOne(
  { item, samples, isHourly }: ItemSamples,
  name: string,
  { unit: own, consolidate }: ZabbixRequest,
  window: FetchWindow,
): Made {
  const unit = unitOf(item, own);
  const delayMs = periodMs(item.delay);
  const raw = { ...(delayMs !== undefined && delayMs > 0 && { rawStepMs: delayMs }) };
  const make = (values: Samples, stepMs: number | undefined): Series => {
    const whole = withGaps(values, stepMs);
    const meta = {
      name,
      labels: { host: item.host, item: item.key_ },
      unit,
      ...(stepMs !== undefined && { stepMs }),
    };
    return makeSortedSeries(
      meta,
      Float64Array.from(whole, ([timeMs]) => timeMs),
      Float64Array.from(whole, ([, value]) => value),
    );
  };
  if (isHourly) return { series: make(samples, HOUR_MS), isTogether: true, ...raw };
  const stepMs = rhythmOf(samples, delayMs);
  if (samples.length <= window.maxPoints) return { series: make(samples, stepMs), isTogether: false };
  const coarse = coarserStep(window.toMs - window.fromMs, window.maxPoints, stepMs ?? 1_000);
  // the first of them began before the window
  const buckets = bucketed(samples, coarse, consolidate).filter(([timeMs]) => timeMs >= window.fromMs);
  return { series: make(buckets, coarse), isTogether: true, ...raw };
}

/** The host where only that differs, the item where only that does, else both; each once. */
function namesOf(items: readonly Item[]): string[] {
  const hosts = new Set(items.map(({ host }) => host));
  const hasNames = new Set(items.map(({ host, name }) => `${host}\0${name}`)).size === items.length;
  const itemOf = ({ name, key_ }: Item) => (hasNames ? name : key_);
  const ofHost = new Set(items.map(itemOf));
  if (ofHost.size <= 1) return items.map(({ host }) => host);
  return items.map((item) => (hosts.size === 1 ? itemOf(item) : `${item.host} ${itemOf(item)}`));
}

/** What texts said, and when values with words of their own changed; the newest first. */
async function changesFrame(
  items: readonly Item[],
  { unit }: ZabbixRequest,
  window: FetchWindow,
  lookup: Lookup,
): Promise<TableFrame> {
  const rows: { readonly timeMs: number; readonly cells: Cell[] }[] = [];
  let isCut = false;
  for (const type of new Set(items.map(({ value_type }) => value_type))) {
    const ofType = items.filter(({ value_type }) => value_type === type);
    const limit = isNumeric({ value_type: type }) ? 20_000 : TEXTS_MAX + 1;
    const found = (await readValues(ofType, window, { order: 'DESC', limit }, lookup)).reverse();
    isCut ||= found.length >= limit;
    for (const item of ofType) {
      const own = found.filter(({ itemid }) => itemid === item.itemid);
      // of states only the changes, of texts each one
      const shown = own.filter(({ value }, at) => item.mappings.length === 0 || own[at - 1]?.value !== value);
      for (const { timeMs, value } of shown) {
        rows.push({ timeMs, cells: [timeMs, item.host, item.name, valueWords(value, item, unit)] });
      }
    }
  }
  rows.sort((a, b) => b.timeMs - a.timeMs);
  const isMore = isCut || rows.length > TEXTS_MAX;
  const count = Math.min(rows.length, TEXTS_MAX);
  return {
    kind: 'table',
    columns: [
      { name: 'since', type: 'time' },
      { name: 'host', type: 'string' },
      { name: 'item', type: 'string' },
      { name: 'value', type: 'string' },
    ],
    rows: rows.slice(0, TEXTS_MAX).map(({ cells }) => cells),
    range: rangeOf(window),
    warnings: isMore ? [`Only the newest ${count} are shown; a shorter window shows the others.`] : [],
  };
}
