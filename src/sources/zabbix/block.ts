/** The `zabbix:` block of a definition: its schema, and the block that a raw question stands for. Pure. */
import { z } from 'zod';
import { placeholdersOf } from '../../queries/expand.ts';
import { templateText } from '../../queries/template-text.ts';

/** Items that one definition names; more are a dashboard. */
const ITEMS_MAX = 20;

/** Zabbix' severities, from 0 on. */
export const SEVERITIES = ['not classified', 'information', 'warning', 'average', 'high', 'disaster'] as const;

const Items = z.strictObject({
  host: templateText.describe('technical name of the host; `*` in it stands for anything'),
  item: z
    .union([templateText, z.array(templateText).min(1).max(ITEMS_MAX)])
    .describe('key of the item, or its name, with `*` for anything; or a list of them'),
  as: z
    .enum(['auto', 'series'])
    .default('auto')
    .describe(
      '`auto` tells items with a value map, and texts, as a table of changes; `series` draws numbers all the same',
    ),
});

const Problems = z.strictObject({
  host: templateText.default('*').describe('technical name of the host; `*` is all of them'),
  group: templateText.optional().describe('only hosts of this host group'),
  severity: templateText
    .optional()
    .describe(`the least severity to tell: ${SEVERITIES.join(', ')}; left out, all of them`),
});

const Latest = z.strictObject({
  host: templateText.describe('technical name of the host'),
  item: templateText.default('*').describe('key or name of the items, with `*` for anything'),
});

/** What a definition asks of Zabbix. */
export const ZabbixBlock = z.union([
  Items,
  z.strictObject({ problems: Problems.describe('problems of now, or of the window where it lies in the past') }),
  z.strictObject({ latest: Latest.describe('the latest value of each item') }),
]);
/** A checked block. */
export type ZabbixBlock = z.output<typeof ZabbixBlock>;

/** The names of a block's placeholders, each once. */
export function placeholdersOfBlock(block: ZabbixBlock): readonly string[] {
  return [...new Set(textsOf(block).flatMap(placeholdersOf))];
}

function textsOf(block: ZabbixBlock): readonly string[] {
  if ('problems' in block) {
    const { host, group = '', severity = '' } = block.problems;
    return [host, group, severity];
  }
  return 'latest' in block ? [block.latest.host, block.latest.item] : [block.host, ...[block.item].flat()];
}

/** `web01 cpu.user`, `"Web server 1" vfs.fs.size[/,pused]`; of a host alone the latest values. */
export function blockOfRaw(expression: string): z.input<typeof ZabbixBlock> {
  const [, quoted, bare = '', item = ''] = /^(?:"([^"]+)"|(\S+))\s*([\s\S]*)$/.exec(expression.trim()) ?? [];
  const host = literal(quoted ?? bare);
  if (item.trim() === '') return { latest: { host } };
  return { host, item: literal(item.trim().replace(/^(["'])([\s\S]*)\1$/, '$2')) };
}

/** What was typed is no template. */
function literal(typed: string): string {
  return typed.replaceAll('${', () => '$${');
}
