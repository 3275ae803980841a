/** People whom a proxy in front of the bot has made out: believed only from the addresses of the config. */
import { BlockList, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Scope } from '../config/scopes.ts';
import { BotError } from '../domain/errors.ts';

/** The proxy, from the config. */
export interface TrustedProxy {
  /** Addresses and networks: `10.0.0.7`, `10.0.0.0/8`. */
  readonly addresses: readonly string[];
  /** The header in which it names the person. */
  readonly userHeader: string;
  readonly scopes: readonly Scope[];
}

/** A name; lists of them are what a proxy makes that adds to what was sent instead of replacing it. U+FFFD: it is no UTF-8. */
const NAME = /^[^\s,;"<>\p{Cc}\uFFFD][^,;"<>\p{Cc}\uFFFD]{0,199}$/u;

/**
 * Makes the function that gives the person behind a request; nothing where no trusted proxy names one. The function throws
 * BotError `HTTP_UNAUTHORIZED` where one does, but with what is no name: nobody is then anybody else.
 */
export function makeProxyUser(proxy: TrustedProxy | undefined): (request: FastifyRequest) => string | undefined {
  if (!proxy) return () => undefined;
  const trusted = listOf(proxy.addresses);
  const { userHeader } = proxy;
  const header = userHeader.toLowerCase();
  return ({ headers, socket }) => {
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    if (address === '' || !trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) return undefined;
    const given = headers[header];
    if (given === undefined) return undefined;
    // Node reads headers as Latin-1; proxies write UTF-8
    const name = Buffer.from(String(given), 'latin1').toString('utf8');
    if (NAME.test(name)) return name.trim();
    throw new BotError('HTTP_UNAUTHORIZED', `The proxy sent no usable name in ${userHeader}.`);
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
