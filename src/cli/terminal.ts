/** A terminal as a place to ask: who asks there, and how answers are shown. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskContext } from '../questions/ask.ts';
import type { Io } from './command.ts';
import { imageProtocolOf, inlineImage } from './inline-image.ts';

/** One person, one conversation. */
export function terminalContext(zone: string | undefined): AskContext {
  const asker = { platform: 'terminal', userId: 'local', userName: 'local' };
  return { asker, conversations: ['terminal'], isAddressed: true, mayWrite: true, ...(zone !== undefined && { zone }) };
}

/** Whether text for this output may be in bold: a terminal whose owner has not turned such things off. */
export function canBold({ stdout, env }: Io): boolean {
  return stdout.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/**
 * Puts a picture where the person sees it: into the file they named, else into the terminal, else into a new file.
 *
 * @returns its path, when there is one
 */
export async function showPicture(png: Uint8Array, out: string | undefined, io: Io): Promise<string | undefined> {
  if (out !== undefined) {
    await writeFile(out, png);
    return out;
  }
  const protocol = io.stdout.isTTY ? imageProtocolOf(io.env) : undefined;
  if (protocol) {
    io.stdout.write(await inlineImage(png, protocol));
    return undefined;
  }
  const path = join(await mkdtemp(join(tmpdir(), 'glimpse-')), 'chart.png');
  await writeFile(path, png);
  return path;
}
