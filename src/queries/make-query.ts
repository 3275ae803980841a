/** From a checked definition to saved queries: one for each source that it is bound to. */

import { listOf } from '../config/check-shape.ts';
import type { Fault } from '../config/fault.ts';
import type { Threshold } from '../domain/annotation.ts';
import { parseDuration } from '../domain/duration.ts';
import type { Looks, Output, Overlay, Parameter, SavedQuery } from '../domain/saved-query.ts';
import { definedUnit, type Unit } from '../domain/unit.ts';
import { nearest } from '../lib/nearest.ts';
import { typeOfParameter } from './check-definition.ts';
import { expandTemplate } from './expand.ts';
import type { Definition } from './schema.ts';
import type { CatalogSource, Site } from './site.ts';

/** The sources a definition is bound to, or why to none. */
export function bindSources(
  { definition, folder, kind, faultAt }: Site,
  sources: readonly CatalogSource[],
): { readonly sources: readonly CatalogSource[]; readonly faults: readonly Fault[] } {
  const ofKind = sources.filter((source) => source.kind === kind);
  const refuse = (message: string) => {
    const at = definition.source === undefined ? [kind ?? ''] : ['source'];
    return { sources: [], faults: [faultAt(at, message, definition.source === undefined ? 'key' : 'value')] };
  };
  if (definition.source === '${env}') {
    const found = ofKind.filter(({ env }) => env !== undefined);
    return found.length > 0
      ? { sources: found, faults: [] }
      : refuse(`wants sources with an \`env\`, but no ${kind} source in the config has one; give one an \`env\``);
  }
  if (definition.source !== undefined) {
    const named = sources.find(({ name }) => name === definition.source);
    if (!named) return refuse(unknownSource(definition.source, sources));
    if (named.kind !== kind)
      return refuse(`"${named.name}" is a ${named.kind} source, but the definition asks ${kind}`);
    return { sources: [named], faults: [] };
  }
  const bound = folder.source ?? folder.pack;
  const ofPack = ofKind.find(({ name }) => name === bound);
  if (ofPack) return { sources: [ofPack], faults: [] };
  if (ofKind.length === 1) return { sources: ofKind, faults: [] };
  if (ofKind.length === 0) {
    return refuse(
      `needs a ${kind} source, and the config has none; add one under \`sources\`, or take the definition away`,
    );
  }
  // made-up data are hardly meant where there are others
  const names = ofKind
    .toSorted((a, b) => Number(a.isDemo ?? false) - Number(b.isDemo ?? false))
    .map(({ name }) => name);
  const entry = folder.writtenAs === undefined ? `pack: ${folder.pack}` : `path: ${folder.writtenAs}`;
  return refuse(
    `does not say which source it means (${listOf(names)}); write \`source: …\` here, or for all of them in the config: { ${entry}, source: … }`,
  );
}

/** Says that the config has no such source. */
export function unknownSource(name: string, sources: readonly CatalogSource[]): string {
  const names = sources.map((source) => source.name);
  const near = nearest(name, names, 1)[0];
  if (near !== undefined) return `"${name}" is not configured; did you mean ${near}?`;
  const there = names.length === 0 ? 'the config has no sources' : `there are ${listOf(names)}`;
  return `"${name}" is not configured; ${there}`;
}

/**
 * Makes the saved query of a definition at one source.
 *
 * @param hostname - what `${hostname}` in a default stands for
 * @param output - what it gives unasked
 */
export function makeQuery(site: Site, source: CatalogSource, hostname: string, output: Output = 'chart'): SavedQuery {
  const { id, definition, folder } = site;
  const parameters = parametersOf(definition, hostname);
  const first = parameters[0];
  const dashboards = dashboardsOf(definition);
  const unit = definedUnit(definition.unit);
  return {
    id,
    pack: folder.pack,
    sourceName: source.name,
    kind: source.kind,
    ...(source.env !== undefined && { env: source.env }),
    block: (definition as Readonly<Record<string, unknown>>)[source.kind],
    title: definition.title ?? (first ? `${id} of \${${first.name}}` : id),
    ...(definition.description !== undefined && { description: definition.description }),
    aliases: definition.aliases,
    examples: definition.examples,
    tags: definition.tags,
    ...(definition.owner !== undefined && { owner: definition.owner }),
    ...(definition.runbook !== undefined && { runbookUrl: definition.runbook }),
    parameters,
    unit,
    ...(output !== 'chart' && { output }),
    looks: looksOf(definition, unit),
    consolidate: definition.consolidate,
    measure: definition.measure ?? (definition.consolidate === 'sum' ? 'sum' : 'mean'),
    worst: definition.worst,
    thresholds: definition.thresholds.map((threshold) => thresholdOf(threshold, unit)),
    rangeText: definition.range,
    maxRangeMs: parseDuration(definition.maxRange) ?? 0,
    overlays: definition.overlays.map((overlay) => overlayOf(overlay, source.name)),
    links: definition.links.flatMap((link) => ('url' in link ? [link] : [])),
    ...(dashboards.length > 0 && { dashboards }),
    ...(definition.alerts.length > 0 && { alerts: definition.alerts }),
    isDemo: source.isDemo ?? false,
    origin: site.origin,
  };
}

function parametersOf(definition: Definition, hostname: string): readonly Parameter[] {
  return Object.entries(definition.parameters).map(([name, parameter]) => {
    const type = typeOfParameter(name, parameter);
    const { values, default: given, pattern, example, description, multi } = parameter;
    return {
      name,
      type,
      ...(values !== undefined && { values }),
      ...(given !== undefined && {
        default: fillHostname(given, hostname),
      }),
      ...(pattern !== undefined && { pattern }),
      ...(example !== undefined && { example }),
      ...(description !== undefined && { description }),
      isMulti: multi ?? ['word', 'host', 'choice'].includes(type),
    };
  });
}

/** A default whose placeholder is wrong stays as it is; it has its own fault. */
function fillHostname(text: string, hostname: string): string {
  try {
    return expandTemplate(
      text,
      () => hostname,
      (value) => value,
    );
  } catch {
    return text;
  }
}

function looksOf({ chart: { stack, min, max, ...rest } }: Definition, unit: Unit): Looks {
  const ends = { min: min === undefined ? min : inUnit(min, unit), max: max === undefined ? max : inUnit(max, unit) };
  const looks = { ...rest, ...ends, ...(stack !== undefined && { stacked: stack }) };
  return Object.fromEntries(Object.entries(looks).filter(([, value]) => value !== undefined));
}

/** A number of a definition as values are: 0.85 of `unit: ratio` is 85 %; without what binary fractions add. */
function inUnit(number: number, { factor }: Unit): number {
  return Number((number * factor).toPrecision(15));
}

function thresholdOf({ at, severity, title, below }: Definition['thresholds'][number], unit: Unit): Threshold {
  return { op: below ? '<' : '>', value: inUnit(at, unit), severity, ...(title !== undefined && { title }) };
}

function overlayOf(overlay: Definition['overlays'][number], sourceName: string): Overlay {
  if ('query' in overlay) return { kind: 'query', query: overlay.query, with: overlay.with };
  const source = overlay.annotations === '${source}' ? sourceName : overlay.annotations;
  return { kind: 'annotations', source, tags: overlay.tags };
}

function dashboardsOf({ links }: Definition): NonNullable<SavedQuery['dashboards']> {
  return links.flatMap((link): NonNullable<SavedQuery['dashboards']> => {
    if ('kibana' in link) {
      const { dashboard, filters: variables } = link.kibana;
      return [{ title: link.title, kind: 'kibana' as const, dashboard, variables }];
    }
    if (!('grafana' in link)) return [];
    const { dashboard, panel, variables } = link.grafana;
    return [
      { title: link.title, kind: 'grafana' as const, dashboard, variables, ...(panel !== undefined && { panel }) },
    ];
  });
}
