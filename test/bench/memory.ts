/** Full load and memory over many charts through the real pool, in a process that does nothing else: `memory.ts COUNT`; prints JSON. */
import { measureMemory } from './chart.ts';

process.stdout.write(`${JSON.stringify(await measureMemory(Number(process.argv[2] ?? 1_000)))}\n`);
process.exit(0);
