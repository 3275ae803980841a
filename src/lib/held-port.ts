/** A free port, held from the moment it is picked until whoever wants it listens. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A port that nobody else can get. */
export interface HeldPort {
  readonly port: number;
  /** Lets go of it, for a server that listens right after; a second call does nothing. */
  release(): Promise<void>;
}

/**
 * Picks a free port of an address and listens on it, so that no other process gets it meanwhile: a port that was only
 * looked up may be anybody's a second later. Who connects before `release` is cut off.
 *
 * @throws the error of `listen`, e.g. `EADDRNOTAVAIL`
 */
export async function holdPort(host: string): Promise<HeldPort> {
  const holder = createServer((connection) => connection.destroy()).listen(0, host);
  await once(holder, 'listening');
  // a start that fails ends the process without a release
  holder.unref();
  const { port } = holder.address() as AddressInfo;
  return {
    port,
    release: () => new Promise((resolve) => holder.close(() => resolve())),
  };
}
