/** Draws definitions for a preview: from recorded data where there are some, else from their sources. */
import sharp from 'sharp';
import type { Answer } from '../../domain/answer.ts';
import { toBotError } from '../../domain/errors.ts';
import type { SavedQuery } from '../../domain/saved-query.ts';
import { messageHtml } from '../../http/message-html.ts';
import { catalogAround } from '../../queries/load-catalog.ts';
import { type AskDeps, ask, understandDeps } from '../../questions/ask.ts';
import { askableExample } from '../../questions/examples.ts';
import { type Recording, recordedNow } from '../../recording/recording.ts';
import { replayingSources } from '../../recording/replay-source.ts';
import { type ChartRenderer, wantsPicture, wordsOf } from '../../render/answer-parts.ts';
import { whyFailedHere } from '../command.ts';
import { terminalContext } from '../terminal.ts';

/** Recorded data that lie beside a definition. */
export interface RecordedFile {
  readonly file: string;
  readonly recording: Recording;
}

/** One question drawn by one definition. */
export interface Drawn {
  readonly q: string;
  /** Where its data came from: a whole phrase. */
  readonly from: string;
  /** Words of the message, or why there is none. */
  readonly html: string;
  readonly alt: string;
  /** WebP, by theme; absent where there is no picture. */
  readonly pictures?: { readonly light: Uint8Array; readonly dark: Uint8Array };
  readonly failure?: string;
}

/** What drawing works with. */
export interface DrawDeps {
  readonly ask: AskDeps;
  readonly renderer: ChartRenderer;
  /** One moment for everything that is drawn live, so that before and after can be compared. */
  readonly nowMs: number;
}

/** Questions of one definition that are drawn from recorded data. */
const RECORDED_MAX = 3;
/** Longest that one question may take, its sources' own time and the pictures included. */
const DRAW_TIMEOUT_MS = 60_000;

/**
 * Draws a definition.
 *
 * @param others - the set it stands in, for what is drawn beneath
 */
export async function drawDefinition(
  query: SavedQuery,
  others: readonly SavedQuery[],
  recorded: readonly RecordedFile[],
  deps: DrawDeps,
): Promise<readonly Drawn[]> {
  const names = [query.id, ...query.aliases].map((name) => name.toLowerCase());
  const catalog = catalogAround(query, others);
  const asking: AskDeps = { ...deps.ask, catalog: () => catalog };
  const own = recorded.filter(({ recording }) => names.includes(recording.query?.toLowerCase() ?? ''));
  const drawn: Drawn[] = [];
  for (const { file, recording } of own.slice(0, RECORDED_MAX)) {
    const sources = replayingSources(deps.ask.sources, recording, file);
    const nowMs = recordedNow(recording) ?? deps.nowMs;
    const q = recording.question ?? query.id;
    const from = `recorded in ${file}`;
    const one = await drawOne({ q, from, nowMs, zone: recording.zone }, { ...asking, sources }, deps);
    drawn.push(one.isMissing ? await drawLive(query, asking, deps, q) : one.drawn);
  }
  return drawn.length > 0 ? drawn : [await drawLive(query, asking, deps)];
}

/** From the source itself, and saying so. */
async function drawLive(query: SavedQuery, asking: AskDeps, deps: DrawDeps, recordedAs?: string): Promise<Drawn> {
  const what = query.isDemo ? 'demo data' : `live from ${query.sourceName}`;
  const why = recordedAs === undefined ? '' : ', as the recorded data do not have what it asks for now';
  const from = `${what}${why}`;
  const q =
    recordedAs ?? (await askableExample(query, understandDeps(asking).valuesOf, AbortSignal.timeout(DRAW_TIMEOUT_MS)));
  if (q === undefined) {
    const failure = 'There is no question to draw: give each parameter an `example`, or the definition `examples`.';
    return { q: query.id, from, html: '', alt: '', failure };
  }
  return (await drawOne({ q, from, nowMs: deps.nowMs, zone: undefined }, asking, deps)).drawn;
}

interface Asked {
  readonly q: string;
  readonly from: string;
  readonly nowMs: number;
  readonly zone: string | undefined;
}

async function drawOne(
  { q, from, nowMs, zone }: Asked,
  asking: AskDeps,
  { renderer }: DrawDeps,
): Promise<{ readonly drawn: Drawn; readonly isMissing: boolean }> {
  const signal = AbortSignal.timeout(DRAW_TIMEOUT_MS);
  try {
    const reply = await ask(q, { ...terminalContext(zone), nowMs }, asking, signal);
    if (reply.kind !== 'answer') throw new Error('no answer');
    const { message, alt } = wordsOf(reply.answer);
    const pictures = wantsPicture(reply.answer) ? await picturesOf(reply.answer, renderer, signal) : undefined;
    const drawn = { q, from, html: messageHtml(message), alt, ...(pictures && { pictures }) };
    return { drawn, isMissing: false };
  } catch (thrown) {
    const { code } = toBotError(thrown);
    const failure = whyFailedHere(thrown, 'It was not ready in time.');
    return { drawn: { q, from, html: '', alt: '', failure }, isMissing: code === 'SOURCE_NOT_RECORDED' };
  }
}

/** A page holds many pictures: lossless WebP is half of a fast PNG. */
async function picturesOf(answer: Answer, renderer: ChartRenderer, signal: AbortSignal) {
  const draw = async (theme: 'light' | 'dark') => {
    const { png } = await renderer.render(answer, { theme }, signal);
    return sharp(png).webp({ lossless: true, effort: 1 }).toBuffer();
  };
  const [light, dark] = await Promise.all([draw('light'), draw('dark')]);
  return { light, dark };
}
