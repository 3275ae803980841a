/** `glimpse queries preview`: definitions with their charts as one page, those of a change before and after. */
import { readFile, writeFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { countOf } from '../config/fault.ts';
import { buildCore, type Core, catalogSourcesOf, foldersOf } from '../core.ts';
import { machineHostName } from '../demo/machine.ts';
import type { SavedQuery } from '../domain/saved-query.ts';
import { createForgetful } from '../lib/local-memory.ts';
import { type DefinitionText, readDefinitionTexts } from '../queries/definition-texts.ts';
import { isRecordingFile, listFiles, type QueryFolder } from '../queries/folders.ts';
import { loadQueries } from '../queries/load-catalog.ts';
import { parseRecording } from '../recording/recording.ts';
import { sourceKinds } from '../sources/index.ts';
import { type CommandOptions, drawingDeps, EXIT, type Io, UsageError } from './command.ts';
import { type Change, changesBetween } from './preview/changes.ts';
import { type DrawDeps, drawDefinition, type RecordedFile } from './preview/draw.ts';
import { foldersAt } from './preview/git.ts';
import { type Card, type PageHead, previewPage } from './preview/page.ts';

/** A page with more is slow to open, and nobody looks through it. */
const CARDS_MAX = 100;
/** Definitions that are drawn at once: sources are asked by each. */
const AT_ONCE = 3;

/** One state of the files: what they say, and what they mean. */
interface Side {
  readonly texts: readonly DefinitionText[];
  readonly queries: readonly SavedQuery[];
}

/** Draws and writes the page. Throws BotError `CONFIG_…`; failures of sources are on the page, and 3 at the end. */
export async function previewQueries(
  words: readonly string[],
  config: Config,
  options: CommandOptions,
  io: Io,
): Promise<number> {
  const { changed, out = 'preview.html' } = options;
  if (changed && words.length > 1)
    throw new UsageError('--changed compares with one commit or branch, e.g. --changed main');
  const deps = drawingDeps(io);
  const core = await buildCore(config, deps);
  try {
    const folders = foldersOf(config);
    const after: Side = { texts: await readDefinitionTexts(folders, io.cwd), queries: core.catalog().queries };
    const recorded = await recordedIn(folders, io);
    const draw = drawing(core, deps.clock.now(), recorded);
    const { head, cards } = changed
      ? await changedCards(words[0] ?? 'HEAD', after, { folders, config, io, draw })
      : await allCards(words, after, { io, draw });
    const page = previewPage(head, cards);
    await writeFile(resolve(io.cwd, out), page);
    io.stdout.write(`${[...head.lines, `Page: ${out} (${Math.ceil(page.length / 1024)} KiB)`].join('\n')}\n`);
    return tellFailures(cards, io) ? EXIT.failed : EXIT.answered;
  } finally {
    await core.close();
  }
}

type Draw = (side: Side, text: DefinitionText) => Promise<Card['after'] & {}>;

interface Page {
  readonly head: PageHead;
  readonly cards: readonly Card[];
}

/** A definition that is bound to several sources is drawn at the first of them. */
function drawing(core: Core, nowMs: number, recorded: readonly (RecordedFile & { readonly pack: string })[]): Draw {
  const deps: DrawDeps = { ask: core.askDeps(createForgetful()), renderer: core.renderer, nowMs };
  return async ({ queries }, { id, origin, pack }) => {
    const query = queries.find((one) => one.id === id && one.origin === origin);
    const own = recorded.filter((one) => one.pack === pack);
    return query ? drawDefinition(query, queries, own, deps) : [];
  };
}

async function allCards(
  words: readonly string[],
  after: Side,
  { io, draw }: { readonly io: Io; readonly draw: Draw },
): Promise<Page> {
  const wanted = words.map((word) => resolve(io.cwd, word));
  const isWanted = ({ file }: DefinitionText) =>
    wanted.length === 0 || wanted.some((path) => !relative(path, resolve(io.cwd, file)).startsWith('..'));
  const texts = after.texts.filter(isWanted);
  const missing = words.find((_word, index) => {
    const path = wanted[index] ?? '';
    return !after.texts.some(({ file }) => !relative(path, resolve(io.cwd, file)).startsWith('..'));
  });
  if (missing !== undefined)
    throw new UsageError(`no definition is in ${missing}; the folders are those under \`queries\` in the config`);
  const changes = texts.map((text): Change => ({ id: text.id, pack: text.pack, after: text }));
  const cards = await cardsOf(changes, async ({ after: text }) => ({ after: text ? await draw(after, text) : [] }));
  const lines = [`${countOf(changes.length, 'definition')}.`, ...cutLine(changes)];
  return { cards, head: { title: 'Saved queries', lines, isComparison: false } };
}

interface Comparing {
  readonly folders: readonly QueryFolder[];
  readonly config: Config;
  readonly io: Io;
  readonly draw: Draw;
}

async function changedCards(ref: string, after: Side, { folders, config, io, draw }: Comparing): Promise<Page> {
  const earlier = await foldersAt(ref, folders, io.cwd);
  try {
    const env = { hostname: machineHostName(io.hostname) };
    const { queries, faults } = await loadQueries(earlier.folders, catalogSourcesOf(config), sourceKinds, env);
    const before: Side = { queries, texts: await readDefinitionTexts(earlier.folders, undefined) };
    const changes = changesBetween(before.texts, after.texts);
    const drawn = await cardsOf(changes, async (change) => ({
      ...(change.before && { before: await draw(before, change.before) }),
      ...(change.after && { after: await draw(after, change.after) }),
    }));
    const broken =
      faults.length === 0
        ? []
        : [
            `At ${earlier.commit} the definitions had ${countOf(faults.length, 'fault')}; what was broken is not drawn.`,
          ];
    const lines = [`${summaryOf(changes)}, compared with ${ref} (${earlier.commit}).`, ...broken, ...cutLine(changes)];
    const cards = drawn.map((card) => named(card, earlier.nameOf));
    return { cards, head: { title: 'Changed saved queries', lines, isComparison: true } };
  } finally {
    await earlier.close();
  }
}

/** Without the name of the folder that the old files were taken out to. */
function named(card: Card, nameOf: (file: string) => string): Card {
  const { before } = card.change;
  if (!before) return card;
  return { ...card, change: { ...card.change, before: { ...before, origin: nameOf(before.origin) } } };
}

function summaryOf(changes: readonly Change[]): string {
  const count = (isOne: (change: Change) => boolean) => changes.filter(isOne).length;
  const counts: readonly (readonly [number, string])[] = [
    [count(({ before, after }) => before !== undefined && after !== undefined), 'changed'],
    [count(({ before }) => before === undefined), 'new'],
    [count(({ after }) => after === undefined), 'gone'],
  ];
  const said = counts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return said.length === 0 ? 'No definition changed' : said.join(', ');
}

function cutLine({ length }: readonly Change[]): readonly string[] {
  return length > CARDS_MAX ? [`The first ${CARDS_MAX} are drawn; name files to see the others.`] : [];
}

async function cardsOf(
  changes: readonly Change[],
  draw: (change: Change) => Promise<Pick<Card, 'before' | 'after'>>,
): Promise<readonly Card[]> {
  const wanted = changes.slice(0, CARDS_MAX);
  const cards: Card[] = [];
  const left = wanted.entries();
  const work = async () => {
    for (const [index, change] of left) cards[index] = { change, ...(await draw(change)) };
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return cards;
}

/** Recorded data lie beside the definitions as `NAME.recording.json`. */
async function recordedIn(folders: readonly QueryFolder[], io: Io) {
  const found: (RecordedFile & { readonly pack: string })[] = [];
  for (const folder of folders) {
    const { files } = await listFiles(folder, io.cwd, isRecordingFile);
    for (const { path, shownAs } of files) {
      found.push({
        pack: folder.pack,
        file: shownAs,
        recording: parseRecording(await readFile(path, 'utf8'), shownAs),
      });
    }
  }
  return found;
}

/** Says what could not be drawn as it is now. */
function tellFailures(cards: readonly Card[], io: Io): boolean {
  const failed = cards.flatMap(({ change, after = [] }) =>
    after.flatMap(({ failure, q }) => (failure === undefined ? [] : [`${change.after?.origin}: ${q}: ${failure}`])),
  );
  for (const line of failed) io.stderr.write(`${line}\n`);
  return failed.length > 0;
}
