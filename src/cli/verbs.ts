/** Commands of several verbs, `glimpse queries check`: each verb takes options of its own and refuses the rest. */
import { type Command, UsageError } from './command.ts';

/**
 * A command that does what its first word says.
 *
 * @param wanted - what is said when that is none of them
 */
export function commandOfVerbs(name: string, verbs: Readonly<Record<string, Command>>, wanted: string): Command {
  return {
    options: [...new Set(Object.values(verbs).flatMap(({ options }) => options))],
    async run([word = '', ...rest], options, io) {
      const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
      if (!verb) throw new UsageError(word === '' ? wanted : `"${word}" is no verb of ${name}; ${wanted}`);
      refuseOthers(`${name} ${word}`, verb, options);
      return verb.run(rest, options, io);
    },
  };
}

/** Refuses options that a command does not take: what is passed over in silence is thought to be done. @throws UsageError */
export function refuseOthers(
  name: string,
  { options: taken }: Pick<Command, 'options'>,
  given: Parameters<Command['run']>[1],
): void {
  const other = Object.keys(given).find((key) => key !== 'config' && !taken.some((option) => option === key));
  if (other !== undefined) throw new UsageError(`"${name}" takes no --${other}`);
}
