/** What a schema cannot say about one definition: numbers that contradict each other, values that do not fit. */

import { listOf } from '../config/check-shape.ts';
import type { DataPath, Fault } from '../config/fault.ts';
import { parseDuration } from '../domain/duration.ts';
import type { ParameterType } from '../domain/saved-query.ts';
import { nearest } from '../lib/nearest.ts';
import {
  COMMAND_WORDS,
  COMPARE_WORDS,
  DAY_WORDS,
  NOISE_WORDS,
  RANKING_WORDS,
  TIME_WORDS,
  UNIT_WORDS,
  VERB_WORDS,
  WEEKDAY_WORDS,
  WITHOUT_WORDS,
} from '../questions/words.ts';
import { type Definition, type ParameterDefinition, rangeMs } from './schema.ts';
import type { Site } from './site.ts';

/**
 * Words that mean something of their own in a question; a query of that name could not always be asked for.
 * @see `docs/queries.md`, where they are listed
 */
export const RESERVED_NAMES: readonly string[] = [
  ...new Set([
    ...NOISE_WORDS,
    ...Object.values(TIME_WORDS).flat(),
    ...Object.values(COMPARE_WORDS).flat(),
    ...[RANKING_WORDS, VERB_WORDS, COMMAND_WORDS, DAY_WORDS, WEEKDAY_WORDS, UNIT_WORDS].flatMap(Object.keys),
    ...WITHOUT_WORDS,
    ...['alerts', 'deploys', 'runbook', 'as'],
  ]),
]
  .filter((word) => /^\p{L}+$/u.test(word))
  .sort();

/** Checks one definition by itself. */
export function checkDefinition(site: Site): readonly Fault[] {
  const { definition } = site;
  return [
    ...checkNames(site),
    ...checkChart(site),
    ...checkThresholds(site),
    ...checkRange(site),
    ...checkExamples(site),
    ...Object.entries(definition.parameters).flatMap(([name, parameter]) => checkParameter(site, name, parameter)),
    ...checkAlerts(site),
  ];
}

function checkNames({ id, definition, faultAt }: Site): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set([id.toLowerCase()]);
  const isReserved = (name: string) => RESERVED_NAMES.includes(name.toLowerCase()) || parseDuration(name) !== undefined;
  if (isReserved(id)) faults.push(faultAt([], 'is a word of the question language; choose another name', 'key'));
  definition.aliases.forEach((alias, index) => {
    const path = ['aliases', index];
    if (isReserved(alias)) faults.push(faultAt(path, `"${alias}" is a word of the question language; choose another`));
    else if (seen.has(alias.toLowerCase())) faults.push(faultAt(path, `"${alias}" is here already; take it away`));
    seen.add(alias.toLowerCase());
  });
  return faults;
}

function checkChart({ definition: { chart }, faultAt }: Site): Fault[] {
  const { min, max } = chart;
  const faults: Fault[] = [];
  if (min !== undefined && max !== undefined && min >= max) {
    faults.push(faultAt(['chart', 'min'], `is ${min}, which is not below max (${max}); swap them`));
  }
  if (chart.log === true) {
    if (min !== undefined && min <= 0) {
      faults.push(
        faultAt(['chart', 'min'], `is ${min}, which a logarithmic axis cannot show; take it above 0 or leave it out`),
      );
    }
    if (chart.stack === true) {
      faults.push(faultAt(['chart', 'stack'], 'makes no sense on a logarithmic axis; keep either `stack` or `log`'));
    }
  }
  return faults;
}

function checkThresholds({ definition, faultAt }: Site): Fault[] {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = definition.chart;
  return definition.thresholds.flatMap((threshold, index, all) => {
    const path = ['thresholds', index];
    const earlier = all.slice(0, index).filter(({ below = false }) => below === (threshold.below ?? false));
    const faults: Fault[] = [];
    if (threshold.at < min || threshold.at > max) {
      const ends = `${Number.isFinite(min) ? min : '…'} to ${Number.isFinite(max) ? max : '…'}`;
      faults.push(
        faultAt([...path, 'at'], `is ${threshold.at}, outside the chart (${ends}); widen it or correct this`),
      );
    }
    if (earlier.some(({ at }) => at === threshold.at)) {
      faults.push(faultAt([...path, 'at'], `is ${threshold.at}, where there is a threshold already; keep one`));
    }
    const upside = earlier.find((other) => isUpsideDown(other, threshold));
    if (upside) {
      const message = `puts ${threshold.severity} at ${threshold.at} and ${upside.severity} at ${upside.at}, so the worse is reached first; swap them${threshold.below ? '' : ', or add `below: true`'}`;
      faults.push(faultAt([...path, 'at'], message));
    }
    return faults;
  });
}

const RANK = { info: 0, warning: 1, critical: 2 } as const;
type Threshold = Definition['thresholds'][number];

/** Whether of two limits of one direction the worse is reached before the milder. */
function isUpsideDown(a: Threshold, b: Threshold): boolean {
  const [worse, milder] = RANK[a.severity] > RANK[b.severity] ? [a, b] : [b, a];
  if (worse.severity === milder.severity || worse.at === milder.at) return false;
  return worse.below ? worse.at > milder.at : worse.at < milder.at;
}

function checkRange({ definition: { range, maxRange }, faultAt }: Site): Fault[] {
  const maxMs = parseDuration(maxRange);
  if (maxMs === undefined || (rangeMs(range) ?? 0) <= maxMs) return [];
  return [faultAt(['range'], `is ${range}, longer than maxRange (${maxRange}); shorten it`)];
}

function checkExamples({ id, definition, faultAt }: Site): Fault[] {
  const names = [id, ...definition.aliases].map((name) => name.toLowerCase());
  return definition.examples.flatMap((example, index) => {
    const words = example.toLowerCase().split(/\s+/);
    if (names.some((name) => words.includes(name))) return [];
    return [faultAt(['examples', index], `does not ask for this query; it should say ${listOf(names)}`)];
  });
}

/** The type a parameter has where the definition leaves it out. */
export function typeOfParameter(name: string, { type, values }: ParameterDefinition): ParameterType {
  if (type !== undefined) return type;
  if (Array.isArray(values)) return 'choice';
  return name === 'host' || name === 'instance' ? 'host' : 'word';
}

function checkParameter({ faultAt }: Site, name: string, parameter: ParameterDefinition): Fault[] {
  const path: DataPath = ['parameters', name];
  const type = typeOfParameter(name, parameter);
  const { values, multi } = parameter;
  const faults: Fault[] = [];
  const pattern = compile(parameter.pattern);
  if (pattern instanceof Error) {
    faults.push(faultAt([...path, 'pattern'], `is no regular expression: ${pattern.message.replace(/^.*: /, '')}`));
  }
  if (type === 'choice' && !Array.isArray(values)) {
    const at = values === undefined ? 'type' : 'values';
    faults.push(faultAt([...path, at], 'is a choice without a list; write `values: [a, b]`'));
  }
  if (multi === true && type === 'text') {
    faults.push(faultAt([...path, 'multi'], 'cannot be true for free text; leave it out'));
  }
  for (const key of ['default', 'example'] as const) {
    const value = parameter[key];
    if (value === undefined || value.includes('${')) continue;
    const message = misfit(value, type, values, pattern instanceof RegExp ? pattern : undefined);
    if (message !== undefined) faults.push(faultAt([...path, key], message));
  }
  return faults;
}

function compile(pattern: string | undefined): RegExp | Error | undefined {
  if (pattern === undefined) return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch (thrown) {
    return thrown as Error;
  }
}

function misfit(
  value: string,
  type: ParameterType,
  values: ParameterDefinition['values'],
  pattern: RegExp | undefined,
): string | undefined {
  if (type === 'number' && !/^-?\d+(?:\.\d+)?$/.test(value)) return `"${value}" is no number`;
  if (type === 'duration' && parseDuration(value) === undefined) return `"${value}" is no duration; write it like 5m`;
  if ((type === 'word' || type === 'host') && /\s/.test(value))
    return `"${value}" is more than one word; type \`text\` takes those`;
  if (Array.isArray(values) && !values.includes(value)) {
    const near = nearest(value, values, 1)[0];
    return `"${value}" is not among its values; ${near === undefined ? `there are ${listOf(values)}` : `did you mean ${near}?`}`;
  }
  if (pattern && !pattern.test(value)) return `"${value}" does not match its own pattern`;
  return undefined;
}

function checkAlerts({ definition, faultAt }: Site): Fault[] {
  const names = Object.keys(definition.parameters);
  return definition.alerts.flatMap((alert, index) => {
    const path: DataPath = ['alerts', index];
    const unknown = Object.keys(alert.parameters).filter((name) => !names.includes(name));
    const missing = Object.entries(definition.parameters).filter(
      ([name, parameter]) => parameter.default === undefined && !Object.hasOwn(alert.parameters, name),
    );
    return [
      ...(Object.keys(alert.match).length === 0
        ? [faultAt([...path, 'match'], 'is empty and would match every alert; name a label')]
        : []),
      ...unknown.map((name) => faultAt([...path, 'parameters', name], unknownParameter(name, names), 'key')),
      ...missing.map(([name]) =>
        faultAt([...path, 'parameters'], `lacks \`${name}\`, which has no default; write ${name}: "\${labels.NAME}"`),
      ),
    ];
  });
}

/** Says that a definition has no such parameter. */
export function unknownParameter(name: string, names: readonly string[]): string {
  const near = nearest(name, names, 1)[0];
  if (near !== undefined) return `is no parameter; did you mean \`${near}\`?`;
  return names.length === 0 ? 'is no parameter; the query has none' : `is no parameter; there are ${listOf(names)}`;
}
