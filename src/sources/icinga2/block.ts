/** The `icinga2:` block of a definition, and what it becomes with arguments in it. Pure. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Arguments } from '../../domain/question.ts';
import { plainValue } from '../../lib/plain-value.ts';
import { expandAll, parseTemplate, placeholdersOf } from '../../queries/expand.ts';
import type { SourceRequest } from '../source.ts';

/** Names in one filter; more make it slow there and are refused. */
const NAMES_MAX = 500;
/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;

const text = z
  .string()
  .min(1)
  .superRefine((value, context) => {
    try {
      parseTemplate(value);
    } catch (thrown) {
      context.addIssue({ code: 'custom', message: (thrown as Error).message });
    }
  });

const Target = z.strictObject({
  host: text.default('*').describe('name of the host; `*` is all of them'),
  service: text.optional().describe('name of a service; left out, all services and the host itself'),
  group: text.optional().describe('only hosts of this host group'),
});

/** What a definition asks of Icinga. */
export const Icinga2Block = z.union([
  z.strictObject({ problems: Target.describe('what is not as it should be, worst first') }),
  z.strictObject({ services: Target.describe('every check with its state and what it measured') }),
  z.strictObject({ values: Target.describe('every value that checks measured, with its limits') }),
]);
/** A checked block. */
export type Icinga2Block = z.output<typeof Icinga2Block>;

/** What a question wants to see. */
export type Shown = 'problems' | 'services' | 'values';

/** What a question asks of Icinga. */
export interface Icinga2Request extends SourceRequest {
  readonly show: Shown;
  /** Names of hosts; empty for all. */
  readonly hosts: readonly string[];
  /** Names of services; empty for all and the hosts themselves. */
  readonly services: readonly string[];
  readonly group?: string;
}

type Target = z.output<typeof Target>;

function targetOf(block: Icinga2Block): readonly [Shown, Target] {
  if ('problems' in block) return ['problems', block.problems];
  return 'services' in block ? ['services', block.services] : ['values', block.values];
}

/** The names of a block's placeholders, each once. */
export function placeholdersOfBlock(block: Icinga2Block): readonly string[] {
  const [, { host, service = '', group = '' }] = targetOf(block);
  return [...new Set([host, service, group].flatMap(placeholdersOf))];
}

/** Binds arguments; they become data of the filter, never its text. @throws BotError `ASK_…`, `SOURCE_TOO_MUCH` */
export function bindBlock(raw: unknown, args: Arguments): Icinga2Request {
  const { success, data, error } = Icinga2Block.safeParse(raw);
  if (!success) throw new BotError('CONFIG_QUERY_INVALID', `The icinga2 block is wrong: ${error.issues[0]?.message}.`);
  const [show, { host, service, group }] = targetOf(data);
  const all = (template: string) => expandAll(template, args, plainValue, NAMES_MAX);
  const hosts = all(host);
  const services = service === undefined ? [] : all(service);
  const [groupName] = group === undefined ? [] : all(group);
  const of = [hosts.includes('*') ? 'all hosts' : hosts.join(', '), ...services, ...(groupName ? [groupName] : [])];
  return {
    label: `${show} of ${of.join(', ')}`.slice(0, LABEL_MAX_CHARS),
    show,
    hosts: hosts.includes('*') ? [] : hosts,
    services: services.includes('*') ? [] : services,
    ...(groupName !== undefined && groupName !== '*' && { group: groupName }),
  };
}
