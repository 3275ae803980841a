/**
 * Keeps the process alive through a fault of Node's own HTTP client: when a server closes the connection at the moment
 * that an answer of 64 KiB waits to be read, it asserts where nobody can catch it. The answer is whole all the same.
 *
 * @see https://github.com/nodejs/undici/issues/5360 mended in undici 8; to be taken out with the first Node that has it
 */

/** Every other error that nobody caught ends the process, as it does without this. */
export function outliveClientFault(): void {
  process.on('uncaughtException', (error: unknown) => {
    if (isClientFault(error)) return;
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
}

function isClientFault(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_ASSERTION') return false;
  return error.message.includes('assert(!this.paused)') && (error.stack ?? '').includes('node:internal/deps/undici');
}
