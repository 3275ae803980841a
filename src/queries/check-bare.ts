/** Names as other tools write placeholders, `$host` and `{{ $labels.queue }}`: text here, and hardly meant as text. */
import type { Fault } from '../config/fault.ts';
import type { Site } from './site.ts';
import { type Place, placesOf } from './templates.ts';

/** A name after a single dollar sign; `$$` and `${` are of our own language. */
const BARE = /(?<!\$)\$([A-Za-z_][A-Za-z0-9_]*)/g;
/** Prometheus and Alertmanager: `{{ $labels.queue }}`, `$labels.queue`, `{{ .Annotations.summary }}`. */
const OF_ALERT =
  /\{\{-?\s*\$?\.?(?:Common)?(labels|annotations)\.([A-Za-z_]\w*)\s*-?\}\}|(?<!\$)\$(labels|annotations)\.([A-Za-z_]\w*)/gi;

/** Warns where such a name is that of a parameter, or one of the alert where those are read. */
export function checkBareNames(site: Site): readonly Fault[] {
  return placesOf(site).flatMap(({ path, text, scope }) =>
    namesIn(site, scope, text).map(({ written, name, at }) =>
      site.faultAt(path, `"${written}" is taken as it stands; did you mean \${${name}}?`, 'value', at),
    ),
  );
}

interface Bare {
  readonly written: string;
  readonly name: string;
  readonly at: number;
}

function namesIn({ definition }: Site, scope: Place['scope'], text: string): readonly Bare[] {
  if (scope === 'alert') {
    return [...text.matchAll(OF_ALERT)].map(({ 0: written, index, 1: a, 2: b, 3: c, 4: d }) => ({
      written,
      name: `${(a ?? c ?? '').toLowerCase()}.${b ?? d}`,
      at: index,
    }));
  }
  if (scope !== 'parameters') return [];
  return [...text.matchAll(BARE)].flatMap(({ 0: written, 1: name = '', index }) =>
    Object.hasOwn(definition.parameters, name) ? [{ written, name, at: index }] : [],
  );
}
