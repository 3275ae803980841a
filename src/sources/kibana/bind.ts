/** Binds a question to a block. Values are checked by the rules of the source that holds the data. Pure. */
import { BotError } from '../../domain/errors.ts';
import type { Binding, Source, SourceRequest } from '../source.ts';
import { type KibanaBlock, placeholdersOfBlock } from './block.ts';
import { filtersOf } from './resolve.ts';
import { type BoundRules, bindRules } from './rules.ts';

/** Labels are cut here; they stand in a footer. */
const LABEL_MAX_CHARS = 200;

/** A question about documents: run through the peer once the block has been looked up. */
export interface DocumentsRequest extends SourceRequest {
  readonly kibana: 'documents';
  readonly block: KibanaBlock;
  readonly binding: Binding;
}

/** A question about the state of rules. */
export interface RulesRequest extends SourceRequest {
  readonly kibana: 'rules';
  readonly space: string | undefined;
  readonly rules: BoundRules;
}

/** What a question asks of Kibana. */
export type KibanaRequest = DocumentsRequest | RulesRequest;

/**
 * Binds a block.
 *
 * @param peer - the source that holds the data
 * @throws BotError `ASK_UNKNOWN_VALUE`, `ASK_MISSING_ARGUMENT`, `SOURCE_TOO_MUCH`; `CONFIG_INVALID` without a peer
 */
export function bindBlock(block: KibanaBlock, binding: Binding, peer: () => Source): KibanaRequest {
  const label = labelOf(block, binding);
  if (block.rules !== undefined) {
    return { kibana: 'rules', label, space: block.space, rules: bindRules(block.rules, binding.arguments) };
  }
  // the index is not known yet, and none of the rules for values depends on it
  const { text } = block;
  peer().request({ index: 'unknown', filter: filtersOf(block), ...(text !== undefined && { text }) }, binding);
  return { kibana: 'documents', label, block, binding };
}

/** The request, if it is one of ours. @throws BotError `INTERNAL` */
export function asKibana(request: SourceRequest): KibanaRequest {
  if ('kibana' in request) return request as KibanaRequest;
  throw new BotError('INTERNAL', 'A request of another source was given to Kibana.');
}

function labelOf(block: KibanaBlock, { arguments: args }: Binding): string {
  const what = block.search ?? block.dataView ?? (block.rules === undefined ? 'ES|QL' : 'rules');
  const values = placeholdersOfBlock(block).map((name) => {
    const [first = '', ...more] = args[name] ?? [];
    return more.length > 0 ? `${first} and ${more.length} more` : first;
  });
  const parts = [what, ...values].filter((part) => part !== '');
  return parts.join(', ').slice(0, LABEL_MAX_CHARS);
}
