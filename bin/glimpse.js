#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for the TypeScript sources can still say so or hand over to a newer one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const MIN_MAJOR = 24;

if (Number(process.versions.node.split('.')[0]) >= MIN_MAJOR) {
  // WebAssembly in several threads that call out a thousand times has its way out compiled anew, and what that replaces is freed twice
  // at times: the process then dies (https://github.com/nodejs/node/issues/64500). Kept as it is, it is no slower.
  setFlagsFromString('--wasm-wrapper-tiering-budget=1000000000');
  // compiled code is kept in the folder for temporary files: a second start takes two thirds of the time
  module.enableCompileCache?.();
  await import(new URL('../src/main.ts', import.meta.url).href);
} else {
  const newer = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(newer)) {
    process.stderr.write(
      `glimpse needs Node.js ${MIN_MAJOR} or later, this is ${process.versions.node}: run "npm ci" (it brings one) or install Node.js ${MIN_MAJOR}.\n`,
    );
    process.exit(78);
  }
  // The channel carries nothing: it breaks when this process dies, however it dies, and the bot then stops too.
  const child = spawn(newer, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`glimpse cannot start ${newer}: ${error.message}\n`);
    process.exit(78);
  });
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}
