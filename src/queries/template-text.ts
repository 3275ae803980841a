/** Texts of definitions in schemas: refused where they cannot be read, at the place that is wrong. */
import { z } from 'zod';
import { BotError } from '../domain/errors.ts';
import { parseTemplate } from './expand.ts';

/** For `superRefine`: refuses what `read` refuses with a BotError, at the place in the text that it names. */
export function readableBy<Read>(read: (value: Read) => unknown) {
  return (value: Read, context: z.core.$RefinementCtx<Read>): void => {
    try {
      read(value);
    } catch (thrown) {
      if (!(thrown instanceof BotError)) throw thrown;
      context.addIssue({ code: 'custom', message: thrown.message, params: { at: thrown.details.at ?? 0 } });
    }
  };
}

/** A text with placeholders. */
export const templateText = z.string().min(1).superRefine(readableBy(parseTemplate));
