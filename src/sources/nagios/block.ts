/** The `nagios:` block of a definition, and what it becomes with arguments in it. Pure. */
import { z } from 'zod';
import { BotError } from '../../domain/errors.ts';
import type { Arguments } from '../../domain/question.ts';
import { bindTarget, type Monitored, MonitoredTarget, placeholdersOfTarget } from '../../queries/monitored.ts';
import type { SourceRequest } from '../source.ts';

/** What a definition asks of Nagios. */
export const NagiosBlock = z.union([
  z.strictObject({ problems: MonitoredTarget.describe('what is not as it should be, worst first') }),
  z.strictObject({ services: MonitoredTarget.describe('every check with its state and what it measured') }),
  z.strictObject({ values: MonitoredTarget.describe('every value that checks measured, with its limits') }),
  z.strictObject({ history: MonitoredTarget.omit({ group: true }).describe('changes of state over the window') }),
]);
/** A checked block. */
export type NagiosBlock = z.output<typeof NagiosBlock>;

/** What a question wants to see. */
export type Shown = 'problems' | 'services' | 'values' | 'history';

/** What a question asks of Nagios. */
export interface NagiosRequest extends SourceRequest, Monitored {
  readonly kind: 'nagios';
  readonly show: Shown;
}

function targetOf(block: NagiosBlock): readonly [Shown, z.output<typeof MonitoredTarget>] {
  if ('problems' in block) return ['problems', block.problems];
  if ('services' in block) return ['services', block.services];
  return 'values' in block ? ['values', block.values] : ['history', block.history];
}

/** The names of a block's placeholders, each once. */
export function placeholdersOfBlock(block: NagiosBlock): readonly string[] {
  const [, target] = targetOf(block);
  return placeholdersOfTarget(target);
}

/** Binds arguments; each becomes one parameter of an address. @throws BotError `ASK_…`, `SOURCE_TOO_MUCH` */
export function bindBlock(raw: unknown, args: Arguments): NagiosRequest {
  const { success, data, error } = NagiosBlock.safeParse(raw);
  if (!success) throw new BotError('CONFIG_QUERY_INVALID', `The nagios block is wrong: ${error.issues[0]?.message}.`);
  const [show, target] = targetOf(data);
  return { kind: 'nagios', ...bindTarget(show, target, args), show };
}
