/** The way of a question through the whole bot: its frame arrives, the upload of its picture is sent. */
import { startBot } from '../acceptance/bot.ts';
import { startRocketChat } from '../doubles/rocketchat/simulator.ts';

/** Times of one question, ms. */
export interface PathTiming {
  /** Question said in the room → the upload request is at the server. */
  readonly total: number;
  /** Understanding and fetching, the source's own time included. */
  readonly ask: number;
  /** Waiting for a worker, drawing, rastering, encoding, checking. */
  readonly present: number;
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
  try {
    await until(() => chat.frames.some(({ frame }) => typeof frame === 'object' && frame.msg === 'ready'));
    const timings: PathTiming[] = [];
    for (let round = -warmUp; round < rounds; round += 1) {
      const timing = await timeOne(chat, bot.log);
      if (round >= 0) timings.push(timing);
    }
    return timings;
  } finally {
    await bot.stop();
    await chat.close();
  }
}

async function timeOne(chat: Awaited<ReturnType<typeof startRocketChat>>, log: readonly string[]): Promise<PathTiming> {
  const [requests, lines] = [chat.requests.length, log.length];
  const saidMs = Date.now();
  chat.say('ana', 'ops', QUESTION);
  const upload = await until(() => chat.requests.slice(requests).find(({ path }) => path.includes('rooms.media/')));
  const line = await until(() => log.slice(lines).find((text) => text.includes('"answered"')));
  const { askMs, presentMs } = JSON.parse(line) as { askMs: number; presentMs: number };
  return { total: upload.atMs - saidMs, ask: askMs, present: presentMs };
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
