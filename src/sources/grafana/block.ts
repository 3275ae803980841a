/** The `grafana:` block of a definition: its schema, and its placeholders. */
import { z } from 'zod';
import { parseTemplate } from '../../queries/expand.ts';
import { readableBy } from '../../queries/template-text.ts';

const template = z.string().superRefine(readableBy(parseTemplate));

/** A panel of a dashboard, or all of it. */
export const GrafanaBlock = z.strictObject({
  dashboard: z
    .string()
    .min(1)
    .max(200)
    .describe('uid of the dashboard, as its address has it, or its title; `folder/title` where a title is there twice'),
  panel: z
    .union([z.int().positive(), z.string().min(1).max(300)])
    .optional()
    .describe('id of the panel, as `viewPanel` has it, or its title; left out, the first panels side by side'),
  variables: z
    .record(
      z.string().regex(/^\w+$/, 'is not the name of a variable'),
      z.union([template, z.number().transform(String), z.array(template).max(50)]),
    )
    .default({})
    .describe(
      "values of the dashboard's variables; `${parameter}` stands for the values asked for; others keep what is saved. A parameter's `values: variable:dashboard/name` lists what such a variable may be",
    ),
});
/** A checked block. */
export type GrafanaBlock = z.output<typeof GrafanaBlock>;

/** The templates of a variable. */
export function templatesOf(value: GrafanaBlock['variables'][string]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

/** Names of placeholders in a block. */
export function placeholdersOfBlock({ variables }: GrafanaBlock): readonly string[] {
  const parts = Object.values(variables).flatMap(templatesOf).flatMap(parseTemplate);
  return [...new Set(parts.flatMap((part) => (typeof part === 'string' ? [] : [part.name])))];
}
