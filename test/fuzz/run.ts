/**
 * `npm run fuzz`: a million random questions and a hundred thousand random requests. `--quick` a fiftieth,
 * `--seed N` the same again, `--only questions` or `--only requests`.
 */
import { type FuzzResult, fuzzQuestions } from './questions.ts';
import { fuzzRequests } from './requests.ts';

const given = (name: string) =>
  process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined;
const share = process.argv.includes('--quick') ? 50 : 1;
const seed = Number(given('--seed') ?? Math.floor(Math.random() * 2 ** 31));

console.log(`seed ${seed}`);
const only = given('--only');
const results: FuzzResult[] = [];
/** Many small runs, so that what went wrong is said soon. */
const RUNS = 50;
if (only !== 'requests') await timed('questions', (run) => fuzzQuestions(1_000_000 / share / RUNS, seed + run));
if (only !== 'questions') await timed('requests', (run) => fuzzRequests(100_000 / share / RUNS, seed + run));
process.exit(results.every(({ faults }) => faults.length === 0) ? 0 : 1);

async function timed(name: string, run: (index: number) => Promise<FuzzResult>): Promise<void> {
  const startMs = performance.now();
  const total: Record<string, number> = {};
  let [done, faulty] = [0, 0];
  for (let index = 0; index < RUNS; index += 1) {
    const result = await run(index);
    results.push(result);
    done += result.count;
    faulty += result.faults.length;
    for (const [outcome, count] of Object.entries(result.outcomes)) total[outcome] = (total[outcome] ?? 0) + count;
    for (const fault of result.faults) console.log(`  ${fault}`);
    if ((index + 1) % 10 === 0) console.log(`${done} random ${name}, ${faulty} faults`);
  }
  const seconds = (performance.now() - startMs) / 1_000;
  const outcomes = Object.entries(total).sort(([, a], [, b]) => b - a);
  console.log(`\n${done} random ${name} in ${seconds.toFixed(0)} s: ${faulty} faults`);
  console.log(`  ${outcomes.map(([outcome, count]) => `${outcome} ${count}`).join(', ')}\n`);
}
