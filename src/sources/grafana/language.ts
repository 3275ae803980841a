/** Which language each field of a query is written in. Pure. */

import type { Json } from './present/json.ts';
import type { Language } from './quoting.ts';

/** Data source plugins that speak a known language, by a part of their id. */
const KINDS: readonly (readonly [part: RegExp, kind: string])[] = [
  [/prometheus|victoriametrics-metrics|victoriametrics-datasource/i, 'prometheus'],
  [/loki/i, 'loki'],
  [/graphite/i, 'graphite'],
  [/elasticsearch|opensearch/i, 'elasticsearch'],
  [/influxdb/i, 'influxdb'],
  [/mysql|postgres|mssql|clickhouse|snowflake|oracle|sqlite|athena|redshift|bigquery|questdb|databricks/i, 'sql'],
  [/^__expr__$/, 'expression'],
];

/** The kind of a data source whose queries are understood, by its plugin: `prometheus`, `sql`; `other` for the rest. */
export function kindOfPlugin(type: string): string {
  return KINDS.find(([part]) => part.test(type))?.[1] ?? 'other';
}

/** Fields that are only shown. */
const WORDS: ReadonlySet<string> = new Set(['legendFormat', 'alias', 'label', 'aliasBy', 'interval', 'step', 'period']);

/** The language of a field, by the data source's plugin, the whole query and the field's name. */
export function languageOf(type: string, model: Json, field: string): Language {
  if (field === 'rawSql') return 'sql';
  if (WORDS.has(field)) return 'words';
  switch (kindOfPlugin(type)) {
    case 'prometheus':
      return field === 'expr' ? 'promql' : 'unknown';
    case 'loki':
      return field === 'expr' ? 'logql' : 'unknown';
    case 'graphite':
      return 'graphite';
    case 'elasticsearch':
      if (field !== 'query') return 'unknown';
      return isEsql(model) ? 'esql' : 'lucene';
    case 'influxdb':
      return field === 'query' ? influxLanguage(model) : 'influx-part';
    case 'sql':
      return ['rawQuery', 'query', 'queryText', 'rawSQL', 'sql'].includes(field) ? 'sql' : 'unknown';
    default:
      return 'unknown';
  }
}

function isEsql({ queryType, editorType, query }: Json): boolean {
  if (queryType === 'esql' || (editorType === 'code' && queryType !== 'lucene')) return true;
  return typeof query === 'string' && /^\s*(?:from|row|show)\s+[\w.*-]+[\s\S]*\|/i.test(query);
}

function influxLanguage({ query }: Json): Language {
  if (typeof query !== 'string') return 'influx-part';
  return /\|>|^\s*(?:from|import|option)\b\s*[("]/m.test(query) ? 'flux' : 'influxql';
}

/** What a query to list values is written in. */
export function languageOfVariable(type: string, text: string): Language {
  switch (kindOfPlugin(type)) {
    case 'prometheus':
      return 'promql';
    case 'loki':
      return 'logql';
    case 'graphite':
      return 'graphite';
    case 'influxdb':
      return influxLanguage({ query: text });
    case 'sql':
      return 'sql';
    case 'elasticsearch':
      return 'lucene';
    default:
      return 'unknown';
  }
}
