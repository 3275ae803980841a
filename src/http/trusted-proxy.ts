/** People whom a proxy in front of the bot has made out: believed only from the addresses of the config. */
import { BlockList, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Scope } from '../config/scopes.ts';

/** The proxy, from the config. */
export interface TrustedProxy {
  /** Addresses and networks: `10.0.0.7`, `10.0.0.0/8`. */
  readonly addresses: readonly string[];
  /** The header in which it names the person. */
  readonly userHeader: string;
  readonly scopes: readonly Scope[];
}

/** A name; lists of them are what a proxy makes that adds to what was sent instead of replacing it. */
const NAME = /^[^\s,;"<>\p{Cc}][^,;"<>\p{Cc}]{0,199}$/u;

/** Makes the function that gives the person behind a request; nothing where no trusted proxy names one. */
export function makeProxyUser(proxy: TrustedProxy | undefined): (request: FastifyRequest) => string | undefined {
  if (!proxy) return () => undefined;
  const trusted = listOf(proxy.addresses);
  const header = proxy.userHeader.toLowerCase();
  return ({ headers, socket }) => {
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    if (address === '' || !trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return undefined;
    const name = headers[header];
    return typeof name === 'string' && NAME.test(name) ? name.trim() : undefined;
  };
}

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const one of addresses) {
    const [address = '', prefix] = one.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
