/** The process edge: arguments, environment, exit code. What the commands do is in `cli/`. */
import { hostname } from 'node:os';
import { outliveClientFault } from './cli/outlive-client-fault.ts';
import { runCommand } from './cli/run-command.ts';

outliveClientFault();

// a reader that has gone (`glimpse ask … | head -1`, a closed terminal) is no reason to die
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

// started by `bin/glimpse.js` under an older Node: whoever kills that one means this one
process.channel?.unref();
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

const code = await runCommand({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  hostname: hostname(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
});
// workers and sockets that are still closing do not hold the shell
process.exit(code);
