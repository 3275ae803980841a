/** Which hosts and services a definition of a monitoring system means: what those of Nagios and Icinga share. Pure. */
import { z } from 'zod';
import type { Arguments } from '../domain/question.ts';
import { plainValue } from '../lib/plain-value.ts';
import { expandAll, placeholdersOf } from './expand.ts';
import { templateText } from './template-text.ts';

/** Names in one question; beyond it is a fleet, which `*` asks for. */
const NAMES_MAX = 500;
/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;

/** In a definition. */
export const MonitoredTarget = z.strictObject({
  host: templateText.default('*').describe('name of the host; `*` is all of them'),
  service: templateText.optional().describe('name of a service; left out, all services and the host itself'),
  group: templateText.optional().describe('only hosts of this host group'),
});
type Target = Pick<z.output<typeof MonitoredTarget>, 'host' | 'service'> & { readonly group?: string | undefined };

/** With its arguments. */
export interface Monitored {
  /** What is shown, and of whom: for footers. */
  readonly label: string;
  /** Names of hosts; empty for all. */
  readonly hosts: readonly string[];
  /** Names of services; empty for all and the hosts themselves. */
  readonly services: readonly string[];
  readonly group?: string;
}

/** The names of a target's placeholders, each once. */
export function placeholdersOfTarget({ host, service = '', group = '' }: Target): readonly string[] {
  return [...new Set([host, service, group].flatMap(placeholdersOf))];
}

/** Fills a target; `show` begins the label. @throws BotError `ASK_…`, `SOURCE_TOO_MUCH` */
export function bindTarget(show: string, { host, service, group }: Target, args: Arguments): Monitored {
  const all = (template: string) => expandAll(template, args, plainValue, NAMES_MAX);
  const hosts = all(host);
  const services = service === undefined ? [] : all(service);
  const [groupName] = group === undefined ? [] : all(group);
  const of = [hosts.includes('*') ? 'all hosts' : hosts.join(', '), ...services, ...(groupName ? [groupName] : [])];
  return {
    label: `${show} of ${of.join(', ')}`.slice(0, LABEL_MAX_CHARS),
    hosts: hosts.includes('*') ? [] : hosts,
    services: services.includes('*') ? [] : services,
    ...(groupName !== undefined && groupName !== '*' && { group: groupName }),
  };
}
