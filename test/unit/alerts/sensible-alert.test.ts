/** What holds of alerts whichever format they came in. */
import { describe, expect, it } from 'vitest';
import { decodeDelivery } from '../../../src/alerts/decode-delivery.ts';
import { generic } from '../../../src/alerts/generic.ts';

const RECEIVED = new Date('2026-11-25T10:00:00.000Z');

function decoded(body: object) {
  const delivery = {
    hook: 'eu',
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(body)),
    receivedAt: RECEIVED,
  };
  return decodeDelivery(generic, delivery, {}).alerts[0];
}

describe('an alert', () => {
  it.each([
    ['acknowledged', { acknowledged: true }],
    ['unacknowledged', { acknowledged: false }],
    ['suppressed', { suppressed: true }],
    ['comment', {}],
  ])('that is told as %s has the flag of it', (transition, flags) => {
    expect(decoded({ title: 'Backup failed', transition })?.flags).toEqual(flags);
  });

  it('neither begins nor ended after it was heard of', () => {
    expect(decoded({ title: 'x', status: 'resolved', endsAt: '2026-11-25T12:00:00Z' })?.endsAt).toEqual(RECEIVED);
    expect(decoded({ title: 'x', startsAt: '2035-01-01T00:00:00Z' })).toMatchObject({
      startsAt: RECEIVED,
      timeSource: 'received',
    });
    const soon = new Date('2026-11-25T10:02:00.000Z');
    expect(decoded({ title: 'x', startsAt: soon.toISOString() })?.startsAt).toEqual(soon);
  });
});
