import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Which peers are this company's own proxies. */
export type ProxyList = (address: string) => boolean;

/** Thrown when a proxy in the configuration is neither an address nor a range of addresses. */
export class ProxyListError extends Error {
  readonly code = 'proxy_list_invalid';
  readonly entry: string;

  constructor(entry: string) {
    super(`"${entry}" is neither an IP address nor a range such as 10.0.0.0/8`);
    this.name = 'ProxyListError';
    this.entry = entry;
  }
}

/**
 * Reads the configured proxies.
 *
 * @param entries addresses (`10.0.0.7`, `fd00::7`) and ranges (`10.0.0.0/8`, `fd00::/8`).
 * @throws ProxyListError naming the first entry that is neither.
 */
export function proxyList(entries: readonly string[]): ProxyList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', bits, ...more] = entry.trim().split('/');
    const family = isIP(address);
    if (family === 0 || more.length > 0) throw new ProxyListError(entry);
    const most = family === 4 ? 32 : 128;
    if (bits === undefined) list.addAddress(address, family === 4 ? 'ipv4' : 'ipv6');
    else if (/^\d{1,3}$/.test(bits) && Number(bits) <= most) {
      list.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
    } else throw new ProxyListError(entry);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** An address as it is compared, limited and logged: an IPv4 address inside IPv6 is that IPv4 address, no zone. */
export function plainAddress(address: string | undefined): string {
  const text = (address ?? '').trim().replace(/%.*$/, '').toLowerCase();
  const inner = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(text)?.[1];
  return inner ?? text;
}

/**
 * Who is asking: the socket's peer, or, when that is one of our proxies, the last address in `X-Forwarded-For` that is
 * not. Read from the right, since everything left of our proxies' own entries is the sender's word. An entry that is no
 * address ends the walk.
 */
export function clientAddress(peer: string | undefined, headers: IncomingHttpHeaders, isProxy: ProxyList): string {
  let address = plainAddress(peer);
  if (!isProxy(address)) return address;
  const header = headers['x-forwarded-for'];
  const hops = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',');
  for (const hop of hops.reverse()) {
    const next = plainAddress(withoutPort(hop.trim()));
    if (isIP(next) === 0) break;
    address = next;
    if (!isProxy(address)) break;
  }
  return address;
}

/** Some proxies write `203.0.113.7:41022` and `[2001:db8::7]:41022`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^(\d{1,3}(?:\.\d{1,3}){3}):\d+$/.exec(hop)?.[1] ?? hop;
}

export function isLoopback(address: string): boolean {
  return address === '::1' || /^127\./.test(address);
}

/** Whether the request says that it came through some proxy, ours or not. */
export function wasForwarded(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => FORWARDING.test(name) || name === 'via');
}

/** Headers by which a sender claims another address, host, path or method than the request has. */
const FORWARDING =
  /^(?:x-)?(?:forwarded|original|rewrite|real)(?:-|$)|^x-(?:cluster|envoy|host|http-host|http-method|method-override|prox(?:y|ied))|(?:client|connecting|remote|originating)-?(?:ip|addr|address)$/;

/**
 * Takes those claims out before anyone behind the front can believe them, and puts the configured host in the place of
 * the sender's, so that no link, mail, cookie or cache key can be made of it.
 */
export function dropClaims(headers: IncomingHttpHeaders, publicUrl: URL): void {
  for (const name of Object.keys(headers)) if (FORWARDING.test(name)) delete headers[name];
  headers.host = publicUrl.host;
}
