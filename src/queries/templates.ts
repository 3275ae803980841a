/** Where `${…}` may stand in a definition, and the comparison of what is used with what is declared. */

import { listOf } from '../config/check-shape.ts';
import type { DataPath, Fault } from '../config/fault.ts';
import { BotError } from '../domain/errors.ts';
import { nearest } from '../lib/nearest.ts';
import { type Placeholder, parseTemplate } from './expand.ts';
import type { Site } from './site.ts';

/** A text with placeholders, and which names they may have. */
export interface Place {
  readonly path: DataPath;
  readonly text: string;
  readonly scope: 'parameters' | 'source' | 'env' | 'hostname' | 'alert';
}

/**
 * Compares placeholders and parameters both ways; every fault at its line.
 *
 * @param blockNames - the names that the source itself finds in the block, also where they stand without `${…}`;
 *   `undefined` where it could not read it
 */
export function checkTemplates(site: Site, blockNames: readonly string[] | undefined): readonly Fault[] {
  const faults = [...placesOf(site).flatMap((place) => checkPlace(site, place)), ...blockFaults(site, blockNames)];
  const texts = textsOf(site.raw, []).map(({ text }) => text);
  if (blockNames === undefined) return faults;
  const names = Object.keys(site.definition.parameters);
  // a mistyped placeholder is one fault, not two
  const mistyped = blockNames.filter((name) => !names.includes(name));
  const meant = new Set(mistyped.flatMap((name) => nearest(name, names, 1)));
  for (const name of names) {
    const use = new RegExp(`\\$\\{\\s*${name}\\s*[}:|]`);
    if (meant.has(name) || blockNames.includes(name) || texts.some((text) => use.test(text))) continue;
    const message = `is used nowhere; put \${${name}} where its value belongs, or take it away`;
    faults.push(site.faultAt(['parameters', name], message, 'key'));
  }
  return faults;
}

/** What the source reads of its block against what stands in it. */
function blockFaults(site: Site, blockNames: readonly string[] | undefined): Fault[] {
  const { raw, kind, definition, faultAt } = site;
  if (kind === undefined || blockNames === undefined) return [];
  const places = textsOf(raw[kind], [kind]).map((place) => ({ ...place, blanks: blanksOf(place.text) }));
  const written = new Set(places.flatMap(({ blanks }) => blanks.map(({ name }) => name)));
  const ignored = places.flatMap(({ path, blanks }) =>
    blanks
      .filter(({ name }) => !blockNames.includes(name) && Object.hasOwn(definition.parameters, name))
      .map(({ name, at }) => faultAt(path, `\${${name}} is not filled in here: nothing is in this key`, 'value', at)),
  );
  const undeclared = blockNames
    .filter((name) => !written.has(name) && !Object.hasOwn(definition.parameters, name))
    .map((name) =>
      faultAt(
        places.find(({ text }) => text === name)?.path ?? [kind],
        `wants a parameter \`${name}\`; declare it under \`parameters\``,
      ),
    );
  return [...ignored, ...undeclared];
}

/** The placeholders of a text; none where they cannot be read, which is a fault of its own. */
function blanksOf(text: string): readonly Placeholder[] {
  try {
    return parseTemplate(text).filter((part) => typeof part !== 'string');
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    return [];
  }
}

function checkPlace(site: Site, place: Place): Fault[] {
  try {
    return parseTemplate(place.text).flatMap((part) => {
      if (typeof part === 'string') return [];
      const message = nameFault(site, place.scope, part.name);
      return message === undefined ? [] : [site.faultAt(place.path, `\${${part.name}} ${message}`, 'value', part.at)];
    });
  } catch (thrown) {
    if (!(thrown instanceof BotError)) throw thrown;
    return [site.faultAt(place.path, thrown.message, 'value', thrown.details.at)];
  }
}

function nameFault(site: Site, scope: Place['scope'], name: string): string | undefined {
  const parameters = Object.keys(site.definition.parameters);
  switch (scope) {
    case 'parameters': {
      if (parameters.includes(name)) return undefined;
      const near = nearest(name, parameters, 1)[0];
      if (near !== undefined) return `is no parameter; did you mean \${${near}}?`;
      return `is no parameter; declare \`${name}\` under \`parameters\`${parameters.length > 0 ? `, or use ${listOf(parameters)}` : ''}`;
    }
    case 'alert':
      return /^(?:labels|annotations)\../.test(name)
        ? undefined
        : 'is not of the alert; write ${labels.NAME} or ${annotations.NAME}';
    default:
      return name === scope ? undefined : `is not known here; only \${${scope}} is`;
  }
}

/** Every text of a definition in which placeholders may stand. */
export function placesOf({ definition, raw, kind }: Site): readonly Place[] {
  const places: Place[] = [];
  const add = (scope: Place['scope'], text: string | undefined, ...path: DataPath) => {
    if (text !== undefined) places.push({ scope, text, path });
  };
  add('parameters', definition.title, 'title');
  add('env', definition.source, 'source');
  if (kind !== undefined) {
    for (const { path, text } of textsOf(raw[kind], [kind])) places.push({ scope: 'parameters', path, text });
  }
  for (const [name, parameter] of Object.entries(definition.parameters)) {
    add('hostname', parameter.default, 'parameters', name, 'default');
  }
  definition.overlays.forEach((overlay, index) => {
    if ('annotations' in overlay) add('source', overlay.annotations, 'overlays', index, 'annotations');
    else addAll(places, overlay.with, ['overlays', index, 'with'], 'parameters');
  });
  definition.links.forEach((link, index) => {
    add('parameters', link.title, 'links', index, 'title');
    if ('url' in link) add('parameters', link.url, 'links', index, 'url');
    else if ('kibana' in link) addAll(places, link.kibana.filters, ['links', index, 'kibana', 'filters'], 'parameters');
    else addAll(places, link.grafana.variables, ['links', index, 'grafana', 'variables'], 'parameters');
  });
  definition.alerts.forEach((alert, index) => {
    addAll(places, alert.parameters, ['alerts', index, 'parameters'], 'alert');
  });
  return places;
}

function addAll(
  places: Place[],
  values: Readonly<Record<string, string>>,
  path: DataPath,
  scope: Place['scope'],
): void {
  for (const [name, text] of Object.entries(values)) places.push({ scope, text, path: [...path, name] });
}

/** Every text in a block, however deep; the block was read with bounds. */
function textsOf(value: unknown, path: DataPath): readonly { readonly path: DataPath; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, index) => textsOf(item, [...path, index]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, [...path, key]));
}
