/** Our own format in the contract of alert formats. */
import { generic } from '../../../src/alerts/generic.ts';
import type { FormatHarness } from '../alert-format.contract.ts';

/** Its harness. */
export const genericHarness: FormatHarness = {
  format: generic,
  example: {
    title: 'Backup of db01 failed',
    description: 'exit code 2 after 14 min',
    status: 'firing',
    severity: 'error',
    labels: { host: 'db01', job: 'backup' },
    startsAt: '2026-11-25T02:14:00+01:00',
    values: { minutes: 14 },
    links: [{ rel: 'logs', href: 'https://logs.example/db01' }],
  },
  wrong: ['"x"', {}, { description: 'no title' }, [{}], { alerts: [{ severity: 'x' }] }],
  required: ['title'],
};
