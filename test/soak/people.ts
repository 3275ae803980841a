/** Fifty people in rooms of a simulated chat who ask, wait for the answer, and ask again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RocketChatSimulator, SimulatedUser } from '../doubles/rocketchat/simulator.ts';

/** How the questions went. */
export interface Tally {
  asked: number;
  answered: number;
  /** Answers that must have a picture, and those of them that have one. */
  picturesDue: number;
  pictures: number;
  /** Texts of questions that nobody answered in time. */
  readonly unanswered: string[];
  readonly waitedMs: number[];
}

/** Longest that anybody waits: an answer's own limit is 60 s, its post may take 45 s more. */
const PATIENCE_MS = 110_000;
const LOOK_EVERY_MS = 100;

type Ask = (pick: (of: number) => number) => string;

/** Of sources that are well. */
const CHARTS: readonly Ask[] = [
  (pick) => `cpu web0${1 + pick(9)} last ${1 + pick(6)}h`,
  (pick) => `cpu web0${1 + pick(9)} web0${1 + pick(9)} 1h vs yesterday`,
  () => 'top 5 cpu 1h',
  (pick) => `latency search ${1 + pick(3)}h`,
];
const QUESTIONS: readonly Ask[] = [
  ...CHARTS,
  (pick) => `errors checkout ${10 + pick(50)}m as table`,
  (pick) => `logs checkout ${5 + pick(20)}m`,
  () => 'graphite: flaky.value last 1h on flaky',
  () => 'graphite: flaky.value last 2h on flaky',
  () => 'graphite: flaky.value last 1h on gone',
  (pick) => `cpu wbe0${1 + pick(9)}`,
  () => 'nonsense of nobody',
  () => 'alerts',
  () => 'help cpu',
];

/** Lets people ask until the signal aborts; resolves when the last has an answer or no patience left. */
export async function askAll(
  chat: RocketChatSimulator,
  people: readonly SimulatedUser[],
  rooms: readonly string[],
  random: () => number,
  signal: AbortSignal,
): Promise<Tally> {
  const tally: Tally = { asked: 0, answered: 0, picturesDue: 0, pictures: 0, unanswered: [], waitedMs: [] };
  const answers = watchAnswers(chat);
  const pick = (of: number) => Math.floor(random() * of);
  async function live(person: SimulatedUser, index: number): Promise<void> {
    const room = rooms[index % rooms.length] ?? '';
    await sleep(pick(20_000));
    while (!signal.aborted) {
      const question = QUESTIONS[pick(QUESTIONS.length)] as Ask;
      const text = question(pick);
      const { _id } = chat.say(person, room, `@glimpse ${text}`);
      tally.asked += 1;
      const begunMs = performance.now();
      const answer = await answers.to(_id);
      if (answer === undefined) tally.unanswered.push(text);
      else {
        tally.answered += 1;
        if (CHARTS.includes(question)) {
          tally.picturesDue += 1;
          if (answer === 'picture') tally.pictures += 1;
        }
        tally.waitedMs.push(performance.now() - begunMs);
      }
      await sleep(8_000 + pick(24_000));
    }
  }
  await Promise.all(people.map(live));
  answers.stop();
  return tally;
}

/** Finds the bot's answers by the thread that they are in, looking at what is new only. */
function watchAnswers({ world }: RocketChatSimulator) {
  const found = new Map<string, 'words' | 'picture'>();
  const seen = new Set<string>();
  const timer = setInterval(() => {
    for (const [id, { tmid, u, file }] of [...world.messages].slice(-500)) {
      if (seen.has(id) || tmid === undefined || u.username !== 'glimpse') continue;
      seen.add(id);
      if (!found.has(tmid)) found.set(tmid, file === undefined ? 'words' : 'picture');
    }
  }, LOOK_EVERY_MS);
  return {
    async to(question: string): Promise<'words' | 'picture' | undefined> {
      const untilMs = performance.now() + PATIENCE_MS;
      while (!found.has(question) && performance.now() < untilMs) await sleep(LOOK_EVERY_MS);
      return found.get(question);
    },
    stop: () => clearInterval(timer),
  };
}
