/** Memory over many charts through the real pool, in a process that does nothing else: `memory.ts COUNT`. */
import { measureMemory } from './chart.ts';

const { charts, chartsPerSecond, residentMb, peakMb } = await measureMemory(Number(process.argv[2] ?? 1_000));
console.log(`\n${charts} charts through the real pool: ${chartsPerSecond.toFixed(1)} charts/s`);
console.log(`  resident memory on the way, MB: ${residentMb.join(' ')} (peak ${peakMb})`);
process.exit(0);
