/** Findings as SARIF 2.1.0, which code hosts and editors read. Pure. @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Finding, RULES } from './finding.ts';

/** A report takes no more than this from one run on GitHub; more helps nobody. */
const RESULTS_MAX = 5_000;

/** Makes the document. Files are relative to the folder the command runs in. */
export function sarifOf(findings: readonly Finding[], version: string): unknown {
  const ids = Object.keys(RULES) as (keyof typeof RULES)[];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'glimpse',
            semanticVersion: version,
            rules: ids.map((id) => ({ id, shortDescription: { text: `${RULES[id]}.` } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.slice(0, RESULTS_MAX).map((finding) => resultOf(finding, ids)),
      },
    ],
  };
}

function resultOf({ file, line, column, path, message, rule, level }: Finding, ids: readonly string[]) {
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level,
    message: { text: path === '' ? message : `${path}: ${message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: locationOf(file),
          ...(line > 0 && { region: { startLine: line, startColumn: Math.max(1, column) } }),
        },
      },
    ],
  };
}

function locationOf(file: string) {
  if (isAbsolute(file)) return { uri: pathToFileURL(file).href };
  return { uri: file.split(sep).map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}
