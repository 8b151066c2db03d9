/** Addresses of this machine, and of networks whose packets stay in the house, as the parser writes them: numbers. */
const PRIVATE_IPV4 = /^(?:(?:127|10)\.\d+|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+$/;
const PRIVATE_IPV6 = /^\[(?:::1|f[cd][0-9a-f]{2}:[0-9a-f:]*|fe[89ab][0-9a-f]:[0-9a-f:]*)\]$/;

/**
 * Whether it may be pushed to an address: by https, or by http within this machine or a private network; then written in numbers, because
 * a name could lead anywhere. No name and password are in it, which would be in every log on the way.
 */
export function isPushAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  if (protocol === 'https:') return true;
  const isPrivate = hostname === 'localhost' || PRIVATE_IPV4.test(hostname) || PRIVATE_IPV6.test(hostname);
  return protocol === 'http:' && isPrivate;
}
