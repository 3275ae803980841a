/** The address that Glimpse listens on. */
import { isIP } from 'node:net';
import { z } from 'zod';

/** Where to listen. */
export interface ListenAddress {
  /** A name or an IP address, without brackets. */
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
}

const FORM = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)|\*)?:(\d{1,5})$/;
const PORT_MAX = 65_535;

/** Parses `127.0.0.1:8484`, `[::1]:8484`, `localhost:0`, `:8484` (every interface); `undefined` when it is none. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const match = FORM.exec(text);
  if (!match) return undefined;
  const port = Number(match[3]);
  const host = match[1] ?? match[2] ?? '0.0.0.0';
  if (port > PORT_MAX || (match[1] !== undefined && isIP(match[1]) !== 6)) return undefined;
  return { host, port };
}

/** Whether only programs of this machine can reach an address. */
export function isLoopback({ host }: Pick<ListenAddress, 'host'>): boolean {
  if (host === 'localhost' || host === '::1' || host === '0:0:0:0:0:0:0:1') return true;
  const four = host.replace(/^::ffff:/i, '');
  return isIP(four) === 4 && four.startsWith('127.');
}

/** What is wrong with an address that {@link parseListenAddress} cannot read. */
export const LISTEN_HINT = 'is no address to listen on; write it like 127.0.0.1:8484, [::1]:8484 or :8484';

/** A {@link ListenAddress} in a config. */
export const listenAddress = z.string().transform((text, context): ListenAddress => {
  const address = parseListenAddress(text);
  if (address) return address;
  context.addIssue({ code: 'custom', message: LISTEN_HINT });
  return z.NEVER;
});
