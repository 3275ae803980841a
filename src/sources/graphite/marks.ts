/** Rows come without the target they answer, so each target puts its number before the names of its rows. Pure. */
import type { Consolidation } from '../../domain/saved-query.ts';

/** Wraps a target so that its rows can be told; `how` also says what a consolidated point stands for. */
export function markTarget(target: string, index: number, how?: Consolidation): string {
  return `aliasSub(${how === undefined ? target : `consolidateBy(${target},'${how}')`},'^','g${index}:')`;
}

/** The number of the target and the name of a row; no number where the server lost it. */
export function readMark(name: string): { readonly index?: number; readonly name: string } {
  const [, index, rest] = /^g(\d+):([\s\S]*)$/.exec(name) ?? [];
  return index === undefined || rest === undefined ? { name } : { index: Number(index), name: rest };
}

/** `consolidateBy` puts itself around the name of a row, with either quote. */
export function withoutConsolidation(name: string): string {
  return /^consolidateBy\(([\s\S]*),\s*(["'])\w+\2\)$/.exec(name)?.[1] ?? name;
}

/** Takes the wrapping off targets that a back end echoes in its complaints. */
export function withoutMarks(text: string): string {
  return text.replace(/aliasSub\(((?:(?!aliasSub\().)*?),'\^','g\d+:'\)/gs, (_, inner: string) =>
    inner.replace(/^consolidateBy\((.*),'\w+'\)$/s, '$1'),
  );
}
