/** The `icinga2:` block of a definition, and what it becomes with arguments in it. Pure. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Arguments } from '../../domain/question.ts';
import { bindTarget, type Monitored, MonitoredTarget, placeholdersOfTarget } from '../../queries/monitored.ts';
import type { SourceRequest } from '../source.ts';

/** What a definition asks of Icinga. */
export const Icinga2Block = z.union([
  z.strictObject({ problems: MonitoredTarget.describe('what is not as it should be, worst first') }),
  z.strictObject({ services: MonitoredTarget.describe('every check with its state and what it measured') }),
  z.strictObject({ values: MonitoredTarget.describe('every value that checks measured, with its limits') }),
]);
/** A checked block. */
export type Icinga2Block = z.output<typeof Icinga2Block>;

/** What a question wants to see. */
export type Shown = 'problems' | 'services' | 'values';

/** What a question asks of Icinga. */
export interface Icinga2Request extends SourceRequest, Monitored {
  readonly kind: 'icinga2';
  readonly show: Shown;
}

function targetOf(block: Icinga2Block): readonly [Shown, z.output<typeof MonitoredTarget>] {
  if ('problems' in block) return ['problems', block.problems];
  return 'services' in block ? ['services', block.services] : ['values', block.values];
}

/** The names of a block's placeholders, each once. */
export function placeholdersOfBlock(block: Icinga2Block): readonly string[] {
  const [, target] = targetOf(block);
  return placeholdersOfTarget(target);
}

/** Binds arguments; they become data of the filter, never its text. @throws BotError `ASK_…`, `SOURCE_TOO_MUCH` */
export function bindBlock(raw: unknown, args: Arguments): Icinga2Request {
  const { success, data, error } = Icinga2Block.safeParse(raw);
  if (!success) throw new BotError('CONFIG_QUERY_INVALID', `The icinga2 block is wrong: ${error.issues[0]?.message}.`);
  const [show, target] = targetOf(data);
  return { kind: 'icinga2', ...bindTarget(show, target, args), show };
}
