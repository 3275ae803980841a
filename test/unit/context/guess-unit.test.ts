/** Units that names of metrics tell. */
import { expect, it } from 'vitest';
import { guessUnit } from '../../../src/context/guess-unit.ts';

it.each([
  ['node_filesystem_avail_bytes{mountpoint="/"}', undefined, 'bytes'],
  ['rate(node_network_receive_bytes_total[5m])', undefined, 'bytes/s'],
  ['histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))', 0.5, 'seconds'],
  ['rate(x_seconds_sum[5m]) / rate(x_seconds_count[5m])', 0.5, 'seconds'],
  ['100 - avg(rate(node_cpu_seconds_total{mode="idle"}[1m])) * 100', 90, 'percent'],
  ['sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))', 0.05, 'ratio'],
  ['sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))', 12, 'none'],
  ['node_filesystem_avail_bytes / node_filesystem_size_bytes', 0.1, 'ratio'],
  ['time() - backup_last_success_timestamp_seconds', 86_400, 'seconds'],
  ['rate(node_cpu_seconds_total[5m])', undefined, 'none'],
  ['node_hwmon_temp_celsius', 80, '°C'],
  ['up{job="x_bytes"}', undefined, 'none'],
  ['a_bytes + b_seconds', undefined, 'none'],
  ['', undefined, 'none'],
] as const)('takes %s (limit %s) for %s', (expr, limit, unit) => {
  expect(guessUnit(expr, limit).id).toBe(unit);
});
