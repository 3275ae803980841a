/** A bot that stands in a chat and hears of alerts over HTTP; it can be stopped, and started again on the same data. */
import { rm } from 'node:fs/promises';
import { expect } from 'vitest';
import { startRocketChat } from '../doubles/rocketchat/simulator.ts';
import { newDataDir, startBot } from './bot.ts';

/** What is stopped when a test, or all of a file, are over: the last first. */
export type Started = { stop(): Promise<unknown> }[];

/** Stops all of it. */
export async function stopAll(started: Started): Promise<void> {
  for (const { stop } of started.splice(0).reverse()) await stop();
}

interface Setting {
  /** Beside the zone, the chat and the routes. */
  readonly yaml?: string;
  readonly routes: string;
  /** Further keys of the chat, in the flow style of YAML. */
  readonly chatKeys?: string;
  readonly startIso?: string | undefined;
}

/** Starts the chat and the bot. */
export async function openScene(
  { yaml = 'queries: []', routes, chatKeys = '', startIso }: Setting,
  started: Started,
  beforeStart: (chat: Awaited<ReturnType<typeof startRocketChat>>) => void = () => undefined,
) {
  const chat = await startRocketChat({ version: '8.8' });
  started.push({ stop: () => chat.close() });
  const account = chat.users.addUser({ username: 'glimpse', roles: ['bot', 'user'] });
  chat.users.addUser({ username: 'ana', name: 'Ana' });
  beforeStart(chat);
  const dataDir = await newDataDir();
  started.push({ stop: () => rm(dataDir, { recursive: true, force: true }) });
  const keys = `kind: rocketchat, url: "${chat.url}", userId: ${account.id}, token: ${account.token}${chatKeys}`;
  const text = `
zone: Europe/Berlin
chats: { team: { ${keys} } }
routes: ${routes}
${yaml}`;
  const startAgain = async () => {
    const bot = await startBot({ yaml: text, dataDir, ...(startIso && { startIso }) });
    let isStopped = false;
    const stop = async () => {
      if (!isStopped) await bot.stop();
      isStopped = true;
    };
    started.push({ stop });
    return { url: bot.url, stop };
  };
  let bot = await startAgain();
  const send = (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' };
    return fetch(`${bot.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  };
  return {
    chat,
    /** What holds soon, on machines that have much else to do. */
    soon: (claim: () => unknown) => expect.poll(claim, { timeout: 40_000, interval: 20 }),
    async post(path: string, body: unknown) {
      expect((await send(path, body)).status).toBe(202);
    },
    async ask(q: string) {
      return ((await (await send('/api/ask', { q })).json()) as { text: string }).text;
    },
    url: () => bot.url,
    stop: () => bot.stop(),
    async start() {
      bot = await startAgain();
    },
  };
}

/** A moment so long ago. */
export const minutesAgo = (count: number) => new Date(Date.now() - count * 60_000).toISOString();
