import { headerOf, type RequestHeaders } from './credential.js';
import { isLoopbackAuthority, isLoopbackHost, isLoopbackOrigin } from './loopback.js';

export interface KeylessRequest {
  readonly headers: RequestHeaders;
  readonly remoteAddress: string | undefined;
}

const FORWARDING = /^(forwarded|x-forwarded(-.+)?|x-real-ip|via)$/;
const CURE = 'make a key with `noveum-collector keys create`, and send it';

/**
 * Why a request may not pass without a key, or null. The Host says whom the sender meant: a page whose name was
 * made to point at this machine (DNS rebinding) still sends its own name. Origin and Sec-Fetch-Site say which page
 * sent it. Forwarding headers say that a proxy lets strangers in.
 */
export const keylessObjection = (request: KeylessRequest, allowedOrigins: readonly string[]): string | null => {
  const { headers, remoteAddress } = request;
  if (remoteAddress !== undefined && !isLoopbackHost(remoteAddress))
    return `without keys only this machine may call: ${CURE}`;
  const host = headerOf(headers, 'host') ?? headerOf(headers, ':authority');
  if (host === undefined || !isLoopbackAuthority(host))
    return `without keys the Host must be localhost, 127.0.0.1 or [::1]: ${CURE}`;
  const forwarding = Object.keys(headers).find((name) => headers[name] !== undefined && FORWARDING.test(name));
  if (forwarding !== undefined)
    return `without keys requests through a proxy are refused (it set ${forwarding}): ${CURE}`;
  const origin = headerOf(headers, 'origin');
  const isAllowed = origin !== undefined && (allowedOrigins.includes(origin) || allowedOrigins.includes('*'));
  if (isAllowed) return null;
  if (origin !== undefined && !isLoopbackOrigin(origin))
    return 'without keys web pages of other sites are refused: name the page with --allow-origin';
  return headerOf(headers, 'sec-fetch-site') === 'cross-site' && !isNavigation(headers)
    ? 'without keys web pages of other sites are refused: name the page with --allow-origin'
    : null;
};

/** A link that a person follows: the page that holds it can't read the answer. */
const isNavigation = (headers: RequestHeaders): boolean =>
  headerOf(headers, 'sec-fetch-mode') === 'navigate' && headerOf(headers, 'sec-fetch-dest') === 'document';
