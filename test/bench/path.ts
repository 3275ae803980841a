/** The way of a question through the whole bot: its frame arrives, the upload of its picture is sent. */
import type { Picture } from '../../src/render/chart/picture.ts';
import { startBot } from '../acceptance/bot.ts';
import { startRocketChat } from '../doubles/rocketchat/simulator.ts';

/** Times of one question, ms. */
export interface PathTiming {
  /** Question said in the room → the upload request is at the server. */
  readonly total: number;
  /** Understanding and fetching, the source's own time included. */
  readonly query: number;
  /** Layout, and the way to the thread that draws and back. */
  readonly layout: number;
  readonly draw: number;
  readonly raster: number;
  readonly encode: number;
  /** The queue, the way of the question here and of the picture away. */
  readonly upload: number;
}

const QUESTION = '@glimpse cpu web01 last 1h';
const WAIT_MS = 30_000;

/** Asks `rounds` questions, one after the other, of a bot on the demo fleet; the first ones do not count. */
export async function timePath(rounds: number, warmUp = 5): Promise<PathTiming[]> {
  const chat = await startRocketChat({ version: '8.8' });
  const account = chat.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  chat.users.addUser({ username: 'ana' });
  chat.rooms.addRoom({ name: 'ops', type: 'c', members: ['glimpse', 'ana'] });
  const yaml = `chats: { team: { kind: rocketchat, url: "${chat.url}", userId: ${account.id}, token: ${account.token} } }\n`;
  const bot = await startBot({ yaml });
  const pictures: Picture[] = [];
  const { renderer } = bot.app.core;
  const render = renderer.render.bind(renderer);
  Object.assign(renderer, {
    async render(...drawn: Parameters<typeof render>) {
      const picture = await render(...drawn);
      pictures.push(picture);
      return picture;
    },
  });
  try {
    await until(() => chat.frames.some(({ frame }) => typeof frame === 'object' && frame.msg === 'ready'));
    const timings: PathTiming[] = [];
    for (let round = -warmUp; round < rounds; round += 1) {
      const timing = await timeOne(chat, bot.log, pictures);
      if (round >= 0) timings.push(timing);
    }
    return timings;
  } finally {
    await bot.stop();
    await chat.close();
  }
}

async function timeOne(
  chat: Awaited<ReturnType<typeof startRocketChat>>,
  log: readonly string[],
  pictures: readonly Picture[],
): Promise<PathTiming> {
  const [requests, lines] = [chat.requests.length, log.length];
  const saidMs = Date.now();
  chat.say('ana', 'ops', QUESTION);
  const sent = await until(() => chat.requests.slice(requests).find(({ path }) => path.includes('rooms.media/')));
  const line = await until(() => log.slice(lines).find((text) => text.includes('"answered"')));
  const { askMs, presentMs } = JSON.parse(line) as { askMs: number; presentMs: number };
  const { drawMs = 0, rasterMs = 0, encodeMs = 0 } = pictures.at(-1)?.timings ?? {};
  const total = sent.atMs - saidMs;
  return {
    total,
    query: askMs,
    layout: presentMs - drawMs - rasterMs - encodeMs,
    draw: drawMs,
    raster: rasterMs,
    encode: encodeMs,
    upload: total - askMs - presentMs,
  };
}

async function until<Found>(find: () => Found | undefined | false): Promise<Found> {
  const endMs = Date.now() + WAIT_MS;
  for (;;) {
    const found = find();
    if (found) return found;
    if (Date.now() > endMs) throw new Error('the bot did not do what was waited for');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
