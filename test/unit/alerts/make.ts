/** Alerts and changes for tests, with the fields that a test does not care about filled in. */
import type { Alert, ChangeEvent } from '../../../src/domain/alert.ts';

/** An alert that fires, on a host or of a service. */
export function makeAlert(
  name: string,
  { host, service, ...fields }: Partial<Alert> & { readonly host?: string; readonly service?: string } = {},
): Alert {
  const key = [name, host, service].filter(Boolean).join('/');
  const startsAt = fields.startsAt ?? new Date(Date.UTC(2026, 10, 25, 9, 44));
  const labels = {
    alertname: name,
    ...(host !== undefined && { instance: `${host}:9100` }),
    ...(service !== undefined && { service }),
  };
  return {
    source: 'alertmanager',
    sourceInstance: 'default',
    deliveryId: `${key}/${+startsAt}/${fields.status ?? 'firing'}`,
    fingerprint: `alertmanager:default:${key}`,
    status: 'firing',
    transition: fields.status === 'resolved' ? 'resolved' : 'triggered',
    flags: {},
    severity: 'critical',
    title: `${name} is bad`,
    labels,
    annotations: {},
    attributes: {
      ...(host !== undefined && { 'host.name': host }),
      ...(service !== undefined && { 'service.name': service }),
    },
    startsAt,
    endsAt: null,
    receivedAt: startsAt,
    timeSource: 'event',
    values: [],
    links: [{ rel: 'runbook', href: `https://wiki.example/${name}` }],
    images: [],
    ...fields,
  };
}

/** A deployment that went well. */
export function makeChange(service: string, version: string, fields: Partial<ChangeEvent> = {}): ChangeEvent {
  const startsAt = fields.startsAt ?? new Date(Date.UTC(2026, 10, 25, 9, 41));
  return {
    source: 'generic',
    sourceInstance: 'default',
    deliveryId: `${service}-${version}`,
    id: `generic:default:${service}-${version}`,
    kind: 'deployment',
    phase: 'succeeded',
    title: `${service} ${version}`,
    tags: [],
    startsAt,
    endsAt: null,
    receivedAt: startsAt,
    attributes: { 'service.name': service, 'service.version': version, 'deployment.environment.name': 'production' },
    links: [{ rel: 'source', href: `https://ci.example/${service}/${version}` }],
    ...fields,
  };
}
