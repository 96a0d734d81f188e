/**
 * A list's entity tag as it is kept: with the version of the facility's settings that the list was applied with. null where the
 * hospital gave none.
 */
export function keptEtag(etag: string | null, facilityVersion: number): string | null {
  return etag === null ? null : `${facilityVersion} ${etag}`;
}

/**
 * The entity tag to send: that of the list as it was last applied. None after a change of the facility's settings (another
 * hospital, key or default type): "not modified" would leave what was made of the old ones as it is.
 */
export function etagToSend(kept: string | null, facilityVersion: number): string | null {
  const [, version, etag] = /^(\d+) (.+)$/.exec(kept ?? '') ?? [];
  return Number(version) === facilityVersion ? (etag ?? null) : null;
}
