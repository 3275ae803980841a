/** What a field is called: chosen names before those of the data source, then labels as far as they differ. Pure. */
import type { Labels } from '../../../domain/labels.ts';
import type { DataFrame, Field } from '../data-frame.ts';
import { textOf } from './json.ts';

/** Data sources call the column of numbers so, which says nothing. */
const VALUE_NAMES: ReadonlySet<string> = new Set(['Value', 'value', '']);
/** A legend has no room for more. */
const NAME_MAX_CHARS = 160;

/** Names of the fields of several frames, by field. */
export type Names = ReadonlyMap<Field, string>;

interface Member {
  readonly frame: DataFrame;
  readonly field: Field;
}

/** Names as dashboards refer to them: where the data source spells out a series, its whole text. */
export function wholeNames(frames: readonly DataFrame[]): Names {
  const names = nameFields(frames);
  return new Map([...names].map(([field, name]) => [field, chosenName(field) ?? name]));
}

/** What somebody, or the data source, calls a field. */
export function chosenName({ config }: Field): string | undefined {
  return textOf(config.displayName) ?? textOf(config.displayNameFromDS);
}

/** Names every field of these frames as Grafana does, before the panel's own settings. */
export function nameFields(frames: readonly DataFrame[]): Names {
  const members = frames.flatMap((frame) => frame.fields.map((field): Member => ({ frame, field })));
  const values = members.filter(({ field }) => field.type !== 'time');
  const differing = differingLabels(values.map(({ field }) => field.labels ?? {}));
  const frameNames = new Set(values.map(({ frame }) => frame.name ?? ''));
  const fieldNames = new Set(values.map(({ field }) => field.name));
  return new Map(
    members.map((member) => [
      member.field,
      nameOf(member, differing, { frames: frameNames.size > 1, fields: fieldNames.size > 1 }).slice(0, NAME_MAX_CHARS),
    ]),
  );
}

function nameOf(
  { frame, field }: Member,
  differing: readonly string[],
  differs: { readonly frames: boolean; readonly fields: boolean },
): string {
  const given = textOf(field.config.displayNameFromDS);
  const isSpelt = given !== undefined && differing.length > 0 && isSpeltOut(given);
  const chosen = textOf(field.config.displayName) ?? (isSpelt ? undefined : given);
  if (chosen !== undefined) return chosen;
  if (field.type === 'time' || (field.type !== 'number' && !field.labels)) return field.name;
  const labels = field.labels ?? {};
  const own = VALUE_NAMES.has(field.name) || field.name === given ? '' : field.name;
  const words = differing.flatMap((label) => textOf(labels[label]) ?? []);
  const hasLabels = words.length > 0;
  const framed =
    frame.name !== undefined && frame.name !== own && frame.name !== given && (differs.frames || own === '')
      ? frame.name
      : '';
  const parts = [
    ...(framed !== '' && (!hasLabels || differs.frames) ? [framed] : []),
    ...(own !== '' && (!hasLabels || differs.fields) ? [own] : []),
    ...words,
  ];
  return parts.join(' ') || own || allLabels(labels) || field.name || 'Value';
}

/** `up{host="web01", job="node"}`: what a data source says where nobody chose a legend. */
function isSpeltOut(name: string): boolean {
  return /^[\w:]*\{\w+="[\s\S]*"\}$/.test(name);
}

/** Labels that do not have the same value everywhere; all of them where there is one set only. */
function differingLabels(sets: readonly Labels[]): string[] {
  const names = [...new Set(sets.flatMap((labels) => Object.keys(labels)))].filter((name) => name !== '__name__');
  const distinct = new Set(sets.map((labels) => JSON.stringify(Object.entries(labels).sort())));
  if (distinct.size <= 1) return [];
  return names.filter((name) => new Set(sets.map((labels) => labels[name] ?? '')).size > 1);
}

function allLabels(labels: Labels): string {
  const { __name__: metric = '', ...rest } = labels;
  const inner = Object.entries(rest).map(([name, value]) => `${name}="${value}"`);
  return inner.length === 0 ? metric : `${metric}{${inner.join(', ')}}`;
}

/** Makes names unique: a second `web01` becomes `web01 2`. Same order. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const seen = new Map<string, number>();
  return names.map((name) => {
    let count = seen.get(name) ?? 0;
    if (count === 0) {
      seen.set(name, 1);
      return name;
    }
    do count += 1;
    while (taken.has(`${name} ${count}`));
    seen.set(name, count);
    taken.add(`${name} ${count}`);
    return `${name} ${count}`;
  });
}

/** Fills `${__field.name}`, `${__field.labels.host}`, `${__series.name}` into a name that somebody chose. */
export function fillName(template: string, field: Field, frame: DataFrame, base: string): string {
  return template.replace(
    /\$\{__(field|series|cell)\.?([^}]*)\}|\$__(?:cell|field|series)_?\w*/g,
    (whole, what, path) => {
      if (what === 'series' || path === 'displayName' || what === 'cell') return base;
      if (path === 'name') return field.name || frame.name || base;
      if (path === 'labels') return allLabels(field.labels ?? {});
      const label = /^labels(?:\.([\w-]+)|\[["']?([^\]"']+)["']?\])$/.exec(path ?? '');
      if (label) return field.labels?.[label[1] ?? label[2] ?? ''] ?? '';
      return what === undefined ? base : whole;
    },
  );
}
