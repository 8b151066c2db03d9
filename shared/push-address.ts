/** Addresses of this machine, and of networks whose packets stay in the house, in numbers. */
const PRIVATE_IPV4 = /^(?:(?:127|10)\.\d+|192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+$/;
const PRIVATE_IPV6 = /^(?:::1|f[cd][0-9a-f]{2}:[0-9a-f:]*|fe[89ab][0-9a-f]:[0-9a-f:]*)$/i;

/** An address with a plain host: no name and password are in it, which would be in every log on the way. */
const ADDRESS = /^(https?):\/\/(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?(?:[/?#]\S*)?$/i;

/**
 * Whether it may be pushed to an address: by https, or by http within this machine or a private network; then written in numbers, because
 * a name could lead anywhere.
 */
export function isPushAddress(text: string): boolean {
  const [, scheme = '', inBrackets, name = ''] = ADDRESS.exec(text) ?? [];
  if (scheme.toLowerCase() === 'https') return true;
  if (inBrackets !== undefined) return PRIVATE_IPV6.test(inBrackets);
  return scheme !== '' && (name.toLowerCase() === 'localhost' || PRIVATE_IPV4.test(name));
}
