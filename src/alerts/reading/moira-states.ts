/** The states of Moira's metrics, wherever they are told. Pure. */
import type { AlertFlags, AlertSeverity, AlertStatus } from '../../domain/alert.ts';
import { wordTable } from '../../lib/word-table.ts';

/** What each means. */
export const MOIRA_STATES = wordTable<{
  readonly status: AlertStatus;
  readonly severity: AlertSeverity;
  readonly flags?: AlertFlags;
}>({
  OK: { status: 'resolved', severity: 'unknown' },
  WARN: { status: 'firing', severity: 'warning' },
  ERROR: { status: 'firing', severity: 'critical' },
  EXCEPTION: { status: 'firing', severity: 'critical', flags: { evaluationError: true } },
  NODATA: { status: 'firing', severity: 'unknown', flags: { noData: true } },
});
