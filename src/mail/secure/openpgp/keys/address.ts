import { parseAddress } from '#mail/address';

/**
 * Which address a user id names (RFC 9580 §5.11): the one in angle brackets at its end, or itself. Addresses are compared as those of
 * certificates are: the domain as A-labels, ASCII letters of the local part without regard to case.
 */
export function addressIn(userId: string): string | undefined {
  const bracketed = /<([^<>]*)>\s*$/.exec(userId);
  return parseAddress(bracketed?.[1] ?? userId);
}

/** Undefined for what is no address. */
export const comparable = (address: string): string | undefined =>
  parseAddress(address)?.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
