/** What a browser says of where a request comes from. */
export interface RequestSource {
  /** The address that the connection came in on. */
  localAddress: string | undefined;
  host: string | undefined;
  origin: string | undefined;
  secFetchSite: string | undefined;
  isChange: boolean;
}

/**
 * Why the page refuses a request, null where it does not. The page asks for no key, so it is for this machine's own user: on loopback, under
 * a loopback name (a foreign name that was pointed here could read it), and changed by its own forms alone, never by another site's.
 */
export function refusalOf({ localAddress, host, origin, secFetchSite, isChange }: RequestSource): string | null {
  if (!isLoopbackAddress(localAddress ?? '') || !isLoopbackHost(host ?? '')) return 'This page is served on loopback alone.';
  if (!isChange) return null;
  const isOwnOrigin = origin === undefined || origin === `http://${host ?? ''}`;
  const isOwnForm = secFetchSite === undefined || secFetchSite === 'same-origin';
  return isOwnOrigin && isOwnForm ? null : 'Only the forms of this page may do that.';
}

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}

function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/.test(host);
}
