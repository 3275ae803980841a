/** Prints findings in the form that was asked for. */

import { glimpseVersion } from '../../lib/version.ts';
import { type CommandOptions, type Io, UsageError } from '../command.ts';
import type { Finding } from './finding.ts';
import { githubAnnotation } from './github.ts';
import { sarifOf } from './sarif.ts';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;

/** A form of report. */
export type ReportFormat = (typeof FORMATS)[number];

/** The form that `--format` names; `--json` is `--format json`. Throws UsageError. */
export function formatOption({ format, json }: CommandOptions): ReportFormat {
  if (format === undefined) return json ? 'json' : 'text';
  const known = FORMATS.find((one) => one === format);
  if (!known) throw new UsageError(`--format is ${FORMATS.join(', ')}; "${format}" is none of them`);
  if (json && known !== 'json') throw new UsageError('--json is --format json; give one of the two');
  return known;
}

/** A report in every form that it may be wanted in. */
export interface Report {
  readonly findings: readonly Finding[];
  /** For people, all of it. */
  readonly text: string;
  /** For programs, without the findings' rules and levels. */
  readonly json: unknown;
  /** The last line beneath annotations. */
  readonly summary: string;
}

/** Prints it. */
export function printReport({ findings, text, json, summary }: Report, format: ReportFormat, { stdout }: Io): void {
  switch (format) {
    case 'text':
      stdout.write(`${text}\n`);
      return;
    case 'json':
      stdout.write(`${JSON.stringify(json, undefined, 2)}\n`);
      return;
    case 'sarif':
      stdout.write(`${JSON.stringify(sarifOf(findings, glimpseVersion()), undefined, 2)}\n`);
      return;
    case 'github':
      // what a text lists below its colon stands above it here
      stdout.write(`${[...findings.map(githubAnnotation), summary.replace(/:$/, '')].join('\n')}\n`);
  }
}
