/** Writes what the docs have in common with the code: JSON Schemas for editors, tables of keys and filters. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chatKinds } from '../chat/index.ts';
import { formatValue } from '../domain/format-number.ts';
import { makeUnit, UNITS } from '../domain/unit.ts';
import { makeJsonSchema } from '../json-schemas.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { rosterKinds } from '../oncall/index.ts';
import { RESERVED_NAMES } from '../queries/check-definition.ts';
import { FILTERS } from '../queries/expand.ts';
import { sourceKinds } from '../sources/index.ts';
import { withErrorFacts, wordSections } from './generate-words.ts';
import { type JsonSchema, objectIn, tableOfKeys } from './reference-tables.ts';

/** Where the project is. */
const ROOT = resolve(import.meta.dirname, '../..');

/** What stands between the markers of a page, by the marker's name. */
type Sections = Readonly<Record<string, string>>;

/**
 * Makes every generated file.
 *
 * @param read - gives the present text of a page, whose hand-written parts are kept
 * @returns texts by path below the project's root
 */
export function generatedFiles(read: (path: string) => string): ReadonlyMap<string, string> {
  const config = makeJsonSchema('config');
  const queries = makeJsonSchema('query');
  const tests = makeJsonSchema('tests');
  const definition = queries.additionalProperties as JsonSchema;
  return new Map([
    ['docs/schema/glimpse.schema.json', json(config)],
    ['docs/schema/queries.schema.json', json(queries)],
    ['docs/schema/tests.schema.json', json(tests)],
    ['docs/schema/recording.schema.json', json(makeJsonSchema('recording'))],
    ['docs/config.md', fillIn(read('docs/config.md'), configSections(config))],
    ['docs/errors.md', withErrorFacts(read('docs/errors.md'))],
    ['docs/grammar.md', fillIn(read('docs/grammar.md'), wordSections())],
    ['docs/metrics.md', fillIn(read('docs/metrics.md'), metricSections())],
    [
      'docs/queries.md',
      fillIn(read('docs/queries.md'), {
        ...querySections(definition),
        tests: tableOfKeys(objectIn((tests as JsonSchema).properties?.tests)),
      }),
    ],
  ]);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function configSections(schema: JsonSchema): Sections {
  const keys = schema.properties ?? {};
  const valuesOf = (key: string) => keys[key]?.additionalProperties as JsonSchema | undefined;
  const kindsOf = (key: string, kinds: readonly { readonly kind: string; readonly title: string }[]) =>
    kinds
      .map(({ kind, title }) => {
        const { oneOf = [] } = valuesOf(key) ?? {};
        const own = oneOf.find(({ properties }) => properties?.kind?.const === kind);
        return `### ${title}: \`kind: ${kind}\`\n\n${tableOfKeys(own ?? {}, ['kind'])}`;
      })
      .join('\n\n');
  return {
    top: tableOfKeys(schema),
    sources: kindsOf('sources', sourceKinds),
    chats: kindsOf('chats', chatKinds),
    hooks: tableOfKeys(allKinds([valuesOf('hooks'), valuesOf('changes')])),
    routes: tableOfKeys(routeIn(schema)),
    oncall: kindsOf('oncall', rosterKinds),
    answers: tableOfKeys(objectIn(keys.answers)),
    proxy: tableOfKeys(objectIn(keys.proxy)),
    owners: tableOfKeys(objectIn(keys.owners)),
    people: tableOfKeys(objectIn(objectIn(keys.owners).properties?.people)),
    lives: tableOfKeys(objectIn(keys.alerts)),
    watchdogs: tableOfKeys(objectIn(objectIn(keys.alerts).properties?.watchdogs)),
    template: tableOfKeys(objectIn(objectIn(keys.alerts).properties?.template)),
    flapping: tableOfKeys(objectIn(objectIn(keys.alerts).properties?.flapping)),
    tokens: tableOfKeys(objectIn(keys.tokens)),
  };
}

/** The keys of all kinds in one: those that all have first. */
function allKinds(unions: readonly (JsonSchema | undefined)[]): JsonSchema {
  const kinds = unions.flatMap((union) => union?.oneOf ?? []);
  const [first, ...others] = kinds.map(({ properties = {} }) => properties);
  const { kind, ...common } = first ?? {};
  const properties = Object.assign({}, first, ...others);
  return {
    properties: { ...properties, kind: { ...kind, const: undefined, type: 'string' }, ...common },
    required: ['kind'],
  };
}

/** A route has routes: it stands apart, under a name of the converter's. */
function routeIn({ definitions = {} }: JsonSchema): JsonSchema {
  return Object.values(definitions).find(({ properties }) => properties?.routes) ?? {};
}

function querySections(definition: JsonSchema): Sections {
  const keys = definition.properties ?? {};
  const parameter = (keys.parameters?.additionalProperties ?? {}) as JsonSchema;
  const branches = (key: string) => keys[key]?.items?.anyOf ?? [];
  const kinds = sourceKinds.map(
    ({ kind, title }) => `### ${title}: \`${kind}\`\n\n${tableOfKeys(objectIn(keys[kind]))}`,
  );
  return {
    definition: tableOfKeys(definition),
    parameters: tableOfKeys(objectIn(parameter)),
    blocks: kinds.join('\n\n'),
    units: unitTable(),
    chart: tableOfKeys(objectIn(keys.chart)),
    thresholds: tableOfKeys(objectIn(keys.thresholds)),
    overlays: branches('overlays')
      .map((branch) => tableOfKeys(branch))
      .join('\n\n'),
    links: branches('links')
      .map((branch) => tableOfKeys(branch))
      .join('\n\n'),
    alerts: tableOfKeys(objectIn(keys.alerts)),
    filters: [
      '| Filter | Gives | Example |\n| --- | --- | --- |',
      ...Object.entries(FILTERS).map(
        ([name, { describes, example }]) => `| \`${name}\` | ${describes} | \`${example[0]}\` → \`${example[1]}\` |`,
      ),
    ].join('\n'),
    reserved: RESERVED_NAMES.map((name) => `\`${name}\``).join(', '),
  };
}

/** So many of each unit are written down. */
const SHOWN_AMOUNT = 1_234_567;

function unitTable(): string {
  const rows = UNITS.map(({ name, spellings, means }) => {
    const unit = makeUnit(name);
    const others = spellings.map((spelling) => `\`${spelling}\``).join(', ');
    return `| \`${name}\` | ${others} | ${means} | ${formatValue(SHOWN_AMOUNT * unit.factor, unit)} |`;
  });
  return ['| Unit | Also | Means | 1,234,567 of it |\n| --- | --- | --- | --- |', ...rows].join('\n');
}

function metricSections(): Sections {
  const { registry } = createMetrics({ version: '', node: '' });
  const all = registry.getMetricsAsArray() as unknown as readonly DocumentedMetric[];
  const tableOf = (metrics: readonly DocumentedMetric[]) =>
    [
      '| Metric | Kind | Labels | Meaning |\n| --- | --- | --- | --- |',
      ...metrics.map(({ name, type, labelNames, help }) => {
        const labels = labelNames.map((label) => `\`${label}\``).join(', ');
        return `| \`${name}\` | ${type} | ${labels} | ${help.replaceAll('|', '\\|')} |`;
      }),
    ].join('\n');
  return {
    own: tableOf(all.filter(({ name }) => name.startsWith('glimpse_'))),
    runtime: tableOf(all.filter(({ name }) => !name.startsWith('glimpse_'))),
  };
}

/** What prom-client keeps of a metric; its types leave some of it out. */
interface DocumentedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labelNames: readonly string[];
}

/**
 * Puts sections between their markers: `<!-- generated: name -->` and `<!-- end -->`.
 *
 * @throws Error for a marker without a section, or a section without its marker
 */
function fillIn(page: string, sections: Sections): string {
  const left = new Set(Object.keys(sections));
  const filled = page.replace(/<!-- generated: (\w+) -->[\s\S]*?<!-- end -->/g, (_whole, name: string) => {
    const section = sections[name];
    if (section === undefined) throw new Error(`no section is called ${name}`);
    left.delete(name);
    return `<!-- generated: ${name} -->\n\n${section}\n\n<!-- end -->`;
  });
  if (left.size > 0) throw new Error(`no marker for ${[...left].join(', ')}`);
  return filled;
}

if (import.meta.main) {
  const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  for (const [path, text] of generatedFiles(read)) writeFileSync(join(ROOT, path), text);
}
