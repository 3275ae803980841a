/** `glimpse schema query`: a JSON Schema for editors that cannot reach a running bot. */
import { makeJsonSchema, SCHEMA_NAMES } from '../json-schemas.ts';
import { type CommandOptions, EXIT, type Io, UsageError } from './command.ts';

/** Prints it. */
export async function schemaCommand(words: readonly string[], _options: CommandOptions, io: Io): Promise<number> {
  const [word] = words;
  const name = SCHEMA_NAMES.find((one) => one === word);
  if (!name || words.length > 1)
    throw new UsageError(`schema prints one of ${SCHEMA_NAMES.join(', ')}, e.g. glimpse schema query`);
  io.stdout.write(`${JSON.stringify(makeJsonSchema(name), undefined, 2)}\n`);
  return EXIT.answered;
}
