/** What a panel says of each of its fields: defaults, then the data source's own, then overrides in their order. Pure. */
import type { DataFrame, Field } from '../data-frame.ts';
import type { FieldConfigSource } from '../panel.ts';
import { type Json, mapOf, numberOf, textOf } from './json.ts';
import { isMatch } from './matchers.ts';
import { fillName, nameFields } from './names.ts';

/** A field as the panel shows it. */
export interface ShownField {
  readonly field: Field;
  readonly frame: DataFrame;
  /** What it is called in the end. */
  readonly name: string;
  /** `unit`, `decimals`, `min`, `max`, `mappings`, `thresholds`, `color`, `custom`, … */
  readonly config: Json;
  /** `config.custom`: what the kind of panel adds. */
  readonly custom: Json;
}

/** Fields of all frames with their settings, in order; `interpolate` fills the dashboard's variables into chosen names. */
export function showFields(
  frames: readonly DataFrame[],
  source: FieldConfigSource,
  interpolate: (text: string) => string,
): readonly ShownField[] {
  const names = nameFields(frames);
  return frames.flatMap((frame) =>
    frame.fields.map((field): ShownField => {
      const base = names.get(field) ?? field.name;
      const config = configOf(field, frame, base, source);
      const chosen = field.type === 'time' ? undefined : textOf(config.displayName);
      const isOwn = chosen !== undefined && chosen === field.config.displayName;
      const name = chosen === undefined || isOwn ? base : interpolate(fillName(chosen, field, frame, base)).trim();
      return { field, frame, name: name || base, config, custom: mapOf(config.custom) };
    }),
  );
}

function configOf(field: Field, frame: DataFrame, name: string, { defaults, overrides }: FieldConfigSource): Json {
  const own = Object.fromEntries(Object.entries(field.config).filter(([, value]) => value !== null && value !== ''));
  let config: Json = { ...defaults, ...own, custom: { ...mapOf(defaults.custom), ...mapOf(own.custom) } };
  for (const { matcher, properties } of overrides) {
    if (!isMatch(matcher, { field, frame, name })) continue;
    for (const { id, value } of properties) config = withPath(config, id.split('.'), value);
  }
  return config;
}

/** Sets `custom.stacking` in a copy. */
function withPath(target: Json, [key = '', ...rest]: readonly string[], value: unknown): Json {
  return { ...target, [key]: rest.length === 0 ? value : withPath(mapOf(target[key]), rest, value) };
}

/** Whether a panel leaves a field out of its picture. */
export function isHidden({ custom }: ShownField): boolean {
  return custom.hidden === true || mapOf(custom.hideFrom).viz === true;
}

/** The decimals that were chosen for a field. */
export function decimalsOf({ config }: Pick<ShownField, 'config'>): number | undefined {
  return numberOf(config.decimals);
}
