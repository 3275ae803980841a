/** Entries of the config that are of one kind of several, each with keys of its own. */
import { z } from 'zod';

/** One schema for entries of any kind; `kind` tells which. */
export function kindUnion(
  schemas: readonly z.ZodType[],
): z.ZodType<{ readonly kind: string } & Readonly<Record<string, unknown>>> {
  const [first] = schemas;
  if (first === undefined) return z.never({ error: 'is of no kind that this Glimpse has' });
  const union = z.discriminatedUnion('kind', schemas as unknown as [z.core.$ZodTypeDiscriminable]);
  return union as unknown as z.ZodType<{ readonly kind: string } & Readonly<Record<string, unknown>>>;
}
