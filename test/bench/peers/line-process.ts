/** A program that is given commands line by line and says when each is done, so that its start does not count. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

const ANSWER_MS = 60_000;

/** A running program. */
export interface LineProcess {
  /** Sends a command; resolves when the program's output since then matches `done`. @throws Error when it fails */
  command(text: string, done: RegExp): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a program. @throws Error where it is not installed */
export async function startLineProcess(program: string, args: readonly string[]): Promise<LineProcess> {
  const child: ChildProcessWithoutNullStreams = spawn(program, args);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', () => reject(new Error(`${program} is not installed`)));
  });
  let said = '';
  let onSaid: () => void = () => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk;
      onSaid();
    });
  }
  return {
    command(text, done) {
      said = '';
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${program} did not finish: ${said.slice(-300)}`)), ANSWER_MS);
        onSaid = () => {
          const isFailed = /ERROR|error:/i.test(said);
          if (!isFailed && !done.test(said)) return;
          clearTimeout(late);
          if (isFailed) reject(new Error(`${program}: ${said.trim().slice(0, 300)}`));
          else resolve();
        };
        child.stdin.write(`${text}\n`);
      });
    },
    stop() {
      const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
      child.kill();
      return ended;
    },
  };
}
