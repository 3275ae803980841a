/** Definitions as their files have them, text and all: what changed in a review is told by it. */
import { isMap, isScalar, parseDocument } from 'yaml';
import { isDefinitionFile, listFiles, type QueryFolder, readBounded } from './folders.ts';

/** One definition as it is written. */
export interface DefinitionText {
  readonly pack: string;
  readonly id: string;
  /** As faults and answers name its file. */
  readonly file: string;
  /** `file:line`, as a saved query has it. */
  readonly origin: string;
  /** From its name to the next one, without the comment between. */
  readonly text: string;
}

/** All of them, in the order of folders, files and lines. What cannot be read is passed over: loading says so. */
export async function readDefinitionTexts(
  folders: readonly QueryFolder[],
  cwd: string | undefined,
): Promise<readonly DefinitionText[]> {
  const found: DefinitionText[] = [];
  for (const folder of folders) {
    const { files } = await listFiles(folder, cwd, isDefinitionFile);
    for (const file of files) {
      const text = await readBounded(file);
      if (typeof text === 'string') found.push(...textsIn(text, file.shownAs, folder.pack));
    }
  }
  return found;
}

function textsIn(text: string, file: string, pack: string): readonly DefinitionText[] {
  const { contents } = parseDocument(text, { logLevel: 'silent', prettyErrors: false });
  if (!isMap(contents)) return [];
  return contents.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !key.range) return [];
    const [start] = key.range;
    const [, end = start] = (value as { readonly range?: readonly number[] } | null)?.range ?? key.range;
    const line = text.slice(0, start).split('\n').length;
    return [{ pack, id: String(key.value), file, origin: `${file}:${line}`, text: text.slice(start, end).trimEnd() }];
  });
}
