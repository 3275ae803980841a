/** Where a problem is, by OpenTelemetry's names, from the labels that people use for it. Only what is certain. Pure. */
import type { Alert, AlertAttribute } from '../../domain/alert.ts';
import type { Labels } from '../../domain/labels.ts';

/** Names of labels for each attribute; the first that is there counts. */
const LABELS: Readonly<Record<AlertAttribute, readonly string[]>> = {
  'host.name': ['host', 'hostname', 'host_name', 'node', 'nodename', 'instance', 'host.name'],
  'host.ip': ['host.ip', 'host_ip', 'ip'],
  'service.name': ['service', 'service_name', 'app', 'app_kubernetes_io_name', 'job', 'service.name'],
  'service.namespace': ['service_namespace', 'service.namespace'],
  'service.instance.id': ['service_instance_id', 'service.instance.id'],
  'service.version': ['service_version', 'version', 'service.version'],
  'deployment.environment.name': [
    ...['env', 'environment', 'deployment_environment', 'deployment_environment_name', 'stage'],
    'deployment.environment.name',
  ],
  'k8s.cluster.name': ['cluster', 'k8s_cluster_name', 'k8s.cluster.name'],
  'k8s.namespace.name': ['namespace', 'k8s_namespace_name', 'k8s.namespace.name'],
  'k8s.pod.name': ['pod', 'pod_name', 'k8s_pod_name', 'k8s.pod.name'],
  'k8s.node.name': ['k8s_node_name', 'k8s.node.name'],
  'cloud.region': ['region', 'cloud_region', 'cloud.region'],
  'cloud.account.id': ['account_id', 'cloud_account_id', 'cloud.account.id'],
  'cloud.resource_id': ['resource_id', 'cloud.resource_id'],
  'url.full': ['url', 'target_url', 'url.full'],
  'container.name': ['container', 'container_name', 'container.name'],
};

const ATTRIBUTES = Object.entries(LABELS) as readonly (readonly [AlertAttribute, readonly string[]])[];
const IP = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*)$/i;
const VALUE_MAX_CHARS = 255;

/** Reads attributes from labels. An address as a host is also `host.ip`; a URL is no host. */
export function attributesOf(labels: Labels): Alert['attributes'] {
  const attributes: Partial<Record<AlertAttribute, string>> = {};
  for (const [attribute, names] of ATTRIBUTES) {
    const value = firstCertain(attribute, names, labels);
    if (value !== undefined) attributes[attribute] = value;
  }
  const host = attributes['host.name'];
  const isAddress = host !== undefined && IP.test(host) && attributes['host.ip'] === undefined;
  return isAddress ? { ...attributes, 'host.ip': host } : attributes;
}

function firstCertain(attribute: AlertAttribute, names: readonly string[], labels: Labels): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(labels, name) ? certain(attribute, labels[name]) : undefined;
    if (value !== undefined) return value;
  }
  return undefined;
}

function certain(attribute: AlertAttribute, text: string | undefined): string | undefined {
  const value = text?.trim() ?? '';
  if (value === '' || value.length > VALUE_MAX_CHARS) return undefined;
  if (attribute === 'host.name') return hostOf(value);
  if (attribute === 'url.full') return URL.canParse(value) && /^https?:/i.test(value) ? value : undefined;
  return value;
}

/** A host without its port; nothing for a URL or a path. */
function hostOf(text: string): string | undefined {
  const value = text.trim();
  if (value === '' || /[/\s]/.test(value)) return undefined;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(value)?.[1];
  if (bracketed !== undefined) return bracketed;
  return IP.test(value) ? value : value.replace(/:\d+$/, '');
}
