/** The chart of values that came with alerts: performance data of Nagios, Icinga and Checkmk, kept with each delivery. Pure but for reading them. */
import type { Alert, AlertValue } from '../domain/alert.ts';
import type { AlertView } from '../domain/alert-view.ts';
import type { Annotation } from '../domain/annotation.ts';
import type { Answer } from '../domain/answer.ts';
import { makeSeries, type Sample, type Series } from '../domain/series.ts';
import { makeUnit } from '../domain/unit.ts';
import type { CollectedValue } from '../store/alert-origins.ts';
import { ruleNameOf, tellingOf, timeOfGroup, titleOfGroup, viewOf } from './alert-group.ts';
import { ownQuery } from './own-query.ts';
import type { Subject } from './subject.ts';

/** What the values are read from: the store. */
export interface CollectedDeps {
  /** The values that came with problems since then. */
  values(fingerprints: readonly string[], sinceMs: number): Promise<readonly CollectedValue[]>;
}

const DAY_MS = 86_400_000;
/** Checks tell rarely: an hour apart where they repeat. */
const WINDOW_MS = DAY_MS;
/** Members of a group that have a line each. */
const MEMBERS_MAX = 20;
/** What is before the first value is not shown, but for so much of the window. */
const LEAD_PART = 20;
/** Fewer points than this are no course of anything. */
const POINTS_MIN = 3;

/** The chart of the most telling value; nothing where too few came. Throws BotError `STORE_…`. */
export async function collectedChart(
  subject: Subject,
  { values }: CollectedDeps,
  marks: readonly Annotation[] = [],
): Promise<Answer | undefined> {
  const members = tellingOf(subject.alerts).slice(0, MEMBERS_MAX);
  const wanted = members.map(tellingValue).find((value) => value !== undefined);
  if (!wanted) return undefined;
  const toMs = subject.endMs === undefined ? subject.nowMs : Math.min(subject.nowMs, subject.endMs + WINDOW_MS / 24);
  const fromMs = Math.min(subject.startMs, toMs) - WINDOW_MS;
  const found = await values(
    members.map(({ fingerprint }) => fingerprint),
    fromMs,
  );
  const unit = makeUnit(wanted.unit ?? 'none');
  const series = members.flatMap((alert): Series[] => {
    const samples = samplesOf(found, alert.fingerprint, wanted.name);
    return samples.length === 0
      ? []
      : [makeSeries({ name: nameOf(alert, members), labels: alert.labels, unit }, samples)];
  });
  if (Math.max(0, ...series.map(({ times }) => times.length)) < POINTS_MIN) return undefined;
  const firstMs = Math.min(subject.startMs, ...series.map(({ times }) => times[0] ?? toMs));
  const shownMs = Math.max(fromMs, firstMs - (toMs - firstMs) / LEAD_PART);
  return answerOf(subject, series, wanted, { fromMs: shownMs, toMs }, marks);
}

function answerOf(
  subject: Subject,
  series: readonly Series[],
  wanted: AlertValue,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  marks: readonly Annotation[],
): Answer {
  const { alerts, nowMs, zone } = subject;
  const range = { fromMs, toMs, zone, text: '' };
  const source = { name: 'alerts', kind: 'alerts', isDemo: false } as Parameters<typeof ownQuery>[2];
  const query = ownQuery(wanted.name, 'value', source, {}, { unit: series[0]?.unit ?? makeUnit('none'), looks: {} });
  const members = series.map(({ name, labels }) => {
    const own = tellingOf(alerts).filter((alert) => alert.labels === labels);
    return { name, ...timeOfGroup(own.length > 0 ? own : alerts) };
  });
  const limit = limitOf(tellingOf(alerts), wanted);
  const name = ruleNameOf(alerts);
  return {
    question: { query, arguments: {}, range, output: 'chart', looks: {}, notes: [], text: `alerts ${name}` },
    title: `${titleOfGroup(alerts)} · ${wanted.name}`,
    frames: [{ kind: 'series', series, range, warnings: [] }],
    annotations: marks.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs),
    thresholds: [],
    links: [],
    notes: ['Drawn from the values that came with the alert, which are few.'],
    alert: viewOf(alerts, members, limit),
    origin: `values that came with ${name}`,
    nowMs,
  };
}

/** The first value with a limit, else the first that is a number. */
function tellingValue({ metric, values }: Alert): AlertValue | undefined {
  if (metric?.language !== 'nagios-perfdata') return undefined;
  const numbers = values.filter(({ value }) => value !== null);
  return numbers.find(({ warn, crit }) => (warn ?? '') !== '' || (crit ?? '') !== '') ?? numbers[0];
}

function samplesOf(found: readonly CollectedValue[], fingerprint: string, name: string): readonly Sample[] {
  return found.flatMap(({ fingerprint: own, receivedMs, values }): Sample[] => {
    const value = own === fingerprint ? values.find((one) => one.name === name)?.value : undefined;
    return value === undefined || value === null ? [] : [[receivedMs, value]];
  });
}

/** The host, where there are several of them. */
function nameOf({ attributes, title }: Alert, members: readonly Alert[]): string {
  const host = attributes['host.name'];
  const isAlone = members.length === 1 || members.filter((one) => one.attributes['host.name'] === host).length > 1;
  return isAlone
    ? [host, title]
        .filter((part) => part !== undefined)
        .join(' ')
        .slice(0, 80)
    : (host ?? title);
}

/** The critical limit, else the warning, in the unit of the values: `80` above, `10:` below; ranges with two ends are not drawn. */
function limitOf(alerts: readonly Alert[], { name, value }: AlertValue): AlertView['limit'] {
  const text = alerts.find(({ metric }) => metric?.language === 'nagios-perfdata')?.metric?.query ?? '';
  const label = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const piece = new RegExp(`(?:^|\\s)'?${label}'?=(-?[\\d.]+)[^;\\s]*;?([^;\\s]*);?([^;\\s]*)`).exec(text);
  if (!piece || value === null) return undefined;
  const [, measured = '', warning = '', critical = ''] = piece;
  // values are kept in the base unit: 500 ms as 0.5 s
  const factor = Number(measured) === 0 ? 1 : value / Number(measured);
  const simple = [critical, warning].map((one) => /^(-?[\d.]+)(:?)$/.exec(one)).find((one) => one !== null);
  if (!simple) return undefined;
  return { op: simple[2] === ':' ? '<' : '>', value: Number(simple[1]) * factor };
}
